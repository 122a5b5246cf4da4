"""Every leave scenario of the shared file is run by a test or answered in docs/leave_scenarios.md."""

from __future__ import annotations

import json
import re
from pathlib import Path

from tests.tools import require_shared

ROOT = Path(__file__).resolve().parents[3]


def in_tests() -> set[str]:
    """Ids that parametrize a test of leave."""
    text = (Path(__file__).parent / "test_leave.py").read_text(encoding="utf-8")
    return set(re.findall(r'id="(FH-\d+)', text))


def in_docs() -> set[str]:
    return set(re.findall(r"\bFH-\d+", (ROOT / "docs" / "leave_scenarios.md").read_text(encoding="utf-8")))


def test_every_leave_scenario_is_run_or_answered() -> None:
    rows = map(json.loads, require_shared("cases/hr_scenarios.jsonl").read_text(encoding="utf-8").splitlines())
    assert {row["id"] for row in rows if row["area"] == "leave"} - in_tests() - in_docs() == set()


def test_a_leave_scenario_is_either_run_or_answered() -> None:
    assert in_tests() & in_docs() == set()
