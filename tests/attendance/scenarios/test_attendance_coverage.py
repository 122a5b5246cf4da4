"""Every attendance scenario of the shared file is run by a test or answered in docs/attendance_scenarios.md."""

from __future__ import annotations

import json
import re
from pathlib import Path

from tests.tools import require_shared

HERE = Path(__file__).parent
ROOT = HERE.parents[2]


def in_tests() -> set[str]:
    """Ids that parametrize a test of attendance."""
    names = ("test_attendance_rules.py", "test_attendance_days.py")
    return {id_ for name in names for id_ in re.findall(r'id="(FH-\d+)', (HERE / name).read_text(encoding="utf-8"))}


def in_docs() -> set[str]:
    return set(re.findall(r"\bFH-\d+", (ROOT / "docs" / "attendance_scenarios.md").read_text(encoding="utf-8")))


def test_every_attendance_scenario_is_run_or_answered() -> None:
    rows = map(json.loads, require_shared("cases/hr_scenarios.jsonl").read_text(encoding="utf-8").splitlines())
    assert {row["id"] for row in rows if row["area"] == "attendance"} - in_tests() - in_docs() == set()


def test_an_attendance_scenario_is_either_run_or_answered() -> None:
    assert in_tests() & in_docs() == set()
