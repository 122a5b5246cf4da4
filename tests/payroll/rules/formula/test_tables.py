"""Edges, keys and contradictions of parameter tables."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from payroll.rules.formula import Column, Edge, Input, Item, Key, Row, Table, TableKind, Type, audit, compile_set, run

ONE = (Column("值", 0),)


def looked_up(table: Table, formula: str, *values: int) -> list[int | str]:
    """Results at scale 0, or error codes; the oracle must agree."""
    compiled = compile_set([Item("a", "a", formula, 0, category="x")], [Input("x"), Input("k", scale=1)], [table])
    column = np.array(values, dtype=np.int64)
    columns = {"x": column, "k": column}
    result = run(compiled, columns, {}, len(values))
    assert audit(compiled, columns, {}, result, range(len(values))) == []
    errors = [result.error(row, 0) for row in range(len(values))]
    return [error.code if error else int(result.amounts[row, 0]) for row, error in enumerate(errors)]


def steps(edge: Edge, count: int = 3, first: int | None = 0) -> Table:
    rows = tuple(Row((n,), lower=first if n == 0 else n * 10000) for n in range(count))
    return Table("t", TableKind.STEP, ONE, rows, edge=edge)


@pytest.mark.parametrize("count", [3, 40])
@pytest.mark.parametrize("formula", ['LOOKUP("t", x)', 'LOOKUP("t", x / 3 * 3)', 'LOOKUP("t", x * 7 / 7)'])
def test_an_edge_belongs_to_the_segment_that_the_table_says(formula: str, count: int) -> None:
    values = (-1, 0, 1, 9999, 10000, 10001, 20000, 20001)
    assert looked_up(steps(Edge.UPPER, count), formula, *values) == ["NO_MATCH", 0, 0, 0, 0, 1, 1, 2]
    assert looked_up(steps(Edge.LOWER, count), formula, *values) == ["NO_MATCH", 0, 0, 0, 1, 1, 2, 2]


def test_a_quotient_just_past_an_edge_is_past_it() -> None:
    values = (30000, 30001, 29999)
    assert looked_up(steps(Edge.UPPER), 'LOOKUP("t", x / 3)', *values) == [0, 1, 0]
    assert looked_up(steps(Edge.LOWER), 'LOOKUP("t", x / 3)', *values) == [1, 1, 0]


def test_a_quotient_just_below_the_lowest_edge_matches_nothing() -> None:
    assert looked_up(steps(Edge.UPPER), 'LOOKUP("t", x / 300)', -1, 0, 1) == ["NO_MATCH", 0, 0]


def test_an_open_lower_end_holds_everything_below() -> None:
    assert looked_up(steps(Edge.UPPER, first=None), 'LOOKUP("t", x)', -(10**15), 10001) == [0, 1]


def test_a_number_key_matches_whole_numbers_only() -> None:
    rows = (Row((7,), (1,)), Row((8,), (3,)))
    table = Table("t", TableKind.LOOKUP, ONE, rows, (Key("级别", Type.NUMBER),))
    assert looked_up(table, 'PARAM("t", "值", k)', 10, 30, 20, 15, -10) == [7, 8, "NO_MATCH", "NO_MATCH", "NO_MATCH"]


def test_two_keys_must_both_match_also_in_a_table_of_many_combinations() -> None:
    rows = tuple(Row((n,), (n, n + 1)) for n in range(3000))
    table = Table("t", TableKind.LOOKUP, ONE, rows, (Key("甲", Type.NUMBER), Key("乙", Type.NUMBER)))
    assert looked_up(table, 'PARAM("t", "值", k, k + 1)', 0, 29990, 30000) == [0, 2999, "NO_MATCH"]
    assert looked_up(table, 'PARAM("t", "值", k, k)', 10) == ["NO_MATCH"]


@pytest.mark.parametrize(
    "fields",
    [
        {"kind": TableKind.STEP, "rows": (Row((1,), lower=5), Row((2,), lower=5))},
        {"kind": TableKind.STEP, "rows": (Row((1,), lower=5), Row((2,), lower=None))},
        {"kind": TableKind.BRACKET, "rows": (Row((1,), lower=0),)},
        {"kind": TableKind.TIER, "rows": (Row((1,), lower=None),)},
        {"kind": TableKind.CONSTANT, "rows": (Row((1, 2)),)},
        {"kind": TableKind.CONSTANT, "rows": ()},
        {"kind": TableKind.LOOKUP, "rows": (Row((1,)),)},
        {"kind": TableKind.LOOKUP, "rows": (Row((1,), ("a",)), Row((2,), ("a",))), "keys": (Key("k"),)},
    ],
)
def test_rows_that_contradict_the_kind_are_refused(fields: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="table 't'"):
        Table("t", columns=ONE, **fields)
