"""Random formula sets with columns of people, awkward on purpose.

Drawn from a seeded ``random.Random``: recursive strategies of this size cost more than the engines under test.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from random import Random

import numpy as np
from numpy.typing import NDArray

from payroll.rules.formula import Input, Item, Rounding, TextColumn, Type

INPUTS = (
    Input("工资"),
    Input("天数", scale=1),
    Input("次数", scale=0),
    Input("比率", scale=6),
    Input("奖金"),
    Input("补贴", default=Decimal("12.5")),
    Input("城市", Type.TEXT),
    Input("等级", Type.TEXT, default="A"),
    Input("转正", Type.BOOL),
    Input("入职", Type.DATE),
    Input("离职", Type.DATE),
    Input("近日", Type.DATE),
)
NUMBERS = ("工资", "天数", "次数", "比率", "奖金", "补贴")
CITIES = ("上海", "北京", "拉萨", "A", "P5", "P6")
ROWS = 9
KINDS = (Type.NUMBER,) * 7 + (Type.TEXT, Type.BOOL, Type.DATE)
MAKERS = ("{n}", "{c}", "{t}", "{d}")
LITERALS = ("0", "1", "2", "3", "7", "12", "100", "0.01", "0.5", "1.5", "21.75", "0.333", "36000",
            "999999999999999", "0.00000001", "123456789.12345678")  # fmt: skip
FORMS = (
    "({n} + {n})", "({n} - {n})", "({n} * {n})", "({n} / {n})", "{n} / 天数 + {n} / 天数", "{n} / 天数 * {n}",
    "ROUND({n}, {digits})", "ROUNDUP({n}, {digits})", "ROUNDDOWN({n}, {digits})", "ROUNDEVEN({n}, {digits})",
    "ABS(-{n})", "INT({n})",
    "CEILING({n}, {n})", "FLOOR({n}, {n})", "MROUND({n}, {n})", "MOD({n}, {n})",
    "MIN({n}, {n})", "MAX({n}, {n}, {n})", "SUM({n}, {n}, {n})", "CLAMP({n}, {n}, {n})",
    "COALESCE({n}, {n})", "IFERROR({n}, {n})", "DIV({n}, {n}, {n})", "PRORATE({n}, {n}, {n})",
    "IF({c}, {n}, {n})", "IF({c}, {n}, {n})", "IFS({c}, {n}, {c}, {n})", "IFS({c}, {n}, {n})",
    'BRACKET("年税率", {n})', 'TIER("阶梯提成", {n})', 'LOOKUP("提成比例", {n})', 'BONUSTAX("月税率", {n})',
    'GROSSUP("年税率", {n})', 'CUMTAX("年税率", {n}, {n})', 'SEVERANCETAX("年税率", {n}, {n})',
    'LABORTAX("劳务预扣率", {n}, 4000, 800, 0.2)',
    'PARAM("社保基数", "下限", 城市)', 'PARAM("社保基数", "上限", "上海")', 'PARAM("起征点")',
    'LOOKUP("职级补贴", {n}, "金额", 等级)', 'TIER("分城提成", {n}, 城市)',
    'TIER("分城提成", {n} / {n}, {t})',
    'PARAM("高温津贴", "金额", {d})', 'PRORATE({n}, {d}, {d}, "日历日")',
    'PRORATE({n}, {d}, {d}, "工作日", "法定日历")', 'PRORATE({n}, {d}, {d}, "21.75", "法定日历")',
    'WORKDAYS({d}, {d}, "法定日历")', "DAYS({d}, {d})",
    "IF({t} = {t}, {n}, {n})", "DAYS(入职, 离职)", 'DATEDIF(入职, 离职, "M")', "SENIORITY(入职, 离职)",
    "YEAR(入职)", "MONTH(离职) + DAY(入职)",
)  # fmt: skip
CONDITIONS = (
    "{n} = {n}", "{n} <> {n}", "{n} < {n}", "{n} <= {n}", "{n} > {n}", "{n} >= {n}", "BETWEEN({n}, {n}, {n})",
    "({c} AND {c})", "({c} OR {c})", "NOT({c})", "IN({n}, {n}, {n})", "转正", "转正 = TRUE",
    "城市 = 等级", '城市 <> "上海"', 'IN(城市, "上海", "北京", 等级)', 'IF({c}, 城市, "没有") = 等级',
    "{d} < {d}", "{t} = {t}", "入职 < 离职", "入职 >= DATE(2024, 2, 29)", "BETWEEN(入职, DATE(2000, 1, 1), 离职)",
    "COALESCE(转正, {c})",
)  # fmt: skip
TEXTS = ("城市", "等级", '"上海"', '"P6"', "IF({c}, {t}, {t})", "IFS({c}, {t}, {c}, {t})", "COALESCE(城市, {t})")
DATES = (
    "入职", "离职", "近日", "近日", "DATE(2026, 1, 31)", "DATE(2026, 3, 1)", "ADDMONTHS({d}, {n})",
    "ADDMONTHS({d}, 次数)", "ADDMONTHS({d}, 1)", "IF({c}, {d}, {d})", "IFERROR({d}, {d})",
)  # fmt: skip
EXTREMES = (0, 0, 1, -1, 5, 50, 150, 3600000, 2**62, -(2**63), 2**63 - 1)

Columns = dict[str, NDArray[np.generic] | TextColumn]


@dataclass(frozen=True)
class Case:
    items: tuple[Item, ...]
    columns: Columns
    missing: dict[str, NDArray[np.bool_]]


def case_of(seed: int) -> Case:
    random = Random(seed)
    return Case(_items(random), _columns(random), _missing(random))


def _items(random: Random) -> tuple[Item, ...]:
    names, items = list(NUMBERS), []
    for index in range(random.randint(1, 5)):
        formula = number(random, names, random.choice((1, 2, 3, 3, 4)))
        kind = random.choice(KINDS)
        if kind is not Type.NUMBER:
            formula = {Type.TEXT: text, Type.DATE: day, Type.BOOL: condition}[kind](random, names, 2)
        if random.random() < 0.3:
            formula = f'CHECK({formula}, {condition(random, names, 2)}, "c{index}")'
        scale, rounding = random.randint(0, 4), random.choice(list(Rounding))
        items.append(Item(f"i{index}", f"项{index}", formula, scale, rounding, "应发", kind))
        names += {
            Type.NUMBER: [f"项{index}"] * 3, Type.BOOL: [f"IF(项{index}, 1.5, 次数)"],
            Type.TEXT: [f'IF(项{index} = 城市, 1.5, TIER("分城提成", 工资, 项{index}))'],
            Type.DATE: [f"DAYS(项{index}, 近日)"],
        }[kind]  # fmt: skip
    random.shuffle(items)
    return tuple(items)


def number(random: Random, names: list[str], depth: int) -> str:
    if depth <= 0 or random.random() < 0.1:
        return random.choice(LITERALS) if random.random() < 0.3 else random.choice(names)
    return _filled(random.choice(FORMS), random, names, depth)


def condition(random: Random, names: list[str], depth: int) -> str:
    if depth <= 0:
        return f"{random.choice(names)} > {random.choice(LITERALS)}"
    return _filled(random.choice(CONDITIONS), random, names, depth)


def text(random: Random, names: list[str], depth: int) -> str:
    return _filled(random.choice(TEXTS[: 4 if depth <= 0 else None]), random, names, depth)


def day(random: Random, names: list[str], depth: int) -> str:
    return _filled(random.choice(DATES[: 6 if depth <= 0 else None]), random, names, depth)


def _filled(form: str, random: Random, names: list[str], depth: int) -> str:
    makers = {"n": number, "c": condition, "t": text, "d": day}
    parts = []
    for part in form.replace("{", "\0{").replace("}", "}\0").split("\0"):
        if part == "{digits}":
            parts.append(random.choice(("-2", "0", "1", "2", "4", "8")))
        else:
            parts.append(makers[part[1]](random, names, depth - 1) if part in MAKERS else part)
    return "".join(parts)


def _columns(random: Random) -> Columns:
    columns: Columns = {}
    for name in NUMBERS:
        columns[name] = np.array([_cell(random, random.random()) for _ in range(ROWS)], dtype=np.int64)
    if random.random() < 0.5:  # the usual case: everything positive and of ordinary size
        columns.update({name: np.array([random.randint(1, 10**6) for _ in range(ROWS)]) for name in NUMBERS})
    for name in ("城市", "等级"):
        columns[name] = TextColumn(np.array([random.randrange(len(CITIES)) for _ in range(ROWS)]), CITIES)
    columns["转正"] = np.array([random.random() < 0.5 for _ in range(ROWS)])
    for name in ("入职", "离职"):
        columns[name] = np.array([random.randint(-30000, 40000) for _ in range(ROWS)], dtype=np.int64)
    columns["近日"] = np.array([random.randint(20440, 20640) for _ in range(ROWS)], dtype=np.int64)
    return columns


def _cell(random: Random, luck: float) -> int:
    if luck < 0.15:
        return random.choice(EXTREMES)
    return random.randint(-(10**4), 10**6) if luck < 0.4 else random.randint(0, 10**7)


def _missing(random: Random) -> dict[str, NDArray[np.bool_]]:
    names = random.sample(["奖金", "补贴", "等级", "城市", "转正", "离职", "天数"], random.randint(0, 3))
    return {name: np.array([random.random() < 0.4 for _ in range(ROWS)]) for name in names}
