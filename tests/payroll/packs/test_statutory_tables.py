"""What the tables offer to formulas is enough to compute every kind of income tax, to the cent of the plain law."""

from collections.abc import Callable
from datetime import date
from fractions import Fraction
from random import Random
from typing import Any

import numpy as np
import pytest

from payroll.packs.average_wages import severance_exemption
from payroll.packs.income_tax import income_tax
from payroll.packs.statutory_tables import (
    CONSTANTS,
    CONTINUOUS_LABOUR,
    LABOUR_PARTS,
    TAX_TABLES,
    statutory_tables,
    tax_entry,
)
from payroll.rules.formula import Input, Item, Result, TextColumn, Type, compile_set, run
from payroll.rules.statutory import (
    annual_bonus,
    continuous_labour,
    equity,
    labour_service,
    nonresidents,
    salary_tax,
    severance,
)

ON = date(2026, 10, 31)
LAW = income_tax(ON)
TABLES = statutory_tables(ON)
MONTHLY = LAW.basic_deduction_monthly_fen
COST, SHARE = LAW.rate("labour_service_cost"), LAW.rate("royalty_share")
INPUTS = [Input("收入"), Input("工资"), Input("已扣"), Input("月数", scale=0), Input("城市", Type.TEXT)]
PEOPLE = 400
EDGES = [0, 8_00_00, 4_000_00, 8_000_00, 36_000_00, 144_000_00, 452_772_00, 960_000_00, 12_000_000_00]

AFTER_COST = (
    '(IF(收入 <= PARAM("劳务报酬参数", "分界"), MAX(收入 - PARAM("劳务报酬参数", "定额扣除"), 0), '
    '收入 * (1 - PARAM("劳务报酬参数", "比例扣除"))))'
)
DEDUCTION = 'PARAM("个税参数", "月减除费用")'
PLACE = f"收入 / 月数 + 工资 - {DEDUCTION}"

Person = dict[str, Any]


def cumulative(part: Fraction) -> Callable[[Person], int]:
    def tax(p: Person) -> int:
        year = continuous_labour.LabourYear(
            income_fen=p["收入"], basic_deduction_fen=MONTHLY * p["月数"], withheld_fen=p["已扣"]
        )
        return continuous_labour.withhold_labour(year, LAW.cumulative, part=part).tax_fen

    return tax


def wages(p: Person) -> int:
    year = salary_tax.YearToDate(income_fen=p["收入"], basic_deduction_fen=MONTHLY * p["月数"], withheld_fen=p["已扣"])
    return salary_tax.withhold(year, LAW.cumulative).tax_fen


def cheaper_bonus(p: Person) -> int:
    taxable = p["工资"] - 12 * MONTHLY
    choice = annual_bonus.bonus_choice(taxable_fen=taxable, bonus_fen=p["收入"], annual=LAW.annual, monthly=LAW.bonus)
    assert choice.separate_fen is not None
    return min(choice.separate_fen, choice.combined_fen)


def internal_retirement(p: Person) -> int:
    return severance.internal_retirement_tax(
        p["收入"],
        LAW.brackets("comprehensive_monthly"),
        months=p["月数"],
        wage_fen=p["工资"],
        monthly_deduction_fen=MONTHLY,
    ).total_tax_fen


