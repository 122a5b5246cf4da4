"""The shared case file passes through the real engine."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conformance.__main__ import main

CASES = Path(__file__).resolve().parents[5] / "shared" / "cases" / "formula.jsonl"


@pytest.mark.skipif(not CASES.exists(), reason=f"no case file at {CASES}")
def test_all_shared_formula_cases_pass(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["formula", str(CASES)]) == 0
    assert ", 0 failed" in capsys.readouterr().out
