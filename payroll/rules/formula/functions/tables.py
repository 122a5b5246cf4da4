"""Functions on parameter tables. Tables, columns and keys are checked when the set is saved."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from payroll.rules.formula.ints import ten
from payroll.rules.formula.rationals import MONEY_SCALE
from payroll.rules.formula.tables import SEGMENTED, Column, Row, Table, TableKind

from .registry import Example, function

if TYPE_CHECKING:
    from payroll.rules.formula.checker import CallSite
    from payroll.rules.formula.plan import Node


@function(
    "PARAM 参数", 'PARAM("表"[, "列"[, 键, …]])',
    "参数表中键相符的一行的值；没有相符的行为 NO_MATCH 错误。只有一列且无键时可省略列名。",
    "The cell of the row whose keys match; NO_MATCH without one. The column may be left out if it is the only one.",
    Example('PARAM("起征点")', "5000"),
    Example('PARAM("社保基数", "下限", 城市)', "7384", {"城市": "上海"}),
    Example('参数("社保基数", "上限", 城市)', "NO_MATCH", {"城市": "拉萨"}),
    least=1,
)  # fmt: skip
def _param(call: CallSite) -> Node:
    table = call.table(0, {TableKind.CONSTANT, TableKind.LOOKUP})
    return call.make.pick(table, call.column(table, 1), call.keys(table, 2))


@function(
    "LOOKUP 分段取值", 'LOOKUP("表", 值[, "列"])',
    "值所在的一段对应的值（整段取一个值，不累进）。", "The cell of the segment that holds the value.",
    Example('LOOKUP("提成比例", 销售额)', "0.03", {"销售额": "60000"}),
    Example('分段取值("提成比例", 销售额)', "NO_MATCH", {"销售额": "-1"}),
    least=2, most=3,
)  # fmt: skip
def _lookup(call: CallSite) -> Node:
    table = call.table(0, SEGMENTED)
    return call.make.segment(table, call.column(table, 2), call.number(1))


@function(
    "BRACKET 速算", 'BRACKET("表", 值)',
    "值 × 所在级的税率 − 速算扣除数；每级含上限。", "value × rate − quick deduction of its bracket.",
    Example('BRACKET("年税率", 36000)', "1080"), Example('速算("年税率", 36000.01)', "1080"),
    Example('BRACKET("年税率", 50000)', "2480"),
    least=2, most=2,
)  # fmt: skip
def _bracket(call: CallSite) -> Node:
    return bracket(call, call.table(0, {TableKind.BRACKET}), call.number(1))


def bracket(call: CallSite, table: Table, value: Node) -> Node:
    make, fine = call.make, quick_at_product_scale(table)
    return make.sub(make.mul(value, make.segment(fine, 0, value)), make.segment(fine, 1, value))


def quick_at_product_scale(table: Table) -> Table:
    """The same table with the quick deduction at the scale of rate × money, so that subtracting it needs
    no further multiplication of a whole column."""
    rate, quick, *others = table.columns
    finer = max(rate.scale + MONEY_SCALE - quick.scale, 0)
    rows = (replace(row, values=(row.values[0], row.values[1] * ten(finer), *row.values[2:])) for row in table.rows)
    return replace(table, columns=(rate, Column(quick.name, quick.scale + finer), *others), rows=tuple(rows))


@function(
    "TIER 分档累进", 'TIER("表", 值)',
    "各档分别按本档比例计算后相加。", "Each part of the value at the rate of its own tier, added up.",
    Example('TIER("阶梯提成", 25000)', "900"), Example('分档累进("阶梯提成", 10000)', "200"),
    least=2, most=2,
)  # fmt: skip
def _tier(call: CallSite) -> Node:
    table, value = call.table(0, {TableKind.TIER}), call.number(1)
    make = call.make
    steps = tier_steps(table)
    part = make.sub(value, make.segment(steps, 1, value))
    return make.add(make.segment(steps, 2, value), make.mul(part, make.segment(steps, 0, value)))


def tier_steps(table: Table) -> Table:
    """The tier table as segments of rate, lower end, and what all lower tiers come to."""
    rate_scale = table.columns[0].scale
    total, rows = 0, []
    for index, row in enumerate(table.rows):
        lower = row.lower
        assert lower is not None, "Table refuses a tier without a lower end"
        rows.append(Row((row.values[0], lower, total), lower=lower))
        if index + 1 < len(table.rows):
            total += ((table.rows[index + 1].lower or 0) - lower) * row.values[0]
    columns = (
        Column("rate", rate_scale),
        Column("lower", table.edge_scale),
        Column("below", rate_scale + table.edge_scale),
    )
    return replace(table, kind=TableKind.STEP, columns=columns, rows=tuple(rows))
