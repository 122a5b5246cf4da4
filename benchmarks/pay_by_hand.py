"""The same 30 items by hand, as two engineers would write them: numpy int64 and decimal.Decimal.

The numpy one is the yardstick: whole fen, one division per item, no step that the result does not need. It is right
only because its author knew the largest value of every input.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import numpy as np
import numpy.typing as npt

from benchmarks.pay_workloads import BRACKETS, CITIES, GRADES, RATES, TIERS, Columns, limits_of
from payroll.rules.formula import TextColumn

Ints = npt.NDArray[np.int64]

LIMITS = [limits_of(city) for city in range(len(CITIES))]
FLOORS, CEILINGS = (np.array(side, dtype=np.int64) for side in zip(*LIMITS, strict=True))
RATE = {name: np.full(len(CITIES), rate, dtype=np.int64) for name, rate in RATES.items()}
OVER, TAX_RATE, QUICK = (np.array(side, dtype=np.int64) for side in zip(*BRACKETS, strict=True))
TIER_FROM, TIER_RATE = (np.array(side, dtype=np.int64) for side in zip(*TIERS, strict=True))
TIER_BELOW = np.concatenate([[0], np.cumsum(np.diff(TIER_FROM) * TIER_RATE[:-1])])
DEAR = (CITIES.index("上海"), CITIES.index("北京"), CITIES.index("深圳"))
TOP = GRADES.index("P7")


def _rounded(number: Ints, divisor: Ints | int) -> Ints:
    """Half up; nothing here is negative."""
    return (2 * number + divisor) // (2 * divisor)


def by_numpy(c: Mapping[str, Any]) -> list[Ints]:
    """Every item in fen, one column each. ``c``: inputs as stored, texts as codes."""
    base, due, present, city = c["基本工资"], c["应出勤天数"], c["实出勤天数"], c["城市"]
    pay = _rounded(base * present, due)
    post = _rounded(c["岗位工资"] * present, due)
    workday = _rounded(base * c["平时加班小时"] * 15, 174 * 100)
    rest = _rounded(base * c["休息日加班小时"] * 2, 174 * 10)
    holiday = _rounded(base * c["法定加班小时"] * 3, 174 * 10)
    nights = c["夜班次数"] * np.where(c["夜班次数"] > 4, 4000, 3000)
    heat = np.where(c["高温天数"] >= 10, 30000, c["高温天数"] * 2500)
    service = np.minimum(c["司龄"] * 5000, 50000)
    leading = np.where(c["管理岗"], np.where(c["职级"] == TOP, 200000, 100000), 0)
    dear = (city == DEAR[0]) | (city == DEAR[1]) | (city == DEAR[2])
    abroad = np.where(c["外派"], _rounded(base * np.where(dear, 2, 1), 10), 0)
    meals = c["餐次"] * np.where(present >= 150, 1500, 1000)
    far = c["公里数"] > 5000
    travel = np.where(far, _rounded(50000 * 10 + (c["公里数"] - 5000) * 85, 10), c["公里数"] * 10)
    tier = np.searchsorted(TIER_FROM[1:], c["销售额"], side="right")
    commission = _rounded(TIER_BELOW[tier] + (c["销售额"] - TIER_FROM[tier]) * TIER_RATE[tier], 100)
    merit = _rounded(c["绩效基数"] * c["绩效系数"], 10000)
    late = np.minimum(c["迟到次数"] * 5000, 30000)
    absent = _rounded(base * (c["事假天数"] * 10 + c["病假天数"] * 4) * 10 + late * 21750, 21750)
    gross = pay + post + workday + rest + holiday + nights + heat + service + leading + abroad
    gross = gross + meals + travel + commission + merit - absent
    floor, ceiling = FLOORS[city], CEILINGS[city]
    insured = np.maximum(floor, np.minimum(c["社保基数"], ceiling))
    shares = {name: _rounded(insured * rate[city], 10000) for name, rate in RATE.items()}
    fund_base = np.maximum(floor, np.minimum(c["公积金基数"], ceiling))
    fund = _rounded(fund_base * c["公积金比例"], 10000) * 100
    contributions = shares["养老"] + shares["医疗"] + shares["失业"] + fund
    income = c["累计收入"] + gross
    taxable = income - 500000 * c["任职月数"] - c["累计社保"] - contributions
    taxable = taxable - c["累计附加扣除"] - c["专项附加扣除"] - c["其他税前扣除"]
    positive = np.maximum(taxable, 0)
    level = np.searchsorted(OVER[1:], positive, side="left")
    due_tax = positive * TAX_RATE[level] - QUICK[level] * 100 - c["累计已扣税"] * 100
    tax = _rounded(np.maximum(due_tax, 0), 100)
    repaid = np.minimum(c["借款余额"] * 10, gross)
    repaid = np.where(repaid < 0, -((-2 * repaid + 10) // 20), (2 * repaid + 10) // 20)
    net = gross - contributions - tax - c["税后扣款"] - repaid
    cost = gross + shares["养老单位"] + shares["医疗单位"] + fund
    return [
        pay, post, workday, rest, holiday, nights, heat, service, leading, abroad, meals, travel, commission, merit,
        absent, gross, insured, shares["养老"], shares["医疗"], shares["失业"], fund, shares["养老单位"],
        shares["医疗单位"], contributions, income, taxable, tax, repaid, net, cost,
    ]  # fmt: skip


def raw(columns: Columns) -> dict[str, Any]:
    """The columns as ``by_numpy`` takes them."""
    return {name: column.codes if isinstance(column, TextColumn) else column for name, column in columns.items()}


FEN, YUAN, ZERO = Decimal("0.01"), Decimal(1), Decimal(0)
LIMITS_OF = {city: tuple(Decimal(fen).scaleb(-2) for fen in LIMITS[at]) for at, city in enumerate(CITIES)}
RATE_OF = {name: Decimal(rate).scaleb(-4) for name, rate in RATES.items()}
BRACKETS_OF = [tuple(Decimal(part).scaleb(-2) for part in row) for row in BRACKETS]
TIERS_OF = [tuple(Decimal(part).scaleb(-2) for part in row) for row in TIERS]


def _fen(value: Decimal) -> Decimal:
    return value.quantize(FEN, ROUND_HALF_UP)


def by_decimal(c: Mapping[str, Any]) -> list[Decimal]:
    """Every item of one person in yuan."""
    base, due, present, city = c["基本工资"], c["应出勤天数"], c["实出勤天数"], c["城市"]
    pay = _fen(base / due * present)
    post = _fen(c["岗位工资"] / due * present)
    hour = base / Decimal("21.75") / 8
    workday = _fen(hour * c["平时加班小时"] * Decimal("1.5"))
    rest, holiday = _fen(hour * c["休息日加班小时"] * 2), _fen(hour * c["法定加班小时"] * 3)
    nights = c["夜班次数"] * (40 if c["夜班次数"] > 4 else 30)
    heat = Decimal(300) if c["高温天数"] >= 10 else c["高温天数"] * 25
    service = min(c["司龄"] * 50, Decimal(500)) if c["司龄"] >= 1 else ZERO
    leading = Decimal(2000 if c["职级"] == "P7" else 1000) if c["管理岗"] else ZERO
    share = Decimal("0.2") if city in ("上海", "北京", "深圳") else Decimal("0.1")
    abroad = _fen(base * share) if c["外派"] else ZERO
    meals = c["餐次"] * (15 if present >= 15 else 10)
    km = c["公里数"]
    travel = _fen(500 + (km - 500) * Decimal("0.85") if km > 500 else km)
    commission, merit = _fen(_tiers(c["销售额"])), _fen(c["绩效基数"] * c["绩效系数"])
    day = base / Decimal("21.75")
    absent = _fen(day * c["事假天数"] + day * c["病假天数"] * Decimal("0.4") + min(c["迟到次数"] * 50, Decimal(300)))
    gross = pay + post + workday + rest + holiday + nights + heat + service + leading + abroad + meals + travel
    gross = gross + commission + merit - absent
    floor, ceiling = LIMITS_OF[city]
    insured = max(floor, min(c["社保基数"], ceiling))
    pension, medical, unemployment, pension_own, medical_own = (_fen(insured * rate) for rate in RATE_OF.values())
    fund = (max(floor, min(c["公积金基数"], ceiling)) * c["公积金比例"]).quantize(YUAN, ROUND_HALF_UP)
    contributions = pension + medical + unemployment + fund
    income = c["累计收入"] + gross
    taxable = income - 5000 * c["任职月数"] - c["累计社保"] - contributions
    taxable = taxable - c["累计附加扣除"] - c["专项附加扣除"] - c["其他税前扣除"]
    tax = _fen(max(_brackets(max(taxable, ZERO)) - c["累计已扣税"], ZERO))
    repaid = _fen(min(c["借款余额"], gross * Decimal("0.1")))
    net = gross - contributions - tax - c["税后扣款"] - repaid
    cost = gross + pension_own + medical_own + fund
    return [
        pay, post, workday, rest, holiday, nights, heat, service, leading, abroad, meals, travel, commission, merit,
        absent, gross, insured, pension, medical, unemployment, fund, pension_own, medical_own, contributions, income,
        taxable, tax, repaid, net, cost,
    ]  # fmt: skip


def _tiers(value: Any) -> Any:
    total = value * 0
    for (low, rate), (high, _rate) in zip(TIERS_OF, (*TIERS_OF[1:], (None, None)), strict=True):
        if value > low:
            total += ((value if high is None else min(value, high)) - low) * rate
    return total


def _brackets(value: Any) -> Any:
    _over, rate, quick = next(row for row in reversed(BRACKETS_OF) if value > row[0] or row is BRACKETS_OF[0])
    return value * rate - quick
