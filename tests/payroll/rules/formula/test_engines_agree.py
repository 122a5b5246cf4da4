"""The vector engine equals the oracle on every amount, error and warning."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from payroll.rules.formula import CompiledSet, FormulaSetError, TextColumn, audit, compile_set, run
from payroll.rules.formula.examples import TABLES

from .generators import INPUTS, ROWS, Case, case_of

SEEDS = st.integers(0, 2**48)


def compiled_case(seed: int) -> tuple[CompiledSet, Case] | None:
    """None where the random formulas pass a limit of size."""
    case = case_of(seed)
    try:
        return compile_set(case.items, INPUTS, TABLES), case
    except FormulaSetError as refused:
        assert {error.code for error in refused.errors} <= {"TOO_DEEP", "TOO_COMPLEX", "TOO_LONG"}
        return None


@settings(max_examples=500, deadline=None)
@given(SEEDS)
def test_both_engines_give_the_same_amounts_errors_and_warnings(seed: int) -> None:
    if found := compiled_case(seed):
        compiled, case = found
        result = run(compiled, case.columns, case.missing, ROWS)
        assert audit(compiled, case.columns, case.missing, result, range(ROWS)) == []


@settings(max_examples=100, deadline=None)
@given(SEEDS, st.integers(1, ROWS - 1))
def test_a_run_in_chunks_gives_what_one_run_gives(seed: int, cut: int) -> None:
    if found := compiled_case(seed):
        compiled, case = found
        whole = run(compiled, case.columns, case.missing, ROWS)
        for part in (slice(0, cut), slice(cut, ROWS)):
            columns = {key: _part(column, part) for key, column in case.columns.items()}
            missing = {key: mask[part] for key, mask in case.missing.items()}
            piece = run(compiled, columns, missing, part.stop - part.start)
            assert np.array_equal(piece.amounts, whole.amounts[part])
            assert np.array_equal(piece.failed, whole.failed[part])


def _part(column: np.ndarray | TextColumn, part: slice) -> np.ndarray | TextColumn:
    return TextColumn(column.codes[part], column.vocabulary) if isinstance(column, TextColumn) else column[part]
