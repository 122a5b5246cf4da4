"""The pay items that the calculation is measured with: 30 items over 35 inputs, as an HR team would write them."""

from __future__ import annotations

from decimal import Decimal
from functools import cache

import numpy as np
import numpy.typing as npt

from payroll.rules.formula import (
    Column,
    CompiledSet,
    Edge,
    Input,
    Item,
    Key,
    Row,
    Table,
    TableKind,
    TextColumn,
    Type,
    compile_set,
)

Columns = dict[str, npt.NDArray[np.int64] | TextColumn]

CITIES = ("上海", "北京", "深圳", "广州", "杭州", "成都", "武汉", "西安")
GRADES = ("P4", "P5", "P6", "P7")
# name, decimals, lowest and highest value as it is stored
NUMBERS: tuple[tuple[str, int, int, int], ...] = (
    ("基本工资", 2, 300_000, 6_000_000), ("岗位工资", 2, 0, 800_000), ("绩效基数", 2, 0, 1_000_000),
    ("绩效系数", 4, 0, 15_000), ("应出勤天数", 1, 200, 230), ("实出勤天数", 1, 100, 200), ("夜班次数", 0, 0, 12),
    ("高温天数", 0, 0, 22), ("平时加班小时", 1, 0, 400), ("休息日加班小时", 1, 0, 300), ("法定加班小时", 1, 0, 160),
    ("司龄", 0, 0, 20), ("销售额", 2, 0, 50_000_000), ("迟到次数", 0, 0, 8), ("事假天数", 1, 0, 50),
    ("病假天数", 1, 0, 50), ("公里数", 1, 0, 20_000), ("餐次", 0, 0, 44), ("住房标准", 2, 0, 200_000),
    ("社保基数", 2, 200_000, 5_000_000), ("公积金基数", 2, 200_000, 5_000_000), ("公积金比例", 2, 5, 12),
    ("任职月数", 0, 1, 12), ("专项附加扣除", 2, 0, 600_000), ("其他税前扣除", 2, 0, 100_000),
    ("累计收入", 2, 0, 60_000_000), ("累计社保", 2, 0, 8_000_000), ("累计附加扣除", 2, 0, 6_000_000),
    ("累计已扣税", 2, 0, 5_000_000), ("税后扣款", 2, 0, 50_000), ("借款余额", 2, 0, 300_000),
)  # fmt: skip
TEXTS = ("城市", "职级")
FLAGS = ("管理岗", "外派")
FORMULAS: tuple[tuple[str, str], ...] = (
    ("出勤工资", "基本工资 / 应出勤天数 * 实出勤天数"),
    ("岗位津贴", "岗位工资 / 应出勤天数 * 实出勤天数"),
    ("平时加班费", "基本工资 / 21.75 / 8 * 平时加班小时 * 1.5"),
    ("休息日加班费", "基本工资 / 21.75 / 8 * 休息日加班小时 * 2"),
    ("法定加班费", "基本工资 / 21.75 / 8 * 法定加班小时 * 3"),
    ("夜班补贴", "IF(夜班次数 > 4, 夜班次数 * 40, 夜班次数 * 30)"),
    ("高温补贴", "IF(高温天数 >= 10, 300, 高温天数 * 25)"),
    ("司龄补贴", "IF(司龄 >= 1, MIN(司龄 * 50, 500), 0)"),
    ("管理津贴", 'IF(管理岗 AND 职级 = "P7", 2000, IF(管理岗, 1000, 0))'),
    ("外派补贴", 'IF(外派 AND 城市 IN ("上海", "北京", "深圳"), 基本工资 * 0.2, IF(外派, 基本工资 * 0.1, 0))'),
    ("餐补", "IF(实出勤天数 >= 15, 餐次 * 15, 餐次 * 10)"),
    ("交通补贴", "IF(公里数 > 500, 500 + (公里数 - 500) * 0.85, 公里数)"),
    ("销售提成", 'TIER("提成", 销售额)'),
    ("绩效工资", "绩效基数 * 绩效系数"),
    ("缺勤扣款", "基本工资 / 21.75 * 事假天数 + 基本工资 / 21.75 * 病假天数 * 0.4 + MIN(迟到次数 * 50, 300)"),
    ("应发合计", "出勤工资 + 岗位津贴 + 平时加班费 + 休息日加班费 + 法定加班费 + 夜班补贴 + 高温补贴 + 司龄补贴"
             " + 管理津贴 + 外派补贴 + 餐补 + 交通补贴 + 销售提成 + 绩效工资 - 缺勤扣款"),
    ("缴费基数", 'CLAMP(社保基数, PARAM("社保", "下限", 城市), PARAM("社保", "上限", 城市))'),
    ("养老个人", '缴费基数 * PARAM("社保", "养老", 城市)'),
    ("医疗个人", '缴费基数 * PARAM("社保", "医疗", 城市)'),
    ("失业个人", '缴费基数 * PARAM("社保", "失业", 城市)'),
    ("公积金个人", 'ROUND(CLAMP(公积金基数, PARAM("社保", "下限", 城市), PARAM("社保", "上限", 城市))'
                 " * 公积金比例, 0)"),
    ("养老单位", '缴费基数 * PARAM("社保", "养老单位", 城市)'),
    ("医疗单位", '缴费基数 * PARAM("社保", "医疗单位", 城市)'),
    ("社保个人合计", "养老个人 + 医疗个人 + 失业个人 + 公积金个人"),
    ("累计应税收入", "累计收入 + 应发合计"),
    ("累计所得额", "累计应税收入 - 5000 * 任职月数 - 累计社保 - 社保个人合计 - 累计附加扣除 - 专项附加扣除"
                 " - 其他税前扣除"),
    ("个人所得税", 'CUMTAX("年税率", 累计所得额, 累计已扣税)'),
    ("还款", "MIN(借款余额, 应发合计 * 0.1)"),
    ("实发工资", "应发合计 - 社保个人合计 - 个人所得税 - 税后扣款 - 还款"),
    ("用人成本", "应发合计 + 养老单位 + 医疗单位 + 公积金个人"),
)  # fmt: skip
TIERS = ((0, 1), (5_000_000, 2), (15_000_000, 3), (30_000_000, 5))
"""Sales in fen from which a rate in percent counts."""
BRACKETS = (
    (0, 3, 0), (3_600_000, 10, 252_000), (14_400_000, 20, 1_692_000), (30_000_000, 25, 3_192_000),
    (42_000_000, 30, 5_292_000), (66_000_000, 35, 8_592_000), (96_000_000, 45, 18_192_000),
)  # fmt: skip
"""Taxable income in fen above which a rate in percent counts, and the quick deduction in fen."""
RATES = {"养老": 800, "医疗": 200, "失业": 50, "养老单位": 1600, "医疗单位": 950}
"""In ten-thousandths."""


