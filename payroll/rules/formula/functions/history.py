"""Values of closed runs. The set only asks for them (``CompiledSet.inputs``); the caller sums them up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payroll.rules.formula.types import History

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
    "PREV 上期", "PREV(项目)", "该项目上一已关闭期的值。", "The item in the last closed run.",
    Example("PREV(津贴)", "20", {"prev:津贴": "20"}),
    least=1, most=1,
)  # fmt: skip
def _prev(call: CallSite) -> Node:
    return call.history(History.PREV)


@function(
    "SUMPREV 前几期合计", "SUMPREV(项目, 期数)", "该项目前几个已关闭期之和。",
    "The item over the given number of closed runs.",
    Example("SUMPREV(津贴, 3) / 3", "20", {"sumprev:津贴:3": "60"}),
    least=2, most=2,
)  # fmt: skip
def _sum_prev(call: CallSite) -> Node:
    months = call.whole(1)
    if not 1 <= months <= 36:
        raise call.bad("期数须为 1 到 36", "the number of runs must be 1 to 36")
    return call.history(History.SUMPREV, months)
