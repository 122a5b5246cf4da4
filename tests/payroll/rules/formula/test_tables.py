"""Edges, keys and contradictions of parameter tables."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pytest

from payroll.rules.formula import Column, Edge, Input, Item, Key, Row, Table, TableKind, Type, audit, compile_set, run
from payroll.rules.formula.civil import day_number

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


@pytest.mark.parametrize("formula", ['LOOKUP("t", x, "值", k)', 'LOOKUP("t", x / 3 * 3, "值", k)'])
@pytest.mark.parametrize("edge", list(Edge))
def test_a_table_with_keys_has_segments_of_its_own_for_each(formula: str, edge: Edge) -> None:
    rows = (Row((1,), (0,), 0), Row((2,), (0,), 10), Row((3,), (1,), None), Row((4,), (2,), 5), Row((5,), (2,), 20))
    table = Table("t", TableKind.STEP, ONE, rows, (Key("k", Type.NUMBER),), edge)
    on_edge = {Edge.LOWER: [2, 3, 4], Edge.UPPER: [1, 3, 4]}[edge]
    assert looked_up(table, formula.replace("k)", "0)"), -1, 0, 9, 11) == ["NO_MATCH", 1, 1, 2]
    assert looked_up(table, formula.replace("k)", "0)"), 10) == on_edge[:1]
    assert looked_up(table, formula.replace("k)", "1)"), -(10**15), 7) == [3, 3]
    assert looked_up(table, formula.replace("k)", "2)"), 4, 5, 21) == ["NO_MATCH", 4, 5]
    assert looked_up(table, formula.replace("k)", "9)"), 4) == ["NO_MATCH"]
    assert looked_up(table, formula.replace("k)", "IF(x < 0.08, 2, 0))"), 3, 6, 12) == ["NO_MATCH", 4, 2]


def test_a_date_reads_the_version_in_force_on_it_and_none_before_the_first() -> None:
    old = Table("t", TableKind.LOOKUP, ONE, (Row((1,), (1,)), Row((2,), (2,))), (Key("k", Type.NUMBER),), effective=100)
    table = replace(old, rows=(Row((3,), (1,)),), effective=200, earlier=(old,))
    formula = 'PARAM("t", "值", k, IF(x = 1, DATE(1970, 4, 10), IF(x = 2, DATE(1970, 4, 11), DATE(1970, 7, 20))))'
    assert looked_up(table, formula.replace("k", "1"), 100, 200, 300) == ["NO_MATCH", 1, 3]
    assert looked_up(table, formula.replace("k", "2"), 100, 200, 300) == ["NO_MATCH", 2, "NO_MATCH"]
    assert looked_up(table, 'PARAM("t", "值", 1)', 1) == [3]


def test_two_keys_from_one_column_are_not_taken_for_one() -> None:
    table = Table("t", TableKind.LOOKUP, ONE, (Row((7,), (1,)), Row((8,), (10,))), (Key("级别", Type.NUMBER),))
    assert looked_up(table, 'PARAM("t", "值", k) * 100 + PARAM("t", "值", k / 10)', 100) == [807]


def test_a_calendar_counts_working_days_and_knows_no_day_beyond_its_own() -> None:
    days = {date(2026, 5, 1): 0, date(2026, 5, 4): 0, date(2026, 5, 9): 1, date(2026, 5, 31): 0}
    rows = tuple(Row((works,), lower=day_number(day)) for day, works in days.items())
    table = Table("t", TableKind.CALENDAR, ONE, rows, edge_scale=0)
    formula = 'WORKDAYS(DATE(2026, 5, 1), ADDMONTHS(DATE(2026, 5, 9), x), "t")'
    assert looked_up(table, formula, 0, 100) == [4, "NO_MATCH"]
    whole = 'WORKDAYS(DATE(2026, 5, 1), DATE(2026, 6, 1), "t") - WORKDAYS(DATE(2026, 6, 1), DATE(2026, 5, 31), "t")'
    assert looked_up(table, whole, 0) == [20]
    assert looked_up(table, 'WORKDAYS(DATE(2026, 4, 30), DATE(2026, 5, 2), "t")', 0) == ["NO_MATCH"]


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
        {
            "kind": TableKind.STEP,
            "keys": (Key("k"),),
            "rows": (Row((1,), ("a",), 0), Row((1,), ("b",), 0), Row((1,), ("a",), 1)),
        },
        {"kind": TableKind.STEP, "keys": (Key("k"),), "rows": (Row((1,), ("a",), 5), Row((2,), ("a",), 5))},
        {"kind": TableKind.CALENDAR, "edge_scale": 0, "rows": (Row((1,), lower=5), Row((2,), lower=6))},
        {"kind": TableKind.CALENDAR, "edge_scale": 0, "rows": (Row((1,), lower=5), Row((0,), lower=5))},
        {"kind": TableKind.CALENDAR, "edge_scale": 0, "rows": (Row((1,), lower=0), Row((0,), lower=40_000))},
        {"kind": TableKind.CONSTANT, "rows": (Row((1,)),), "earlier": (steps(Edge.LOWER),)},
    ],
)
def test_rows_that_contradict_the_kind_are_refused(fields: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="table 't'"):
        Table("t", columns=ONE, **fields)
