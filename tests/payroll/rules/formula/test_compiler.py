"""A set is checked as a whole when it is saved."""

from __future__ import annotations

import pytest

from payroll.rules.formula import FormulaError, FormulaSetError, Input, Item, Type, compile_set
from payroll.rules.formula.examples import TABLES

INPUTS = [Input("工资"), Input("天数"), Input("城市", Type.TEXT), Input("转正", Type.BOOL), Input("入职", Type.DATE)]


def items(**formulas: str) -> list[Item]:
    return [Item(name, name, text, category="应发") for name, text in formulas.items()]


def refusal(**formulas: str) -> FormulaError:
    with pytest.raises(FormulaSetError) as caught:
        compile_set(items(**formulas), INPUTS, TABLES)
    return caught.value.errors[0]


@pytest.mark.parametrize(
    ("formula", "code", "pos"),
    [
        ('工资 + "a"', "TYPE", 3),
        ("城市", "TYPE", 0),
        ("工资 > 1", "TYPE", 3),
        ("IF(工资, 1, 2)", "TYPE", 3),
        ("IF(转正, 1, 城市)", "TYPE", 10),
        ("IF(城市 < 城市, 1, 2)", "TYPE", 6),
        ("IF(入职 = 1, 1, 2)", "TYPE", 6),
        ("NOT 工资", "TYPE", 4),
        ("IF(1, 2)", "BAD_ARGS", 0),
        ("ROUND(1, 天数)", "BAD_ARGS", 0),
        ("ROUND(1, 9)", "BAD_ARGS", 0),
        ("1 + CHECK(1, 转正, \"x\")", "BAD_ARGS", 4),
        ('PARAM("社保基数", "下限")', "BAD_ARGS", 0),
        ('BRACKET("社保基数", 1)', "BAD_ARGS", 0),
        ('PARAM("社保", "下限", 城市)', "UNKNOWN_NAME", 6),
        ('PARAM("社保基数", "平均", 城市)', "UNKNOWN_NAME", 14),
        ('SUMITEMS("扣款")', "UNKNOWN_NAME", 9),
        ("DATE(2026, 2, 30)", "BAD_ARGS", 0),
        ("YTD(工资)", "BAD_ARGS", 0),
        ("FOO(1)", "UNKNOWN_FUNC", 0),
    ],
)  # fmt: skip
def test_names_types_and_arguments_are_checked(formula: str, code: str, pos: int) -> None:
    error = refusal(x=formula)
    assert (error.code, error.pos, error.item) == (code, pos, "x")


def test_an_unknown_name_brings_near_ones() -> None:
    assert "天数" in refusal(x="应出勤天数 * 2").suggestions
    assert "ROUND" in refusal(x="ROUDN(1)").suggestions


def test_a_cycle_names_its_whole_path_wherever_it_begins() -> None:
    error = refusal(t="a", a="1 + b", b="c", c="a")
    assert (error.code, error.path, error.item, error.pos) == ("CYCLE", ("a", "b", "c", "a"), "a", 4)


def test_a_category_total_inside_its_category_is_a_cycle() -> None:
    assert refusal(a='SUMITEMS("应发")').code == "CYCLE"


def test_every_item_reports_its_first_mistake() -> None:
    with pytest.raises(FormulaSetError) as caught:
        compile_set(items(a="1 +", b="2", c="foo"), INPUTS)
    assert [(error.item, error.code) for error in caught.value.errors] == [("a", "SYNTAX"), ("c", "UNKNOWN_NAME")]


def test_items_run_after_what_they_read_and_know_what_they_use() -> None:
    compiled = compile_set(items(a="b + c", b="c", c="1"), INPUTS)
    assert [compiled.items[at].id for at in compiled.order] == ["c", "b", "a"]
    assert compiled.uses("a") == ("b", "c")


def test_a_working_item_that_nothing_uses_is_noted() -> None:
    compiled = compile_set([Item("a", "甲", "1"), Item("b", "乙", "2", category="应发")], [])
    assert [(note.code, note.item) for note in compiled.notes] == [("UNUSED", "a")]


def test_two_things_may_not_share_a_name() -> None:
    with pytest.raises(FormulaSetError) as caught:
        compile_set([Item("x", "工资", "1")], INPUTS)
    assert caught.value.errors[0].code == "DUPLICATE_NAME"


def test_history_is_asked_for_as_an_input_and_is_no_cycle() -> None:
    compiled = compile_set(items(a="YTD(a) + PREV(a) + SUMPREV(a, 3)"), [])
    assert [entry.key for entry in compiled.inputs] == ["ytd:a", "prev:a", "sumprev:a:3"]


def test_at_most_300_items() -> None:
    many = [Item(f"i{n}", f"i{n}", "1", category="x") for n in range(301)]
    with pytest.raises(FormulaSetError):
        compile_set(many, [])
    assert len(compile_set(many[:300], []).items) == 300
