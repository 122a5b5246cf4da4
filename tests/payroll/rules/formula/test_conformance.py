"""The shared case file passes through the real engine."""

from __future__ import annotations

import pytest

from tests.conformance.__main__ import main
from tests.tools import require_shared

CASES = "cases/formula.jsonl"


def test_all_shared_formula_cases_pass(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["formula", str(require_shared(CASES))]) == 0
    assert ", 0 failed" in capsys.readouterr().out
