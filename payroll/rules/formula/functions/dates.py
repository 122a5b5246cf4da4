"""Dates. Lengths are counted in whole units, rounded down."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING

from payroll.rules.formula.civil import day_number
from payroll.rules.formula.plan import Const
from payroll.rules.formula.tables import TableKind
from payroll.rules.formula.types import Rounding, Type

from .registry import Example, function

if TYPE_CHECKING:
    from payroll.rules.formula.checker import CallSite
    from payroll.rules.formula.plan import Node


@function(
    "DATE 日期", "DATE(年, 月, 日)", "日期常量，年月日须为整数。", "A constant date of whole numbers.",
    Example("DAYS(DATE(2026, 1, 1), DATE(2026, 3, 1))", "59"),
    Example("YEAR(日期(2026, 1, 31))", "2026"),
    least=3, most=3,
)  # fmt: skip
def _date(call: CallSite) -> Node:
    parts = [call.whole(index) for index in range(3)]
    try:
        number = day_number(date(*parts))
    except (ValueError, OverflowError):
        raise call.bad("没有这一天", "no such day") from None
    return Const(call.make.at, Type.DATE, number)


@function(
    "YEAR 年", "YEAR(日期)", "年份。", "The year.", Example("年(入职日)", "2024", {"入职日": "2024-02-29"}),
    least=1, most=1,
)  # fmt: skip
def _year(call: CallSite) -> Node:
    return call.make.date_part("Y", call.typed(0, Type.DATE))


@function(
    "MONTH 月", "MONTH(日期)", "月份 1–12。", "The month, 1 to 12.",
    Example("MONTH(入职日)", "2", {"入职日": "2024-02-29"}),
    least=1, most=1,
)  # fmt: skip
def _month(call: CallSite) -> Node:
    return call.make.date_part("M", call.typed(0, Type.DATE))


@function(
    "DAY 日", "DAY(日期)", "几号 1–31。", "The day of the month.",
    Example("DAY(入职日)", "29", {"入职日": "2024-02-29"}),
    least=1, most=1,
)  # fmt: skip
def _day(call: CallSite) -> Node:
    return call.make.date_part("D", call.typed(0, Type.DATE))


@function(
    "DAYS 天数差", "DAYS(起, 止)", "从起到止的天数（不含止日）。", "Days from start to end, the end not counted.",
    Example("DAYS(入职日, DATE(2026, 3, 1))", "1", {"入职日": "2026-02-28"}),
    least=2, most=2,
)  # fmt: skip
def _days(call: CallSite) -> Node:
    start, end = call.typed(0, Type.DATE), call.typed(1, Type.DATE)
    return call.make.elapsed("D", start, end)


@function(
    "DATEDIF 日期间隔", 'DATEDIF(起, 止, "Y" | "M" | "D")', "整年、整月或天数。", "Whole years, months or days.",
    Example('DATEDIF(入职日, DATE(2026, 2, 28), "M")', "24", {"入职日": "2024-02-28"}),
    Example('日期间隔(入职日, DATE(2026, 2, 27), "Y")', "1", {"入职日": "2024-02-28"}),
    least=3, most=3,
)  # fmt: skip
def _datedif(call: CallSite) -> Node:
    start, end, unit = call.typed(0, Type.DATE), call.typed(1, Type.DATE), call.text(2).upper()
    if unit not in ("Y", "M", "D"):
        raise call.bad('单位须为 "Y"、"M" 或 "D"', 'the unit must be "Y", "M" or "D"')
    return _years(call, start, end) if unit == "Y" else call.make.elapsed(unit, start, end)


@function(
    "WORKDAYS 工作日数", 'WORKDAYS(起, 止, "日历")',
    "从起到止的工作日数（不含止日）：周一至周五，按日历扣除节假日、加上调休上班日；日期超出日历为 NO_MATCH 错误。",
    "Working days from start to end, the end not counted: Monday to Friday with the holidays and shifted working days "
    "of the calendar; NO_MATCH outside of it.",
    Example('WORKDAYS(DATE(2026, 2, 1), DATE(2026, 3, 1), "法定日历")', "16"),
    Example('工作日数(入职日, DATE(2026, 3, 1), "法定日历")', "5", {"入职日": "2026-02-24"}),
    Example('WORKDAYS(DATE(2030, 1, 1), DATE(2030, 2, 1), "法定日历")', "NO_MATCH"),
    least=3, most=3,
)  # fmt: skip
def _workdays(call: CallSite) -> Node:
    start, end = call.typed(0, Type.DATE), call.typed(1, Type.DATE)
    return call.make.worked(call.table(2, {TableKind.CALENDAR}), start, end)


@function(
    "ADDMONTHS 加月", "ADDMONTHS(日期, 月数)",
    "若干个整月后的日期（月数可为负）；没有那一天时取当月最后一天。",
    "The date some whole months later (negative: earlier), at most the last day of its month.",
    Example("DAY(ADDMONTHS(入职日, 1))", "28", {"入职日": "2026-01-31"}),
    Example("IF(加月(入职日, 6) <= DATE(2026, 8, 1), 300, 0)", "300", {"入职日": "2026-02-01"}),
    least=2, most=2,
)  # fmt: skip
def _add_months(call: CallSite) -> Node:
    return call.make.shift(call.typed(0, Type.DATE), call.number(1))


@function(
    "SENIORITY 司龄", "SENIORITY(入职日, 截止日)", "满几年。", "Whole years of service.",
    Example("SENIORITY(入职日, DATE(2026, 5, 31))", "2", {"入职日": "2024-05-31"}),
    Example("司龄(入职日, DATE(2026, 5, 30))", "1", {"入职日": "2024-05-31"}),
    least=2, most=2,
)  # fmt: skip
def _seniority(call: CallSite) -> Node:
    return _years(call, call.typed(0, Type.DATE), call.typed(1, Type.DATE))


def _years(call: CallSite, start: Node, end: Node) -> Node:
    months = call.make.elapsed("M", start, end)
    return call.make.round(Rounding.FLOOR, 0, call.make.mul(months, call.make.const(Fraction(1, 12))))
