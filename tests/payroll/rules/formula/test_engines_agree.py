"""The vector engine equals the oracle on every amount, error and warning."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from payroll.rules.formula import CompiledSet, FormulaSetError, Override, TextColumn, Type, audit, compile_set, run
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


def amounts_by_hand(case: Case, seed: int) -> dict[str, Override]:
    """Some items of some people, of ordinary size and as large as an item takes."""
    random = np.random.default_rng(seed)
    numbers = [item.id for item in case.items if item.type is Type.NUMBER]
    chosen = [code for code in numbers if random.random() < 0.5]
    amounts = [random.choice([-(10**15), -1, 0, 1, 10**6, 10**15], ROWS) for _code in chosen]
    masks = [random.random(ROWS) < 0.4 for _code in chosen]
    return {code: Override(mask, column) for code, mask, column in zip(chosen, masks, amounts, strict=True)}


@settings(max_examples=300, deadline=None)
@given(SEEDS)
def test_both_engines_agree_where_some_amounts_are_set_by_hand(seed: int) -> None:
    if found := compiled_case(seed):
        compiled, case = found
        by_hand = amounts_by_hand(case, seed)
        result = run(compiled, case.columns, case.missing, ROWS, by_hand)
        assert audit(compiled, case.columns, case.missing, result, range(ROWS), by_hand) == []
        for code, one in by_hand.items():
            at = compiled.position(code)
            assert np.array_equal(result.amounts[one.mask, at], one.amounts[one.mask])
            assert at not in result.errors or not result.errors[at][one.mask].any()


@settings(max_examples=100, deadline=None)
@given(SEEDS)
def test_amounts_set_by_hand_leave_everybody_else_as_they_are(seed: int) -> None:
    if found := compiled_case(seed):
        compiled, case = found
        by_hand = amounts_by_hand(case, seed)
        touched = np.zeros(ROWS, dtype=np.bool_)
        for one in by_hand.values():
            touched |= one.mask
        with_hand = run(compiled, case.columns, case.missing, ROWS, by_hand)
        without = run(compiled, case.columns, case.missing, ROWS)
        assert np.array_equal(with_hand.amounts[~touched], without.amounts[~touched])
        assert np.array_equal(with_hand.failed[~touched], without.failed[~touched])


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
