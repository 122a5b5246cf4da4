"""The statutory values of a day as the parameter tables that formulas read.

| table | kind | keys | columns |
| --- | --- | --- | --- |
| 社保 | lookup | 城市, 险种 | 基数下限, 基数上限, 个人比例, 个人定额 |
| 社保单位 | lookup | 城市, 险种 | 比例 (no row where the employer's rate is not known: NO_MATCH, never 0) |
| 公积金 | lookup | 城市 | 基数下限, 基数上限, 比例下限, 比例上限, 取整单位 |
| 个税累计预扣率 … (`TAX_TABLES`) | bracket | | 税率, 速算扣除数 (no table on a day when its rule is not in force) |
| 个税参数 | constant | | 月减除费用 |
| 其他扣除参数 | constant | | 年金比例, 个人养老金年限额 |
| 年终奖盲区 | step | | 盲区终点 (from an edge to its end more leaves less; while it is taxed apart) |
| 非居民参数 | constant | | 短期天数, 居民天数, 奖金月数 |
| 劳务报酬参数 | constant | | 分界, 定额扣除, 比例扣除, 稿酬计入比例, 稿酬特许权预扣率 |
| 累计预扣劳务 | lookup | 从业类型 | 计入比例 (no row on a day when a type is not withheld cumulatively) |
| 离职补偿免税额 | lookup | 城市 | 免税限额 |
| 最低工资 | lookup | 城市 | 月标准, 小时标准 |

A city whose values of the day are not known has no row: NO_MATCH for its people, and nobody else.
城市 is the Chinese name (`find_city(...).name.zh`); 险种 are 养老 医疗 生育 失业 工伤 补充医疗 长护险;
从业类型 are 实习学生 平台从业人员 保险营销员证券经纪人.

The tax functions of the formula language take them so: `CUMTAX("个税累计预扣率", …)`, `BONUSTAX("年终奖月度税率", …)`,
`SEVERANCETAX("综合所得年税率", 补偿金, PARAM("离职补偿免税额", "免税限额", 城市))`, `LABORTAX("劳务报酬预扣率", 收入,
PARAM("劳务报酬参数", "分界"), PARAM("劳务报酬参数", "定额扣除"), PARAM("劳务报酬参数", "比例扣除"))`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction

from payroll.packs.average_wages import severance_exemption
from payroll.packs.dated import PackError
from payroll.packs.income_tax import IncomeTax, TableEntry, ValueEntry, income_tax, income_tax_pack
from payroll.packs.minimum_wages import minimum_wage
from payroll.packs.social_insurance import CityPack, cities, fund_rates, insurance_rates
from payroll.rules.formula import Column, Edge, Key, Row, Table, TableKind
from payroll.rules.statutory.annual_bonus import trap_zones
from payroll.rules.statutory.brackets import Bracket
from payroll.rules.statutory.continuous_labour import counted_part
from payroll.rules.statutory.rounding import FEN_HALF_UP, Mode
from payroll.rules.statutory.social_insurance import BaseLimits, HousingFundRates, Insurance, InsuranceRates

KINDS = {
    Insurance.PENSION: "养老",
    Insurance.MEDICAL: "医疗",
    Insurance.MATERNITY: "生育",
    Insurance.UNEMPLOYMENT: "失业",
    Insurance.WORK_INJURY: "工伤",
    Insurance.SUPPLEMENTARY_MEDICAL: "补充医疗",
    Insurance.LONG_TERM_CARE: "长护险",
}
TAX_TABLES = {
    "个税累计预扣率": "cumulative_withholding",
    "年终奖月度税率": "annual_bonus",
    "劳务报酬预扣率": "labour_service",
    "综合所得年税率": "comprehensive_annual",
    "综合所得月税率": "comprehensive_monthly",
    "非居民月度税率": "nonresident_monthly",
    "股权激励税率": "equity_incentive",
}
CONTINUOUS_LABOUR = {
    "实习学生": ("intern_cost", None),
    "平台从业人员": ("platform_cost", None),
    "保险营销员证券经纪人": ("labour_service_cost", "agent_expenses"),
}
"""Kind of work → keys of its rates in the income tax pack: cost, and expenses of what is left."""
CONSTANTS = {
    "个税参数": "basic_deduction",
    "劳务报酬参数": "labour_service_flat_limit",
    "其他扣除参数": "private_pension_limit",
}
TRAPS = "年终奖盲区"
"""Table → key of the amount in the income tax pack that stands for its source."""
SEVERANCE = "离职补偿免税额"
LABOUR_PARTS = "累计预扣劳务"
MINIMUM_WAGES = "最低工资"
OVERRIDABLE = frozenset({MINIMUM_WAGES})
"""Tables of which a tenant may have rows of its own: what is owed at least, and may be more."""
RATE_SCALE = 4
NO_CEILING_FEN = 9_999_999_999
"""Stands for "no ceiling": above any monthly base."""


def statutory_tables(on_date: date) -> tuple[Table, ...]:
    """All tables of a day. Raises PackError where the tax has no values for it."""
    law = income_tax(on_date)
    return (
        _insurance_table(on_date),
        _employer_table(on_date),
        _fund_table(on_date),
        _constants(law),
        _other_deductions(law),
        _nonresidents(law),
        *([] if law.bonus is None else [_traps(law.bonus)]),
        _labour_constants(law),
        _continuous_labour(law),
        _severance_table(on_date),
        _minimum_wage_table(on_date),
        *(_bracket_table(name, key, law) for name, key in TAX_TABLES.items() if _in_force(law, key)),
    )


def tax_entry(name: str, keys: Sequence[object]) -> TableEntry | ValueEntry | None:
    """The entry of the income tax pack that a row of a table comes from; None for tables from elsewhere."""
    pack = income_tax_pack()
    if name in TAX_TABLES:
        return pack.tables[TAX_TABLES[name]]
    if name in CONSTANTS:
        return pack.amounts[CONSTANTS[name]]
    if name == LABOUR_PARTS:
        return pack.rates[CONTINUOUS_LABOUR[str(keys[0])][0]]
    return None


def _insurance_table(on_date: date) -> Table:
    columns = (
        Column("基数下限"),
        Column("基数上限"),
        Column("个人比例", RATE_SCALE),
        Column("个人定额"),
    )
    rows = tuple(
        Row(_insurance_values(pack, rates), keys=(pack.name.zh, name)) for pack, name, rates in _insurances(on_date)
    )
    return Table("社保", TableKind.LOOKUP, columns, rows, keys=(Key("城市"), Key("险种")))


def _insurances(on_date: date) -> Iterator[tuple[CityPack, str, InsuranceRates | None]]:
    """City, insurance and its values, None where the city has no such insurance; without those not known that day."""
    for pack in cities().values():
        for kind, name in KINDS.items():
            if kind not in pack.insurances:
                yield pack, name, None
            elif (rates := insurance_rates(pack, kind, on_date)) is not None:
                yield pack, name, rates


def _insurance_values(pack: CityPack, rates: InsuranceRates | None) -> tuple[int, ...]:
    """An insurance that the city does not have takes nothing, so one formula serves all cities."""
    if rates is None:
        return (1, NO_CEILING_FEN, 0, 0)
    _require_packs_rounding(pack, rates.employee_rounding == rates.employer_rounding == FEN_HALF_UP)
    return (*_limits(rates.limits), _scaled(rates.employee_rate), rates.employee_fixed_fen)


def _limits(limits: BaseLimits) -> tuple[int, int]:
    return limits.floor_fen, NO_CEILING_FEN if limits.ceiling_fen is None else limits.ceiling_fen


def _employer_table(on_date: date) -> Table:
    rates = [
        (pack, name, Fraction(0) if known is None else known.employer_rate)
        for pack, name, known in _insurances(on_date)
    ]
    rows = tuple(Row((_scaled(rate),), keys=(pack.name.zh, name)) for pack, name, rate in rates if rate is not None)
    columns = (Column("比例", RATE_SCALE),)
    return Table("社保单位", TableKind.LOOKUP, columns, rows, keys=(Key("城市"), Key("险种")))


def _fund_table(on_date: date) -> Table:
    columns = (
        Column("基数下限"),
        Column("基数上限"),
        Column("比例下限", RATE_SCALE),
        Column("比例上限", RATE_SCALE),
        Column("取整单位"),
    )
    funds = [(pack, fund_rates(pack, on_date)) for pack in cities().values()]
    rows = tuple(_fund_row(pack, fund) for pack, fund in funds if fund is not None)
    return Table("公积金", TableKind.LOOKUP, columns, rows, keys=(Key("城市"),))


def _fund_row(pack: CityPack, fund: HousingFundRates) -> Row:
    _require_packs_rounding(pack, fund.rounding.mode is Mode.HALF_UP)
    rates = _scaled(fund.rate_min), _scaled(fund.rate_max)
    return Row((*_limits(fund.limits), *rates, int(fund.rounding.unit)), keys=(pack.name.zh,))


def _bracket_table(name: str, key: str, law: IncomeTax) -> Table:
    rows = tuple(
        Row((_scaled(b.rate), b.quick_deduction_fen), lower=b.over_fen if index else None)
        for index, b in enumerate(law.brackets(key))
    )
    columns = (Column("税率", RATE_SCALE), Column("速算扣除数"))
    return Table(name, TableKind.BRACKET, columns, rows, edge=Edge.UPPER)


def _constants(law: IncomeTax) -> Table:
    row = Row((law.basic_deduction_monthly_fen,))
    return Table("个税参数", TableKind.CONSTANT, (Column("月减除费用"),), (row,))


def _other_deductions(law: IncomeTax) -> Table:
    limits = law.other_deductions
    columns = (Column("年金比例", RATE_SCALE), Column("个人养老金年限额"))
    row = Row((_scaled(limits.annuity_rate), limits.private_pension_yearly_fen))
    return Table("其他扣除参数", TableKind.CONSTANT, columns, (row,))


def _nonresidents(law: IncomeTax) -> Table:
    columns = (Column("短期天数", 0), Column("居民天数", 0), Column("奖金月数", 0))
    limits, months = law.stay_limits, law.count("nonresident_bonus_months")
    row = Row((limits.short_days, limits.resident_days, months))
    return Table("非居民参数", TableKind.CONSTANT, columns, (row,))


def _traps(monthly: Sequence[Bracket]) -> Table:
    zones = [Row((zone.until_fen,), lower=zone.edge_fen) for zone in trap_zones(monthly)]
    return Table(TRAPS, TableKind.STEP, (Column("盲区终点"),), (Row((0,)), *zones), edge=Edge.UPPER)


def _labour_constants(law: IncomeTax) -> Table:
    columns = {
        Column("分界"): law.labour_cost.flat_limit_fen,
        Column("定额扣除"): law.labour_cost.flat_fen,
        Column("比例扣除", RATE_SCALE): _scaled(law.labour_cost.rate),
        Column("稿酬计入比例", RATE_SCALE): _scaled(law.rate("royalty_share")),
        Column("稿酬特许权预扣率", RATE_SCALE): _scaled(law.rate("royalty_withholding")),
    }
    return Table("劳务报酬参数", TableKind.CONSTANT, tuple(columns), (Row(tuple(columns.values())),))


def _continuous_labour(law: IncomeTax) -> Table:
    rows = tuple(
        Row((_scaled(counted_part(law.rate(cost), law.rate(expenses) if expenses else Fraction(0))),), keys=(name,))
        for name, (cost, expenses) in CONTINUOUS_LABOUR.items()
        if law.has_rate(cost)
    )
    columns = (Column("计入比例", RATE_SCALE),)
    return Table(LABOUR_PARTS, TableKind.LOOKUP, columns, rows, keys=(Key("从业类型"),))


def _severance_table(on_date: date) -> Table:
    limits = [(pack.name.zh, _exempt_fen(pack, on_date)) for pack in cities().values()]
    rows = tuple(Row((exempt,), keys=(name,)) for name, exempt in limits if exempt is not None)
    return Table(SEVERANCE, TableKind.LOOKUP, (Column("免税限额"),), rows, keys=(Key("城市"),))


def _exempt_fen(pack: CityPack, on_date: date) -> int | None:
    try:
        return severance_exemption(pack.slug, on_date).exempt_fen
    except PackError:
        return None


def _minimum_wage_table(on_date: date) -> Table:
    known = [(pack.name.zh, minimum_wage(pack.slug, on_date)) for pack in cities().values()]
    rows = tuple(Row((wage.month_fen, wage.hour_fen), keys=(name,)) for name, wage in known if wage)
    return Table(MINIMUM_WAGES, TableKind.LOOKUP, (Column("月标准"), Column("小时标准")), rows, keys=(Key("城市"),))


def _in_force(law: IncomeTax, key: str) -> bool:
    try:
        return bool(law.brackets(key))
    except PackError:
        return False


def _scaled(rate: Fraction) -> int:
    scaled = rate * Fraction(10) ** RATE_SCALE
    if scaled.denominator != 1:
        raise ValueError(f"the rate {Decimal(rate.numerator) / rate.denominator} has more than {RATE_SCALE} decimals")
    return scaled.numerator


def _require_packs_rounding(pack: CityPack, fits: bool) -> None:
    """The shipped formulas round insurances to fen half up and the fund half up; a city beyond that needs its own."""
    if not fits:
        raise ValueError(f"{pack.slug}: the pay item packs cannot round the way this city does")
