"""Functions on parameter tables. Tables, columns and keys are checked when the set is saved."""

from __future__ import annotations

from collections.abc import Iterator
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
    "PARAM 参数", 'PARAM("表"[, "列"[, 键, …][, 日期]])',
    "参数表中键相符的一行的值；没有相符的行为 NO_MATCH 错误。只有一列且无键时可省略列名。写日期取该日有效的版本。",
    "The cell of the row whose keys match; NO_MATCH without one. The column may be left out if it is the only one. "
    "A date takes the version in force on it.",
    Example('PARAM("起征点")', "5000"),
    Example('PARAM("社保基数", "下限", 城市)', "7384", {"城市": "上海"}),
    Example('参数("社保基数", "上限", 城市)', "NO_MATCH", {"城市": "拉萨"}),
    Example('PARAM("高温津贴", "金额", DATE(2026, 5, 31))', "180"),
    Example('参数("高温津贴", "金额", 入职日)', "300", {"入职日": "2026-06-01"}),
    least=1,
)  # fmt: skip
def _param(call: CallSite) -> Node:
    table = call.table(0, {TableKind.CONSTANT, TableKind.LOOKUP})
    column = call.column(table, 1)
    table, keys = call.chosen(table, 2)
    return call.make.pick(table, column, keys)


@function(
    "LOOKUP 分段取值", 'LOOKUP("表", 值[, "列"[, 键, …][, 日期]])',
    "值所在的一段对应的值（整段取一个值，不累进）；有键的表先按键选出分段。",
    "The cell of the segment that holds the value; a table with keys has segments of its own for each.",
    Example('LOOKUP("提成比例", 销售额)', "0.03", {"销售额": "60000"}),
    Example('分段取值("提成比例", 销售额)', "NO_MATCH", {"销售额": "-1"}),
    Example('LOOKUP("职级补贴", 工龄, "金额", 职级)', "800", {"工龄": "4", "职级": "P6"}),
    least=2,
)  # fmt: skip
def _lookup(call: CallSite) -> Node:
    table = call.table(0, SEGMENTED)
    column = call.column(table, 2)
    table, keys = call.chosen(table, 3)
    return call.make.segment(table, column, call.number(1), keys)


@function(
    "BRACKET 速算", 'BRACKET("表", 值[, 键, …][, 日期])',
    "值 × 所在级的税率 − 速算扣除数；每级含上限。", "value × rate − quick deduction of its bracket.",
    Example('BRACKET("年税率", 36000)', "1080"), Example('速算("年税率", 36000.01)', "1080"),
    Example('BRACKET("年税率", 50000)', "2480"),
    least=2,
)  # fmt: skip
def _bracket(call: CallSite) -> Node:
    table, keys = call.chosen(call.table(0, {TableKind.BRACKET}), 2)
    return bracket(call, table, call.number(1), keys)


def bracket(call: CallSite, table: Table, value: Node, keys: tuple[Node, ...] = (), by: Node | None = None) -> Node:
    """Rate and quick deduction of the bracket that holds ``by`` (``value`` itself if left out)."""
    make, fine = call.make, quick_at_product_scale(table)
    place = value if by is None else by
    return make.sub(make.mul(value, make.segment(fine, 0, place, keys)), make.segment(fine, 1, place, keys))


def quick_at_product_scale(table: Table) -> Table:
    """The same table with the quick deduction at the scale of rate × money, so that subtracting it needs
    no further multiplication of a whole column."""
    rate, quick, *others = table.columns
    finer = max(rate.scale + MONEY_SCALE - quick.scale, 0)
    rows = (replace(row, values=(row.values[0], row.values[1] * ten(finer), *row.values[2:])) for row in table.rows)
    columns = (rate, Column(quick.name, quick.scale + finer), *others)
    return replace(table, columns=columns, rows=tuple(rows), earlier=())


@function(
    "TIER 分档累进", 'TIER("表", 值[, 键, …][, 日期])',
    "各档分别按本档比例计算后相加；有键的表先按键选出分档。",
    "Each part of the value at the rate of its own tier, added up; a table with keys has tiers of its own for each.",
    Example('TIER("阶梯提成", 25000)', "900"), Example('分档累进("阶梯提成", 10000)', "200"),
    Example('TIER("分城提成", 业绩, 城市)', "400", {"业绩": "20000", "城市": "上海"}),
    Example('TIER("分城提成", 业绩, 城市)', "NO_MATCH", {"业绩": "20000", "城市": "拉萨"}),
    least=2,
)  # fmt: skip
def _tier(call: CallSite) -> Node:
    table, keys = call.chosen(call.table(0, {TableKind.TIER}), 2)
    make, value, steps = call.make, call.number(1), tier_steps(table)
    part = make.sub(value, make.segment(steps, 1, value, keys))
    return make.add(make.segment(steps, 2, value, keys), make.mul(part, make.segment(steps, 0, value, keys)))


def tier_steps(table: Table) -> Table:
    """The tier table as segments of rate, lower end, and what all lower tiers come to."""
    rate_scale = table.columns[0].scale
    columns = (
        Column("rate", rate_scale),
        Column("lower", table.edge_scale),
        Column("below", rate_scale + table.edge_scale),
    )
    rows = tuple(row for _keys, tiers in table.groups() for row in _steps(tiers))
    return replace(table, kind=TableKind.STEP, columns=columns, rows=rows, earlier=())


def _steps(tiers: tuple[Row, ...]) -> Iterator[Row]:
    total = 0
    for row, following in zip(tiers, (*tiers[1:], None), strict=True):
        lower = row.lower
        assert lower is not None, "Table refuses a tier without a lower end"
        yield Row((row.values[0], lower, total), row.keys, lower)
        if following is not None:
            total += ((following.lower or 0) - lower) * row.values[0]
