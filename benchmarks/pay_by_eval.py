"""The same 30 items as expressions that are compiled once and evaluated row by row, on floats.

The usual way of tenant formulas: names in a dict, ``eval`` of code objects without builtins. Wrong cents included.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from benchmarks.pay_workloads import BRACKETS, CITIES, FORMULAS, RATES, TIERS, limits_of

EXPRESSIONS = dict(FORMULAS) | {
    "夜班补贴": "夜班次数 * 40 if 夜班次数 > 4 else 夜班次数 * 30",
    "高温补贴": "300 if 高温天数 >= 10 else 高温天数 * 25",
    "司龄补贴": "min(司龄 * 50, 500) if 司龄 >= 1 else 0",
    "管理津贴": '2000 if 管理岗 and 职级 == "P7" else 1000 if 管理岗 else 0',
    "外派补贴": '基本工资 * 0.2 if 外派 and 城市 in ("上海", "北京", "深圳") else 基本工资 * 0.1 if 外派 else 0',
    "餐补": "餐次 * 15 if 实出勤天数 >= 15 else 餐次 * 10",
    "交通补贴": "500 + (公里数 - 500) * 0.85 if 公里数 > 500 else 公里数",
    "销售提成": "tier(销售额)",
    "缺勤扣款": "基本工资 / 21.75 * 事假天数 + 基本工资 / 21.75 * 病假天数 * 0.4 + min(迟到次数 * 50, 300)",
    "缴费基数": 'clamp(社保基数, param("下限", 城市), param("上限", 城市))',
    "养老个人": '缴费基数 * param("养老", 城市)',
    "医疗个人": '缴费基数 * param("医疗", 城市)',
    "失业个人": '缴费基数 * param("失业", 城市)',
    "公积金个人": 'round(clamp(公积金基数, param("下限", 城市), param("上限", 城市)) * 公积金比例, 0)',
    "养老单位": '缴费基数 * param("养老单位", 城市)',
    "医疗单位": '缴费基数 * param("医疗单位", 城市)',
    "个人所得税": "max(bracket(max(累计所得额, 0)) - 累计已扣税, 0)",
    "还款": "min(借款余额, 应发合计 * 0.1)",
}
PARAMS: dict[tuple[str, str], float] = {
    (name, city): value
    for at, city in enumerate(CITIES)
    for name, value in {
        "下限": limits_of(at)[0] / 100, "上限": limits_of(at)[1] / 100,
        **{name: rate / 10000 for name, rate in RATES.items()},
    }.items()
}  # fmt: skip


def _param(column: str, city: str) -> float:
    return PARAMS[column, city]


def _clamp(value: float, low: float, high: float) -> float:
    return max(low, min(value, high))


def _tier(value: float) -> float:
    edges = [low / 100 for low, _rate in TIERS[1:]] + [float("inf")]
    pairs = zip(TIERS, edges, strict=True)
    return sum((min(value, end) - low / 100) * rate / 100 for (low, rate), end in pairs if value > low / 100)


def _bracket(value: float) -> float:
    for over, rate, quick in reversed(BRACKETS):
        if value > over / 100 or over == 0:
            return value * rate / 100 - quick / 100
    return 0.0


NAMES: dict[str, Any] = {
    "__builtins__": {}, "min": min, "max": max, "round": round, "param": _param, "clamp": _clamp, "tier": _tier,
    "bracket": _bracket,
}  # fmt: skip
CODE = [(name, compile(EXPRESSIONS[name], name, "eval")) for name, _formula in FORMULAS]


def by_eval(person: Mapping[str, Any]) -> list[float]:
    """Every item of one person in yuan."""
    values = dict(person)
    for name, code in CODE:
        values[name] = round(eval(code, NAMES, values), 2)
    return [values[name] for name, _code in CODE]