NONRESIDENT = LAW.brackets("nonresident_monthly")
KINDS: dict[str, tuple[str, Callable[[Person], int]]] = {
    "wages": (f'CUMTAX("个税累计预扣率", 收入 - {DEDUCTION} * 月数, 已扣)', wages),
    "annual bonus": (
        'BONUSTAX("年终奖月度税率", 收入)',
        lambda p: annual_bonus.bonus_tax(p["收入"], LAW.brackets("annual_bonus")).tax_fen,
    ),
    "the cheaper way for a bonus": (
        f'MIN(ROUND(BRACKET("综合所得年税率", MAX(工资 - 12 * {DEDUCTION}, 0)), 2) '
        '+ ROUND(BONUSTAX("年终奖月度税率", 收入), 2), '
        f'BRACKET("综合所得年税率", MAX(工资 - 12 * {DEDUCTION} + 收入, 0)))',
        cheaper_bonus,
    ),
    "labour service": (
        'LABORTAX("劳务报酬预扣率", 收入, PARAM("劳务报酬参数", "分界"), PARAM("劳务报酬参数", "定额扣除"), '
        'PARAM("劳务报酬参数", "比例扣除"))',
        lambda p: labour_service.labour_tax(p["收入"], LAW.labour_cost, LAW.brackets("labour_service")).tax_fen,
    ),
    "authors' fees": (
        f'{AFTER_COST} * PARAM("劳务报酬参数", "稿酬计入比例") * PARAM("劳务报酬参数", "稿酬特许权预扣率")',
        lambda p: (
            labour_service.royalty_tax(
                p["收入"], LAW.labour_cost, share=SHARE, rate=LAW.rate("royalty_withholding")
            ).tax_fen
        ),
    ),
    "licence fees": (
        f'{AFTER_COST} * PARAM("劳务报酬参数", "稿酬特许权预扣率")',
        lambda p: labour_service.licence_tax(p["收入"], LAW.labour_cost, rate=LAW.rate("royalty_withholding")).tax_fen,
    ),
    "platform workers": (
        'CUMTAX("个税累计预扣率", 收入 * PARAM("累计预扣劳务", "计入比例", "平台从业人员") '
        f"- {DEDUCTION} * 月数, 已扣)",
        cumulative(Fraction(4, 5)),
    ),
    "agents": (
        'CUMTAX("个税累计预扣率", 收入 * PARAM("累计预扣劳务", "计入比例", "保险营销员证券经纪人") '
        f"- {DEDUCTION} * 月数, 已扣)",
        cumulative(Fraction(3, 5)),
    ),
    "wages of non-residents": (
        f'BRACKET("非居民月度税率", MAX(收入 - {DEDUCTION}, 0))',
        lambda p: nonresidents.wage_tax(p["收入"], NONRESIDENT, monthly_deduction_fen=MONTHLY).tax_fen,
    ),
    "labour service of non-residents": (
        'BRACKET("非居民月度税率", 收入 * (1 - PARAM("劳务报酬参数", "比例扣除")))',
        lambda p: nonresidents.payment_tax(p["收入"], NONRESIDENT, cost=COST).tax_fen,
    ),
    "authors' fees of non-residents": (
        'BRACKET("非居民月度税率", 收入 * (1 - PARAM("劳务报酬参数", "比例扣除")) '
        '* PARAM("劳务报酬参数", "稿酬计入比例"))',
        lambda p: nonresidents.payment_tax(p["收入"], NONRESIDENT, cost=COST, share=SHARE).tax_fen,
    ),
    "bonus of several months of non-residents": (
        '6 * BRACKET("非居民月度税率", 收入 / 6)',
        lambda p: nonresidents.multi_month_bonus_tax(p["收入"], NONRESIDENT, months=6).tax_fen,
    ),
    "severance": (
        'SEVERANCETAX("综合所得年税率", 收入, PARAM("离职补偿免税额", "免税限额", 城市))',
        lambda p: (
            severance.severance_tax(
                p["收入"], LAW.annual, exempt_fen=severance_exemption(p["城市"], ON).exempt_fen
            ).tax_fen
        ),
    ),
    "early retirement": (
        f'月数 * BRACKET("综合所得年税率", MAX(收入 / 月数 - 12 * {DEDUCTION}, 0))',
        lambda p: (
            severance.early_retirement_tax(
                p["收入"], LAW.annual, years=p["月数"], yearly_deduction_fen=12 * MONTHLY
            ).tax_fen
        ),
    ),
    "internal retirement": (
        f'MAX(MAX(工资 + 收入 - {DEDUCTION}, 0) * LOOKUP("综合所得月税率", {PLACE}, "税率") '
        f'- LOOKUP("综合所得月税率", {PLACE}, "速算扣除数"), 0)',
        internal_retirement,
    ),
    "equity incentives": (
        'MAX(BRACKET("股权激励税率", 收入 + 工资) - 已扣, 0)',
        lambda p: (
            equity.equity_tax(
                p["收入"], LAW.brackets("equity_incentive"), before_fen=p["工资"], withheld_fen=p["已扣"]
            ).tax_fen
        ),
    ),
}


def people(random: Random) -> list[Person]:
    """Incomes at the edges and a fen beside them, and anywhere between."""
    incomes = [max(0, edge + step) for edge in EDGES for step in (-1, 0, 1)]
    incomes += [random.randrange(10 ** random.randrange(3, 10)) for _ in range(PEOPLE - len(incomes))]
    return [
        {
            "收入": income,
            "工资": random.randrange(30_000_000),
            "已扣": random.randrange(1_000_000) * random.randrange(2),
            "月数": random.randrange(1, 13),
            "城市": random.choice(["上海", "北京", "成都"]),
        }
        for income in incomes
    ]


def calculate(formulas: list[str], rows: list[Person]) -> Result:
    items = [Item(f"i{n}", f"项目{n}", text, category="info") for n, text in enumerate(formulas)]
    words = ("上海", "北京", "成都")
    columns: dict[str, Any] = {
        name: np.array([row[name] for row in rows], np.int64) for name in ("收入", "工资", "已扣", "月数")
    }
    columns["城市"] = TextColumn(np.array([words.index(row["城市"]) for row in rows], np.int64), words)
    missing = {name: np.zeros(len(rows), bool) for name in columns}
    return run(compile_set(items, INPUTS, TABLES), columns, missing, len(rows))


@pytest.mark.parametrize("kind", list(KINDS))
def test_every_kind_of_tax_as_a_formula_gives_what_the_law_gives(kind: str) -> None:
    formula, law = KINDS[kind]
    rows = people(Random(kind))
    result = calculate([formula], rows)
    assert not result.failed.any()
    differing = [(row, got) for row, (got,) in zip(rows, result.amounts.tolist(), strict=True) if got != law(row)]
    assert differing == []


def test_tables_whose_rule_has_ended_are_not_there() -> None:
    names = {table.name for table in statutory_tables(date(2028, 1, 31))}
    assert {"年终奖月度税率", "股权激励税率"} & names == set()
    assert {"个税累计预扣率", "综合所得年税率"} <= names


def test_every_row_of_an_income_tax_table_knows_its_source() -> None:
    tables = {table.name: table for table in TABLES}
    assert {*TAX_TABLES, *CONSTANTS, LABOUR_PARTS} <= set(tables)
    for name in (*TAX_TABLES, *CONSTANTS, LABOUR_PARTS):
        assert all(tax_entry(name, row.keys) for row in tables[name].rows)
    assert tax_entry("社保", ("上海", "养老")) is None
    platform = tax_entry(LABOUR_PARTS, ["平台从业人员"])
    assert platform is not None
    assert platform.reference == "国家税务总局公告2025年第16号"
    assert len(tables[LABOUR_PARTS].rows) == len(CONTINUOUS_LABOUR)
