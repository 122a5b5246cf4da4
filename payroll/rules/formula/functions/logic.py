"""Conditions and choices. A branch that is not taken never fails."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payroll.rules.formula.errors import RowCode

from .registry import Example, function

if TYPE_CHECKING:
    from payroll.rules.formula.checker import CallSite
    from payroll.rules.formula.plan import Node


@function(
    "IF 如果", "IF(条件, 成立时, 否则)",
    "条件成立取第二个参数，否则取第三个；未取的一支出错不影响结果。",
    "The second argument where the condition holds, else the third; the other branch cannot fail.",
    Example("IF(出勤天数 >= 20, 300, 0)", "300", {"出勤天数": "21"}),
    Example("如果(应出勤 = 0, 0, 100 / 应出勤)", "0", {"应出勤": "0"}),
    least=3, most=3,
)  # fmt: skip
def _if(call: CallSite) -> Node:
    then, other = call.same_type(1, 2)
    return call.make.if_(call.condition(0), then, other)


@function(
    "IFS 多条件", "IFS(条件1, 值1, 条件2, 值2, …[, 其余])",
    "取第一个成立的条件的值；都不成立取最后的“其余”，没有“其余”则为 NO_MATCH 错误。",
    "The value of the first condition that holds, else the last odd argument; NO_MATCH without one.",
    Example('IFS(评级 = "A", 1.5, 评级 = "B", 1.2, 1)', "1.2", {"评级": "B"}),
    Example('多条件(评级 = "A", 1.5, 评级 = "B", 1.2)', "NO_MATCH", {"评级": "C"}),
    least=2,
)  # fmt: skip
def _ifs(call: CallSite) -> Node:
    count = call.count
    pairs = count // 2
    places = [2 * pair + 1 for pair in range(pairs)] + ([count - 1] if count % 2 else [])
    values = call.same_type(*places)
    result = values[-1] if count % 2 else call.make.fail(RowCode.NO_MATCH, values[0].type)
    for pair in reversed(range(pairs)):
        result = call.make.if_(call.condition(2 * pair), values[pair], result)
    return result


@function(
    "AND 并且 且", "AND(条件, …) 或 条件 AND 条件",
    "全部成立才成立；前面不成立时不再计算后面。", "Whether all hold; stops at the first that does not.",
    Example("IF(AND(天数 > 0, 100 / 天数 > 5), 1, 0)", "0", {"天数": "0"}),
    Example("IF(天数 > 0 并且 天数 < 10, 1, 0)", "1", {"天数": "3"}),
    least=1,
)  # fmt: skip
def _and(call: CallSite) -> Node:
    result = call.condition(0)
    for index in range(1, call.count):
        result = call.make.both(result, call.condition(index))
    return result


@function(
    "OR 或者 或", "OR(条件, …) 或 条件 OR 条件",
    "有一个成立即成立；前面成立时不再计算后面。", "Whether any holds; stops at the first that does.",
    Example("IF(OR(天数 = 0, 100 / 天数 > 5), 1, 0)", "1", {"天数": "0"}),
    Example("IF(天数 < 1 或者 天数 > 10, 1, 0)", "0", {"天数": "3"}),
    least=1,
)  # fmt: skip
def _or(call: CallSite) -> Node:
    result = call.condition(0)
    for index in range(1, call.count):
        result = call.make.either(result, call.condition(index))
    return result


@function(
    "IN 属于", "IN(值, 选项, …) 或 值 IN (选项, …)",
    "值等于任一选项。", "Whether the value equals one of the options.",
    Example('IF(城市 IN ("上海", "北京"), 500, 300)', "500", {"城市": "北京"}),
    Example("IF(属于(级别, 1, 2, 3), 1, 0)", "0", {"级别": "4"}),
    least=2,
)  # fmt: skip
def _in(call: CallSite) -> Node:
    value, *options = call.same_type(*range(call.count))
    result = call.make.compare("=", value, options[0])
    for option in options[1:]:
        result = call.make.either(result, call.make.compare("=", value, option))
    return result


@function(
    "BETWEEN 介于", "BETWEEN(值, 下限, 上限)",
    "下限 ≤ 值 ≤ 上限。", "Whether low <= value <= high, both ends included.",
    Example("IF(BETWEEN(工龄, 1, 3), 100, 0)", "100", {"工龄": "3"}),
    Example("IF(介于(工龄, 1, 3), 100, 0)", "0", {"工龄": "3.01"}),
    least=3, most=3,
)  # fmt: skip
def _between(call: CallSite) -> Node:
    value, low, high = call.ordered(0, 1, 2)
    make = call.make
    return make.both(make.compare(">=", value, low), make.compare("<=", value, high))


@function(
    "COALESCE 空值取", "COALESCE(值, 备用值, …)",
    "值缺失（MISSING）时取下一个；其它错误照常报告。",
    "The next argument where a value is missing; other errors stay.",
    Example("COALESCE(奖金, 0) + 100", "100", {"奖金": None}),
    Example("空值取(奖金, 0) + 100", "150", {"奖金": "50"}),
    least=2,
)  # fmt: skip
def _coalesce(call: CallSite) -> Node:
    *values, result = call.same_type(*range(call.count))
    for value in reversed(values):
        result = call.make.catch(value, result, RowCode.MISSING)
    return result


@function(
    "IFERROR 出错取", "IFERROR(值, 备用值)",
    "值出现任何错误时取备用值。", "The second argument where the first fails in any way.",
    Example("IFERROR(100 / 天数, 0)", "0", {"天数": "0"}),
    Example("出错取(100 / 天数, 0)", "25", {"天数": "4"}),
    least=2, most=2,
)  # fmt: skip
def _iferror(call: CallSite) -> Node:
    value, fallback = call.same_type(0, 1)
    return call.make.catch(value, fallback, None)


@function(
    "DIV 安全除", "DIV(被除数, 除数, 除数为零时)",
    "除法；除数为零时取第三个参数。", "A quotient, or the third argument where the divisor is zero.",
    Example("DIV(奖金, 人数, 0)", "0", {"奖金": "100", "人数": "0"}),
    Example("安全除(奖金, 人数, 0)", "33.33", {"奖金": "100", "人数": "3"}),
    least=3, most=3,
)  # fmt: skip
def _div(call: CallSite) -> Node:
    top, bottom, fallback = call.numbers()
    make = call.make
    return make.if_(make.compare("=", bottom, make.const(0)), fallback, make.div(top, bottom))


@function(
    "CHECK 报警", 'CHECK(值, 应满足的条件, "提示")',
    "值原样返回；条件不满足时记一条提醒，不中断计算。只能写在公式最外层。",
    "The value unchanged; where the condition fails a warning is recorded. Only outermost in a formula.",
    Example('CHECK(实发, 实发 >= 0, "实发为负")', "-5", {"实发": "-5"}),
    Example('报警(实发, 实发 >= 0, "实发为负")', "MISSING", {"实发": None}),
    least=3, most=3,
)  # fmt: skip
def _check(call: CallSite) -> Node:
    call.warn(call.condition(1), call.text(2))
    return call.args[0]
