"""Rounding and arithmetic."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payroll.rules.formula.types import Rounding

from .registry import Example, function

if TYPE_CHECKING:
    from payroll.rules.formula.checker import CallSite
    from payroll.rules.formula.plan import Node


@function(
    "ROUND 四舍五入", "ROUND(值[, 小数位])",
    "四舍五入（.5 远离零）；小数位可为负，省略为 0。", "Half away from zero; digits may be negative.",
    Example("ROUND(2.675, 2)", "2.68"), Example("四舍五入(12250, -2)", "12300"), Example("ROUND(-0.5)", "-1"),
    least=1, most=2,
)  # fmt: skip
def _round(call: CallSite) -> Node:
    return call.make.round(Rounding.HALF_UP, call.digits(1), call.number(0))


@function(
    "ROUNDUP 进位", "ROUNDUP(值[, 小数位])", "向远离零的方向取。", "Away from zero.",
    Example("ROUNDUP(12.3001, 2)", "12.31"), Example("进位(-1.1, 0)", "-2"),
    least=1, most=2,
)  # fmt: skip
def _round_up(call: CallSite) -> Node:
    return call.make.round(Rounding.UP, call.digits(1), call.number(0))


@function(
    "ROUNDDOWN 截尾", "ROUNDDOWN(值[, 小数位])", "向零截去。", "Towards zero.",
    Example("ROUNDDOWN(12.399, 2)", "12.39"), Example("截尾(-1.9, 0)", "-1"),
    least=1, most=2,
)  # fmt: skip
def _round_down(call: CallSite) -> Node:
    return call.make.round(Rounding.DOWN, call.digits(1), call.number(0))


@function(
    "ROUNDEVEN 银行家舍入", "ROUNDEVEN(值[, 小数位])", "四舍六入五成双。", "Half to even.",
    Example("ROUNDEVEN(2.665, 2)", "2.66"), Example("银行家舍入(2.675, 2)", "2.68"),
    least=1, most=2,
)  # fmt: skip
def _round_even(call: CallSite) -> Node:
    return call.make.round(Rounding.HALF_EVEN, call.digits(1), call.number(0))


@function(
    "CEILING 向上取倍数", "CEILING(值, 倍数)", "不小于值的最小倍数。", "The least multiple not below the value.",
    Example("CEILING(1234.1, 1)", "1235"), Example("向上取倍数(7, 0.5)", "7"), Example("CEILING(5, 0)", "DIV0"),
    least=2, most=2,
)  # fmt: skip
def _ceiling(call: CallSite) -> Node:
    value, step = call.numbers()
    return call.make.multiple(Rounding.CEILING, value, call.make.absolute(step))


@function(
    "FLOOR 向下取倍数", "FLOOR(值, 倍数)", "不大于值的最大倍数。", "The greatest multiple not above the value.",
    Example("FLOOR(1234.9, 1)", "1234"), Example("向下取倍数(7.7, 0.5)", "7.5"),
    least=2, most=2,
)  # fmt: skip
def _floor(call: CallSite) -> Node:
    value, step = call.numbers()
    return call.make.multiple(Rounding.FLOOR, value, call.make.absolute(step))


@function(
    "MROUND 按倍数取整", "MROUND(值, 倍数)", "最近的倍数，正中时远离零。", "The nearest multiple, half away from zero.",
    Example("MROUND(7.5, 5)", "10"), Example("按倍数取整(7.4, 5)", "5"),
    least=2, most=2,
)  # fmt: skip
def _mround(call: CallSite) -> Node:
    value, step = call.numbers()
    return call.make.multiple(Rounding.HALF_UP, value, step)


@function(
    "INT 取整", "INT(值)", "不大于值的最大整数。", "The greatest integer not above the value.",
    Example("INT(2.9)", "2"), Example("取整(-2.1)", "-3"),
    least=1, most=1,
)  # fmt: skip
def _int(call: CallSite) -> Node:
    return call.make.round(Rounding.FLOOR, 0, call.number(0))


@function(
    "MOD 取余", "MOD(值, 除数)", "值 - 除数 × INT(值 / 除数)，符号同除数。",
    "What remains after whole divisors; takes the sign of the divisor.",
    Example("MOD(7, 3)", "1"), Example("取余(-7, 3)", "2"), Example("MOD(7, 0)", "DIV0"),
    least=2, most=2,
)  # fmt: skip
def _mod(call: CallSite) -> Node:
    value, step = call.numbers()
    return call.make.sub(value, call.make.multiple(Rounding.FLOOR, value, step))


@function(
    "ABS 绝对值", "ABS(值)", "绝对值。", "The value without its sign.",
    Example("ABS(-3.5)", "3.5"), Example("绝对值(2)", "2"),
    least=1, most=1,
)  # fmt: skip
def _abs(call: CallSite) -> Node:
    return call.make.absolute(call.number(0))


@function(
    "MIN 最小值 取小", "MIN(值, …)", "最小的一个。", "The smallest.",
    Example("MIN(3, 1, 2)", "1"), Example("最小值(工资, 3000)", "2500", {"工资": "2500"}),
    least=1,
)  # fmt: skip
def _min(call: CallSite) -> Node:
    result, *others = call.numbers()
    for other in others:
        result = call.make.smallest(result, other)
    return result


@function(
    "MAX 最大值 取大", "MAX(值, …)", "最大的一个。", "The largest.",
    Example("MAX(3, 1, 2)", "3"), Example("最大值(工资, 3000)", "3000", {"工资": "2500"}),
    least=1,
)  # fmt: skip
def _max(call: CallSite) -> Node:
    result, *others = call.numbers()
    for other in others:
        result = call.make.largest(result, other)
    return result


@function(
    "SUM 求和 合计", "SUM(值, …)", "相加。", "The total.",
    Example("SUM(1, 2.5, -1)", "2.5"), Example("合计(工资, 奖金)", "30", {"工资": "10", "奖金": "20"}),
    least=1,
)  # fmt: skip
def _sum(call: CallSite) -> Node:
    return call.make.total(call.numbers())


@function(
    "CLAMP 限额", "CLAMP(值, 下限, 上限)", "低于下限取下限，高于上限取上限。",
    "The value held between low and high; low wins if the two cross.",
    Example("CLAMP(基数, 4800, 26000)", "4800", {"基数": "3000"}),
    Example("限额(基数, 4800, 26000)", "26000", {"基数": "30000"}),
    least=3, most=3,
)  # fmt: skip
def _clamp(call: CallSite) -> Node:
    value, low, high = call.numbers()
    return call.make.largest(low, call.make.smallest(value, high))


@function(
    "SUMITEMS 项目合计", 'SUMITEMS("类别", …)', "一个或多个类别的全部项目之和；项目范围在保存时确定。",
    "The total of all items of the categories, fixed when the set is saved.",
    Example('SUMITEMS("应发") + 0', "30", {}),
    least=1,
)  # fmt: skip
def _sum_items(call: CallSite) -> Node:
    return call.category_total()
