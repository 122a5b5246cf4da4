"""The shared income tax cases come out exactly, every category of them."""

import json
from typing import Any

import pytest

from tests.conformance.iit import CATEGORIES, run
from tests.tools import require_shared

CASES = "cases/iit.jsonl"
WITHOUT_CASES = {"nonresident_equity"}


def cases() -> list[dict[str, Any]]:
    return [json.loads(line) for line in require_shared(CASES).read_text(encoding="utf-8").splitlines()]


@pytest.mark.parametrize("category", sorted(set(CATEGORIES) - WITHOUT_CASES))
def test_every_case_of_a_category_passes(category: str) -> None:
    wanted = [case for case in cases() if case["category"] == category]
    assert wanted
    assert [outcome for outcome in run(wanted) if not outcome[1]] == []


def test_every_category_of_the_cases_is_built() -> None:
    assert {case["category"] for case in cases()} <= set(CATEGORIES)


def test_a_category_that_is_not_built_is_reported_as_failed() -> None:
    outcome = list(run([{"id": "x", "category": "nothing", "inputs": {}, "expected": {}}]))
    assert outcome == [("x", False, "category not built: nothing")]


def test_a_wrong_expectation_and_a_refused_input_are_reported_as_failed() -> None:
    wrong = {"id": "a", "category": "equity_incentive", "inputs": {"income": "100000"}, "expected": {"tax": "7480.01"}}
    refused = wrong | {"id": "b", "inputs": {"income": "-1"}, "expected": {"tax": "0"}}
    assert [(case_id, ok) for case_id, ok, _ in run([wrong, refused])] == [("a", False), ("b", False)]