def limits_of(city: int) -> tuple[int, int]:
    """Lowest and highest base of a city in fen."""
    return 420_000 + 36_900 * city, 2_400_000 + 154_300 * city


@cache
def compiled() -> CompiledSet:
    items = [Item(name, name, formula, category="应发") for name, formula in FORMULAS]
    inputs = [Input(name, scale=scale) for name, scale, _low, _high in NUMBERS]
    inputs += [Input(name, Type.TEXT) for name in TEXTS] + [Input(name, Type.BOOL) for name in FLAGS]
    return compile_set(items, inputs, _tables())


def _tables() -> tuple[Table, ...]:
    limits = (Column("下限"), Column("上限"), *(Column(name, 4) for name in RATES))
    cities = tuple(Row((*limits_of(at), *RATES.values()), (city,)) for at, city in enumerate(CITIES))
    brackets = tuple(Row((rate, quick), lower=over if at else None) for at, (over, rate, quick) in enumerate(BRACKETS))
    return (
        Table("社保", TableKind.LOOKUP, limits, cities, (Key("城市"),)),
        Table("年税率", TableKind.BRACKET, (Column("税率"), Column("速算扣除数")), brackets),
        Table(
            "提成",
            TableKind.TIER,
            (Column("比例"),),
            tuple(Row((rate,), lower=low) for low, rate in TIERS),
            edge=Edge.LOWER,
        ),
    )


def people(count: int, seed: int = 20260301) -> Columns:
    """Inputs of ``count`` people. Always the same for one seed."""
    random = np.random.default_rng(seed)
    columns: Columns = {name: random.integers(low, high + 1, count) for name, _scale, low, high in NUMBERS}
    columns["城市"] = TextColumn(random.integers(0, len(CITIES), count), CITIES)
    columns["职级"] = TextColumn(random.integers(0, len(GRADES), count), GRADES)
    return columns | {name: random.integers(0, 5, count) == 0 for name in FLAGS}


def part_of(columns: Columns, part: slice) -> Columns:
    return {
        name: TextColumn(column.codes[part], column.vocabulary) if isinstance(column, TextColumn) else column[part]
        for name, column in columns.items()
    }


def decimals_of(columns: Columns, row: int) -> dict[str, Decimal | str | bool]:
    """One person as people write it."""
    scales = {name: scale for name, scale, _low, _high in NUMBERS}
    person: dict[str, Decimal | str | bool] = {}
    for name, column in columns.items():
        if isinstance(column, TextColumn):
            person[name] = column.vocabulary[int(column.codes[row])]
        else:
            person[name] = Decimal(int(column[row])).scaleb(-scales[name]) if name in scales else bool(column[row])
    return person
