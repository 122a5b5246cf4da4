"""Part of a month's amount, by days that are counted elsewhere or by the dates of joining, leaving and changes."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from payroll.rules.formula.errors import RowCode
from payroll.rules.formula.tables import TableKind
from payroll.rules.formula.types import Type

from .registry import Example, function

if TYPE_CHECKING:
    from payroll.rules.formula.checker import CallSite
    from payroll.rules.formula.plan import Node

MONTHLY_PAID_DAYS = Fraction("21.75")
METHODS = {
    "日历日": "calendar", "CALENDAR": "calendar", "工作日": "workdays", "WORKDAYS": "workdays", "21.75": "21.75",
}  # fmt: skip


@function(
    "PRORATE 折算",
    'PRORATE(金额, 实际天数, 应有天数) 或 PRORATE(金额, 起, 止, "日历日" | "工作日" | "21.75"[, "日历"])',
    "按天数：金额 ÷ 应有天数 × 实际天数，只在最后舍入一次。"
    "按日期：从起到止（不含止日，须在同一个月内）占当月的份额；"
    "“日历日”按自然日，“工作日”按日历的工作日，“21.75”按金额 ÷ 21.75 × 工作日数，不超过全额，整月为全额。"
    "止不晚于起时为 0。",
    "By days: amount / days due * days, rounded once at the end. By dates: the share of the month from start to end "
    "(not counted; both in one month) by calendar days, by working days of the calendar, or amount / 21.75 * working "
    "days, never more than the amount and all of it for a whole month. 0 where the end is not after the start.",
    Example("PRORATE(6515.10, 10, 22)", "2961.41"), Example("折算(3000, 10, 21.75)", "1379.31"),
    Example('PRORATE(3100, 入职日, DATE(2026, 4, 1), "日历日")', "1600", {"入职日": "2026-03-16"}),
    Example('折算(2200, DATE(2026, 3, 1), 离职次日, "工作日", "法定日历")', "1000", {"离职次日": "2026-03-16"}),
    Example('PRORATE(4350, 入职日, DATE(2026, 4, 1), "21.75", "法定日历")', "2400", {"入职日": "2026-03-16"}),
    Example('PRORATE(3000, 入职日, DATE(2026, 5, 1), "日历日")', "BAD_PERIOD", {"入职日": "2026-03-16"}),
    least=3, most=5,
)  # fmt: skip
def _prorate(call: CallSite) -> Node:
    if call.args[1].type is Type.DATE:
        return _by_dates(call)
    if call.count > 3:
        raise call.bad("按天数折算只有三个参数", "by days there are three arguments")
    amount, actual, due = call.numbers()
    return call.make.mul(call.make.div(amount, due), actual)


def _by_dates(call: CallSite) -> Node:
    method = METHODS.get(call.text(3).upper()) if call.count > 3 else None
    if method is None or call.count != (4 if method == "calendar" else 5):
        raise call.bad(
            "按日期折算须写方式“日历日”、“工作日”或“21.75”，后两种还须写日历",
            "by dates, name the method: calendar, workdays or 21.75, and for the last two the calendar",
        )
    make, amount = call.make, call.number(0)
    start, end = call.typed(1, Type.DATE), call.typed(2, Type.DATE)
    opening, closing = make.shift(start, make.const(0), to_first=True), make.shift(start, make.const(1), to_first=True)
    days, due = _days(call, method, start, end), _days(call, method, opening, closing)
    part = make.mul(make.div(amount, due), days)
    if method == "21.75":
        share = make.smallest(make.mul(days, make.const(1 / MONTHLY_PAID_DAYS)), make.const(1))
        part = make.if_(make.compare("=", days, due), amount, make.mul(amount, share))
    inside = make.if_(make.compare("<=", end, closing), part, make.fail(RowCode.BAD_PERIOD, Type.NUMBER))
    return make.if_(make.compare("<=", end, start), make.const(0), inside)


def _days(call: CallSite, method: str, start: Node, end: Node) -> Node:
    if method == "calendar":
        return call.make.elapsed("D", start, end)
    return call.make.worked(call.table(4, {TableKind.CALENDAR}), start, end)
