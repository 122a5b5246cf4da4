"""The shared performance cases of the categories that are built come out exactly."""

import json

import pytest

from tests.conformance.performance import CATEGORIES, run
from tests.tools import require_shared

CASES = "cases/performance.jsonl"


@pytest.mark.parametrize("category", list(CATEGORIES))
def test_every_case_of_a_built_category_passes(category: str) -> None:
    cases = [json.loads(line) for line in require_shared(CASES).read_text(encoding="utf-8").splitlines()]
    wanted = [case for case in cases if case["category"] == category]
    assert wanted
    assert [outcome for outcome in run(wanted) if not outcome[1]] == []


def test_a_category_that_is_not_built_is_reported_as_failed() -> None:
    outcome = list(run([{"id": "x", "category": "nothing", "input": {}, "expected": {}}]))
    assert outcome == [("x", False, "category not built: nothing")]
