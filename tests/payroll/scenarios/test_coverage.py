"""Every payroll scenario of the shared file is run by a test or answered in docs/scenarios.md."""

from __future__ import annotations

import json
import re
from pathlib import Path

from tests.tools import require_shared

ROOT = Path(__file__).resolve().parents[3]
ID = re.compile(r"\bFH-\d+")


def in_tests() -> set[str]:
    """Ids that parametrize a test of this room."""
    texts = (path.read_text(encoding="utf-8") for path in Path(__file__).parent.glob("test_*.py"))
    return {found for text in texts for named in re.findall(r'id="(FH-\d+)', text) for found in [named]}


def in_docs() -> set[str]:
    return set(ID.findall((ROOT / "docs" / "scenarios.md").read_text(encoding="utf-8")))


def test_every_payroll_scenario_is_run_or_answered() -> None:
    rows = map(json.loads, require_shared("cases/hr_scenarios.jsonl").read_text(encoding="utf-8").splitlines())
    wanted = {row["id"] for row in rows if row["area"] == "payroll"}
    assert wanted - in_tests() - in_docs() == set()


def test_a_scenario_is_either_run_or_answered() -> None:
    assert in_tests() & in_docs() == set()
