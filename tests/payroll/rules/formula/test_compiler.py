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
        ("1 + PREV(x, 0)", "LATER_PERIOD", 12),
        ("SUMPREV(x, -1)", "LATER_PERIOD", 11),
        ("AVGPREV(x, 37)", "LATER_PERIOD", 11),
        ('PARAM("社保基数", "下限", 城市, 入职)', "BAD_ARGS", 0),
        ('TIER("分城提成", 1)', "BAD_ARGS", 0),
        ('LOOKUP("职级补贴", 1, "金额", 工资)', "TYPE", 24),
        ('WORKDAYS(入职, 入职, "年税率")', "BAD_ARGS", 0),
        ('PRORATE(1, 入职, 入职, "按月")', "BAD_ARGS", 0),
        ('PRORATE(1, 入职, 入职, "工作日")', "BAD_ARGS", 0),
        ("IF(ADDMONTHS(入职, 1) = 1, 1, 2)", "TYPE", 20),
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
    compiled = compile_set(items(a="YTD(a) + PREV(a) + PREV(a, 2) + SUMPREV(a, 3) + AVGPREV(a, 6)"), [])
    wanted = {"ytd:a", "prev:a", "prev:a:2", "sumprev:a:3", "countprev:a:6", "sumprev:a:6"}
    assert {entry.key for entry in compiled.inputs} == wanted


def test_at_most_300_items() -> None:
    many = [Item(f"i{n}", f"i{n}", "1", category="x") for n in range(301)]
    with pytest.raises(FormulaSetError):
        compile_set(many, [])
    assert len(compile_set(many[:300], []).items) == 300


def test_items_may_be_texts_conditions_and_dates_of_the_type_they_declare() -> None:
    made = [
        Item("late", "晚入职", "入职 > DATE(2026, 1, 1)", type=Type.BOOL),
        Item("due", "转正日", "ADDMONTHS(入职, 6)", type=Type.DATE),
        Item("grade", "档", 'IF(晚入职, "新", "老")', type=Type.TEXT),
        Item("pay", "津贴", 'IF(档 = "新" AND 转正日 > 入职, 100, 200)', category="应发"),
    ]
    assert compile_set(made, INPUTS, TABLES).uses("pay") == ("grade", "due")
    for wrong in (Item("x", "x", "1", type=Type.TEXT), Item("x", "x", "城市", type=Type.DATE), Item("x", "x", "转正")):
        with pytest.raises(FormulaSetError) as caught:
            compile_set([wrong], INPUTS)
        assert caught.value.errors[0].code == "TYPE"


@pytest.mark.parametrize("formula", ['SUMITEMS("应发")', "YTD(档)", "档 + 1"])
def test_an_item_that_is_no_number_cannot_be_added_up(formula: str) -> None:
    made = [Item("grade", "档", "城市", category="应发", type=Type.TEXT), Item("x", "x", formula, category="x")]
    with pytest.raises(FormulaSetError) as caught:
        compile_set(made, INPUTS)
    assert [error.item for error in caught.value.errors] == ["x"]
