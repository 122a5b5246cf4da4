"""Errors and warnings belong to one person; the rest of the run is untouched."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pytest

from payroll.rules.formula import (
    Input,
    Item,
    Rounding,
    TextColumn,
    Trace,
    Type,
    audit,
    compile_set,
    explain,
    run,
    to_shown,
    to_stored,
)
from payroll.rules.formula.examples import TABLES


def ints(*values: int) -> np.ndarray:
    return np.array(values, dtype=np.int64)


def test_an_item_that_depends_on_a_failed_one_fails_with_its_origin() -> None:
    items = [Item("a", "甲", "工资 / 天数", category="x"), Item("b", "乙", "1 + 甲", category="x")]
    compiled = compile_set(items, [Input("工资"), Input("天数", scale=0)])
    result = run(compiled, {"工资": ints(10000, 10000), "天数": ints(0, 3)}, {}, 2)
    error = result.error(0, 1)
    assert error is not None
    assert (error.code, error.origin, error.pos) == ("DIV0", "a", 3)
    assert result.amounts.tolist() == [[0, 0], [3333, 3433]]
    assert result.failed.tolist() == [True, False]


def test_a_branch_not_taken_cannot_fail() -> None:
    formula = 'IF(天数 = 0, 0, PARAM("社保基数", "下限", 城市) / 天数)'
    compiled = compile_set([Item("a", "a", formula, category="x")], [Input("天数"), Input("城市", Type.TEXT)], TABLES)
    columns = {"天数": ints(0, 200, 100), "城市": TextColumn(ints(0, 1, 0), ("拉萨", "上海"))}
    result = run(compiled, columns, {}, 3)
    assert result.amounts[:, 0].tolist() == [0, 369200, 0]
    assert [bool(result.error(row, 0)) for row in range(3)] == [False, False, True]


def test_a_missing_input_is_an_error_where_it_is_read_unless_it_has_a_default() -> None:
    compiled = compile_set(
        [Item("a", "a", "补贴", category="x"), Item("b", "b", "1 + 奖金", category="x")],
        [Input("补贴", default=Decimal("5")), Input("奖金")],
    )
    result = run(compiled, {"补贴": ints(100, 100)}, {"补贴": np.array([True, False])}, 2)
    assert result.amounts[:, 0].tolist() == [500, 100]
    error = result.error(1, 1)
    assert error is not None
    assert (error.code, error.pos, error.en) == ("MISSING", 4, "no value for '奖金'")


def test_only_the_person_whose_product_overflows_fails_and_no_value_wraps() -> None:
    compiled = compile_set([Item("a", "a", "工资 * 工资 / 100", category="x")], [Input("工资")])
    result = run(compiled, {"工资": ints(2**62, 10**10, 100)}, {}, 3)
    assert result.amounts[:, 0].tolist() == [0, 10**16, 1]
    error = result.error(0, 0)
    assert error is not None
    assert error.code == "OVERFLOW"


def test_a_check_warns_the_person_and_keeps_the_value() -> None:
    compiled = compile_set([Item("a", "a", 'CHECK(工资, 工资 >= 0, "为负")', category="x")], [Input("工资")])
    result = run(compiled, {"工资": ints(-5, 5)}, {}, 2)
    assert result.amounts[:, 0].tolist() == [-5, 5]
    assert [[w.text for w in result.warnings_of(row)] for row in range(2)] == [["为负"], []]


@pytest.mark.parametrize(
    ("mode", "expected"),
    [
        (Rounding.HALF_UP, [1, -1, 2, -2, 0]),
        (Rounding.HALF_EVEN, [0, 0, 2, -2, 0]),
        (Rounding.UP, [1, -1, 2, -2, 1]),
        (Rounding.DOWN, [0, 0, 1, -1, 0]),
        (Rounding.CEILING, [1, 0, 2, -1, 1]),
        (Rounding.FLOOR, [0, -1, 1, -2, 0]),
    ],
)
def test_an_item_rounds_by_its_own_mode(mode: Rounding, expected: list[int]) -> None:
    compiled = compile_set([Item("a", "a", "数", 0, mode, "x")], [Input("数", scale=1)])
    assert run(compiled, {"数": ints(5, -5, 15, -15, 1)}, {}, 5).amounts[:, 0].tolist() == expected


def test_an_empty_chunk_runs() -> None:
    compiled = compile_set([Item("a", "a", "100 / 工资 * 3", category="x")], [Input("工资")])
    assert run(compiled, {"工资": ints()}, {}, 0).amounts.shape == (0, 1)


def test_a_column_of_wrong_length_or_type_is_refused() -> None:
    compiled = compile_set([Item("a", "a", "工资", category="x")], [Input("工资")])
    for column in (ints(1), np.array([1.0, 2.0])):
        with pytest.raises(ValueError, match="工资"):
            run(compiled, {"工资": column}, {}, 2)


def test_the_audit_finds_a_changed_cent() -> None:
    compiled = compile_set([Item("a", "a", "工资 * 2", category="x")], [Input("工资")])
    columns = {"工资": ints(1, 2, 3)}
    result = run(compiled, columns, {}, 3)
    assert audit(compiled, columns, {}, result, range(3)) == []
    result.amounts[1, 0] += 1
    assert audit(compiled, columns, {}, result, range(3)) == [(1, "a")]


def test_an_explanation_leads_down_to_inputs_items_and_table_rows() -> None:
    tax = Item("t", "税", 'CUMTAX("年税率", 所得, 已扣)', category="x")
    items = [tax, Item("n", "实发", "所得 - 税", category="x")]
    compiled = compile_set(items, [Input("所得"), Input("已扣")], TABLES)
    found = explain(compiled, {"所得": 5000000, "已扣": 100000})
    assert found["t"].outcome.amount == 148000
    assert {"table:年税率#1", "input:所得", "input:已扣"} <= sources(found["t"].tree)
    assert sources(found["n"].tree) == {"input:所得", "item:t"}
    assert [child.text for child in found["n"].tree.children] == ["所得", "税"]


def sources(trace: Trace) -> set[str]:
    below = set().union(*(sources(child) for child in trace.children)) if trace.children else set()
    return below | ({trace.source} if trace.source else set())


def test_a_rename_changes_no_stored_formula() -> None:
    text = "IF([加班费（1.5倍）] > 0, 基本工资 * 2, SUM(1，基本工资))"
    stored = to_stored(text, {"加班费(1.5倍)": "i1", "基本工资": "base"})
    assert stored == "IF([@i1] > 0, [@base] * 2, SUM(1，[@base]))"
    shown = to_shown(stored, {"i1": "加班费(1.5倍)", "base": "IF"})
    assert shown == "IF([加班费(1.5倍)] > 0, [IF] * 2, SUM(1，[IF]))"


def test_stored_text_runs_like_shown_text() -> None:
    inputs = [Input("基本工资", id="base")]
    compiled = compile_set([Item("a", "a", "[@base] * 2", category="x")], inputs)
    assert run(compiled, {"base": ints(150)}, {}, 1).amounts[0, 0] == 300


def test_a_sum_of_200_terms_and_deep_nesting_need_no_deep_stack() -> None:
    deep = "IF(工资 > 0, " * 15 + "1" + ", 0)" * 15
    items = [Item("a", "a", "+".join(["工资"] * 200), category="x"), Item("b", "b", deep, category="x")]
    compiled = compile_set(items, [Input("工资")])
    result = run(compiled, {"工资": ints(1)}, {}, 1)
    assert result.amounts.tolist() == [[200, 100]]
    assert explain(compiled, {"工资": 1})["a"].outcome.amount == 200


def test_a_formula_of_many_totals_over_300_items_compiles_and_explains() -> None:
    parts = [Item(f"i{n}", f"i{n}", "工资", category="应发") for n in range(299)]
    total = Item("t", "t", "+".join(['SUMITEMS("应发")'] * 60), category="x")
    compiled = compile_set([*parts, total], [Input("工资")])
    assert run(compiled, {"工资": ints(100)}, {}, 1).amounts[0, 299] == 299 * 60 * 100
    assert explain(compiled, {"工资": 100})["t"].outcome.amount == 299 * 60 * 100


def test_a_huge_constant_divisor_rounds_beyond_int64() -> None:
    compiled = compile_set([Item("a", "a", "数 * 1000000 / 99999999999999.0007", 2, category="x")], [Input("数")])
    columns = {"数": ints(-(2**60), 2**60, 2**62, -1)}
    result = run(compiled, columns, {}, 4)
    assert audit(compiled, columns, {}, result, range(4)) == []
