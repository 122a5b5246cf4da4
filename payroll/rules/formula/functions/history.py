"""Values of closed runs. The set only asks for them (``CompiledSet.inputs``); the caller sums them up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payroll.rules.formula.errors import RowCode
from payroll.rules.formula.types import History, Type

from .registry import Example, function

if TYPE_CHECKING:
    from payroll.rules.formula.checker import CallSite
    from payroll.rules.formula.plan import Node


@function(
    "YTD 本年累计", "YTD(项目)", "该项目本年已关闭各期之和，不含本期。",
    "The item over the closed runs of this year, without the current one.",
    Example("YTD(津贴) + 1", "601", {"ytd:津贴": "600"}), Example("本年累计(津贴)", "MISSING", {"ytd:津贴": None}),
    least=1, most=1,
)  # fmt: skip
def _ytd(call: CallSite) -> Node:
    return call.history(History.YTD)


@function(
    "PREV 上期", "PREV(项目[, 第几期])", "该项目上一已关闭期的值；写 2 为上上期。没有那一期则为 MISSING 错误。",
    "The item in the last closed run, or in the one before it (2) and so on; MISSING without such a run.",
    Example("PREV(津贴)", "20", {"prev:津贴": "20"}), Example("上期(津贴, 2)", "18", {"prev:津贴:2": "18"}),
    Example("PREV(津贴, 0)", "LATER_PERIOD"),
    least=1, most=2,
)  # fmt: skip
def _prev(call: CallSite) -> Node:
    return call.history(History.PREV, call.periods(1))


@function(
    "SUMPREV 前几期合计", "SUMPREV(项目, 期数)", "该项目前几个已关闭期之和；没有的期不计。",
    "The item over the given number of closed runs; runs without it count nothing.",
    Example("SUMPREV(津贴, 3)", "60", {"sumprev:津贴:3": "60"}),
    Example("前几期合计(津贴, -1)", "LATER_PERIOD"),
    least=2, most=2,
)  # fmt: skip
def _sum_prev(call: CallSite) -> Node:
    return call.history(History.SUMPREV, call.periods(1))


@function(
    "AVGPREV 前几期平均", "AVGPREV(项目, 期数)",
    "该项目前几个已关闭期的平均；只除以实际有的期数，一期也没有则为 MISSING 错误。",
    "The average of the item over the given number of closed runs, by the runs that are there; MISSING without any.",
    Example("AVGPREV(津贴, 12)", "20", {"sumprev:津贴:12": "60", "countprev:津贴:12": "3"}),
    Example("前几期平均(津贴, 12)", "MISSING", {"sumprev:津贴:12": "0", "countprev:津贴:12": "0"}),
    least=2, most=2,
)  # fmt: skip
def _average_prev(call: CallSite) -> Node:
    make, periods = call.make, call.periods(1)
    total, count = call.history(History.SUMPREV, periods), call.history(History.COUNTPREV, periods)
    return make.if_(
        make.compare("=", count, make.const(0)), make.fail(RowCode.MISSING, Type.NUMBER), make.div(total, count)
    )
