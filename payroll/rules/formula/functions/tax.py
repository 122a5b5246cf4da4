"""Income tax by table. All rates and limits come from tables and arguments, none is written here."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from payroll.rules.formula.ints import ten
from payroll.rules.formula.plan import Node
from payroll.rules.formula.tables import Column, Row, Table, TableKind

from .registry import Example, function
from .tables import bracket

if TYPE_CHECKING:
    from payroll.rules.formula.checker import CallSite


@function(
    "CUMTAX 累计预扣个税", 'CUMTAX("年税率表", 累计应纳税所得额, 累计已预扣税额[, 累计减免税额])',
    "本期应预扣税额 = 累计所得额按税率表计税 − 累计减免 − 累计已预扣；为负时为 0。所得额为负按 0。",
    "Tax to withhold now: tax on the cumulative taxable income less relief and tax withheld so far, at least 0.",
    Example('CUMTAX("年税率", 37000, 555)', "625"), Example('累计预扣个税("年税率", -100, 0)', "0"),
    Example('CUMTAX("年税率", 37000, 555, 25)', "600"),
    least=3, most=4,
)  # fmt: skip
def _cumulative(call: CallSite) -> Node:
    table = call.table(0, {TableKind.BRACKET})
    taxable, *credits = [call.number(index) for index in range(1, call.count)]
    result = bracket(call, table, call.make.largest(taxable, call.make.const(0)))
    for credit in reversed(credits):
        result = call.make.sub(result, credit)
    return call.make.largest(result, call.make.const(0))


@function(
    "BONUSTAX 年终奖个税", 'BONUSTAX("月税率表", 奖金[, 日期])',
    "全年一次性奖金单独计税：按奖金 ÷ 12 查月税率，奖金 × 税率 − 速算扣除数。写日期取该日有效的税率表。",
    "Separate tax on an annual bonus: rate by a twelfth of it, applied to all of it, less the quick deduction once. "
    "A date takes the table in force on it.",
    Example('BONUSTAX("月税率", 36000)', "1080"), Example('年终奖个税("月税率", 36000.01)', "3390"),
    least=2, most=3,
)  # fmt: skip
def _bonus(call: CallSite) -> Node:
    table, keys = call.chosen(call.table(0, {TableKind.BRACKET}), 2)
    bonus, make = call.number(1), call.make
    return bracket(call, table, bonus, keys, by=make.div(bonus, make.const(12)))


@function(
    "LABORTAX 劳务报酬个税", 'LABORTAX("预扣率表", 收入, 分界, 定额扣除, 比例扣除[, 日期])',
    "收入不超过分界减定额、超过分界减比例后，按预扣率表计税。平台从业人员按累计预扣，用 CUMTAX。",
    "Tax on income less a fixed amount up to the limit, or less a share of it above. Platform workers are taxed "
    "cumulatively: use CUMTAX.",
    Example('LABORTAX("劳务预扣率", 2000, 4000, 800, 0.2)', "240"),
    Example('劳务报酬个税("劳务预扣率", 40000, 4000, 800, 0.2)', "7600"),
    Example('CUMTAX("年税率", 累计收入 * 0.8 - 5000 * 3, 已扣) - LABORTAX("劳务预扣率", 0, 4000, 800, 0.2)',
            "510", {"累计收入": "60000", "已扣": "480"}),
    least=5, most=6,
)  # fmt: skip
def _labour(call: CallSite) -> Node:
    table, keys = call.chosen(call.table(0, {TableKind.BRACKET}), 5)
    make = call.make
    income, limit, fixed, share = (call.number(index) for index in range(1, 5))
    below = make.largest(make.sub(income, fixed), make.const(0))
    above = make.sub(income, make.mul(income, share))
    return bracket(call, table, make.if_(make.compare("<=", income, limit), below, above), keys)


@function(
    "SEVERANCETAX 离职补偿个税", 'SEVERANCETAX("年税率表", 补偿金, 免税限额[, 日期])',
    "超过免税限额（当地上年平均工资三倍）的部分单独按年税率表计税，不减除 60,000。",
    "Tax on what exceeds the exempt amount (three times the local average wage), alone on the annual table.",
    Example('SEVERANCETAX("年税率", 500000, 452772)', "2202.8"),
    Example('离职补偿个税("年税率", 452772, 452772)', "0"),
    least=3, most=4,
)  # fmt: skip
def _severance(call: CallSite) -> Node:
    table, keys = call.chosen(call.table(0, {TableKind.BRACKET}), 3)
    make = call.make
    excess = make.sub(call.number(1), call.number(2))
    return bracket(call, table, make.largest(excess, make.const(0)), keys)


@function(
    "GROSSUP 税后转税前", 'GROSSUP("税率表", 税后所得[, 键, …][, 日期])',
    "税后为给定值的应纳税所得额（税由单位承担时倒推）。",
    "The taxable amount that leaves the given amount after tax.",
    Example('GROSSUP("年税率", 34920)', "36000"), Example('税后转税前("年税率", 47520)', "50000"),
    least=2,
)  # fmt: skip
def _gross_up(call: CallSite) -> Node:
    table, keys = call.chosen(call.table(0, {TableKind.BRACKET}), 2)
    table, net, make = after_tax(table), call.number(1), call.make
    keep = make.sub(make.const(1), make.segment(table, 0, net, keys))
    return make.div(make.sub(net, make.segment(table, 1, net, keys)), keep)


def after_tax(table: Table) -> Table:
    """The brackets by what is left at each lower end, at the exact scale of rate times edge."""
    rate, quick = table.columns[0].scale, table.columns[1].scale
    scale = max(rate + table.edge_scale, quick)
    rows = tuple(
        Row(row.values[:2], row.keys, _left(below, row.lower, table, scale))
        for _keys, brackets in table.groups()
        for below, row in zip((brackets[0], *brackets), brackets, strict=False)
    )
    columns = (Column("rate", rate), Column("quick", quick))
    return replace(table, columns=columns, rows=rows, edge_scale=scale, earlier=())


def _left(row: Row, edge: int | None, table: Table, scale: int) -> int | None:
    if edge is None:
        return None
    rate, quick = table.columns[0].scale, table.columns[1].scale
    kept = edge * (ten(rate) - row.values[0]) * ten(scale - rate - table.edge_scale)
    return kept + row.values[1] * ten(scale - quick)
