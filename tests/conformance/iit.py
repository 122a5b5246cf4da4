"""The income tax cases against `payroll.rules.statutory` and the shipped law: one check per category.

Amounts of `inputs` are yuan, decimal text or numbers; a field that a case leaves out is 0.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from payroll.packs.income_tax import income_tax
from payroll.rules.statutory import (
    annual_bonus,
    annual_settlement,
    continuous_labour,
    equity,
    labour_service,
    nonresidents,
    severance,
)
from payroll.rules.statutory.brackets import Assessment
from payroll.rules.statutory.errors import StatutoryError
from payroll.rules.statutory.rounding import FEN_HALF_UP
from payroll.rules.statutory.salary_tax import (
    BasicDeductionRule,
    Withholding,
    YearToDate,
    basic_deduction_fen,
    withhold,
)

Given = dict[str, Any]
Answer = dict[str, Any]
LAW = income_tax(date(2026, 1, 1))
MONTHLY_TABLE = LAW.brackets("nonresident_monthly")
SUMS = {"income": "income_fen", "exempt": "exempt_fen", "social": "social_fen", "additional": "additional_fen",
        "other": "other_fen", "relief": "relief_fen"}  # fmt: skip


def run(cases: Iterable[Given]) -> Iterator[tuple[str, bool, str]]:
    """For each case: its id, whether every expected field came out, and what differed."""
    for case in cases:
        compute = CATEGORIES.get(case["category"])
        if compute is None:
            yield case["id"], False, f"category not built: {case['category']}"
            continue
        got = _answer(compute, case["inputs"])
        wrong = {key: got.get(key) for key, value in case["expected"].items() if not _same(got.get(key), value)}
        yield case["id"], not wrong, f"expected {case['expected']}, got {got}" if wrong else ""


def _answer(compute: Callable[[Given], Answer], given: Given) -> Answer:
    """The computed fields; an exception is told, not raised, so that the other cases still run."""
    try:
        return compute(given)
    except StatutoryError as refusal:
        return {"error": refusal.code}
    except (KeyError, ValueError, ArithmeticError, TypeError) as error:
        return {"exception": repr(error)}


def _same(got: Any, expected: Any) -> bool:
    """Amounts are equal as numbers; 75 and 75.00 are the same tax. Anything else is equal as it is."""
    if isinstance(expected, list):
        return isinstance(got, list) and len(got) == len(expected) and all(map(_same, got, expected))
    try:
        return got is not None and Decimal(str(got)) == Decimal(str(expected))
    except ArithmeticError:
        return bool(got == expected)


# --- wages ---


def _salary(given: Given) -> Answer:
    """Month after month with the same employer."""
    steps = _months(BasicDeductionRule(given["basic_deduction_rule"]), given["months"])
    return {
        "monthly_tax": [_yuan(step.tax_fen) for step in steps],
        "cumulative_taxable": [_yuan(step.taxable_fen) for step in steps],
        "year_total": _yuan(sum(step.tax_fen for step in steps)),
    }


def _months(rule: BasicDeductionRule, months: list[Given]) -> list[Withholding]:
    steps: list[Withholding] = []
    sums = dict.fromkeys(SUMS.values(), 0)
    for entry in months:
        for name, field in SUMS.items():
            sums[field] += _fen(entry.get(name))
        basic = basic_deduction_fen(
            rule,
            month=entry["month"],
            first_month=months[0]["month"],
            monthly_fen=LAW.basic_deduction_monthly_fen,
        )
        withheld = sum(step.tax_fen for step in steps)
        steps.append(withhold(YearToDate(basic_deduction_fen=basic, withheld_fen=withheld, **sums), LAW.cumulative))
    return steps


def _basic_deduction(given: Given) -> Answer:
    first = given["first_pay_month"]
    amount = basic_deduction_fen(
        BasicDeductionRule(given["rule"]),
        month=given.get("month", first),
        first_month=first,
        monthly_fen=LAW.basic_deduction_monthly_fen,
    )
    return {"cumulative_basic_deduction": _yuan(amount)}


# --- annual bonus ---


def _bonus(given: Given) -> Answer:
    found = annual_bonus.bonus_tax(_fen(given["bonus"]), _bonus_table())
    return _assessed(found) | {"net": _yuan(_fen(given["bonus"]) - found.tax_fen)}


def _bonus_trap(given: Given) -> Answer:
    low, high = _fen(given["bonus_low"]), _fen(given["bonus_high"])
    net_low, net_high = (annual_bonus.net_bonus_fen(bonus, _bonus_table()) for bonus in (low, high))
    return {"tax_low": _yuan(low - net_low), "tax_high": _yuan(high - net_high), "net_loss": _yuan(net_low - net_high)}


def _bonus_choice(given: Given) -> Answer:
    year = _whole_year(given)
    taxable = year.wages_fen - year.exempt_fen - year.social_fen - year.additional_fen - year.other_fen
    choice = annual_bonus.bonus_choice(
        taxable_fen=taxable - LAW.basic_deduction_yearly_fen,
        bonus_fen=_fen(given["bonus"]),
        annual=LAW.annual,
        monthly=LAW.bonus,
    )
    return {
        "wage_tax": _yuan(choice.income_tax_fen),
        "bonus_tax": _yuan(choice.bonus_tax_fen or 0),
        "total": _yuan(choice.separate_fen or 0),
        "combined_total": _yuan(choice.combined_fen),
        "cheaper": choice.cheaper.value,
        "saving": _yuan(choice.saving_fen),
    }


def _bonus_table() -> Any:
    assert LAW.bonus is not None, "the law of the cases allows it"
    return LAW.bonus


# --- labour service, authors' and licence fees ---


def _labour(given: Given) -> Answer:
    found = labour_service.labour_tax(_fen(given["income"]), LAW.labour_cost, LAW.brackets("labour_service"))
    return _assessed(found)


def _royalty(given: Given) -> Answer:
    found = labour_service.royalty_tax(
        _fen(given["income"]), LAW.labour_cost, share=LAW.rate("royalty_share"), rate=LAW.rate("royalty_withholding")
    )
    return _assessed(found)


def _intern(given: Given) -> Answer:
    """One month's pay; `months` worked here this year, 1 where the case does not say; the same pay in each."""
    old = _labour(given)["tax"]
    if given.get("method", "cumulative") != "cumulative":
        return {"tax": old, "tax_under_old_method": old}
    part = continuous_labour.counted_part(LAW.rate("intern_cost"))
    step = _equal_months(_fen(given["income"]), int(given.get("months", 1)), part)
    return {"tax": _yuan(step.tax_fen), "tax_under_old_method": old, "cumulative_taxable": _yuan(step.taxable_fen)}


def _platform(given: Given) -> Answer:
    part = continuous_labour.counted_part(LAW.rate("platform_cost"))
    step = _equal_months(_fen(given["monthly_income"]), int(given["month_index"]), part)
    return {
        "cumulative_taxable": _yuan(step.taxable_fen),
        "cumulative_tax": _yuan(step.cumulative_tax_fen),
        "month_tax": _yuan(step.tax_fen),
    }


def _equal_months(income_fen: int, months: int, part: Fraction) -> Withholding:
    """The last of some months with the same income."""
    withheld = 0
    for month in range(1, months + 1):
        year = continuous_labour.LabourYear(
            income_fen=income_fen * month,
            basic_deduction_fen=LAW.basic_deduction_monthly_fen * month,
            withheld_fen=withheld,
        )
        step = continuous_labour.withhold_labour(year, LAW.cumulative, part=part)
        withheld += step.tax_fen
    return step


# --- non-residents ---


def _nonresident_salary(given: Given) -> Answer:
    deduction = LAW.basic_deduction_monthly_fen
    return _assessed(nonresidents.wage_tax(_fen(given["income"]), MONTHLY_TABLE, monthly_deduction_fen=deduction))


def _nonresident_labour(given: Given) -> Answer:
    cost = LAW.rate("labour_service_cost")
    return _assessed(nonresidents.payment_tax(_fen(given["income"]), MONTHLY_TABLE, cost=cost))


def _nonresident_royalty(given: Given) -> Answer:
    cost, share = LAW.rate("labour_service_cost"), LAW.rate("royalty_share")
    return _assessed(nonresidents.payment_tax(_fen(given["income"]), MONTHLY_TABLE, cost=cost, share=share))


def _nonresident_bonus(given: Given) -> Answer:
    months = LAW.count("nonresident_bonus_months")
    return _assessed(nonresidents.multi_month_bonus_tax(_fen(given["bonus"]), MONTHLY_TABLE, months=months))


def _nonresident_equity(given: Given) -> Answer:
    months = LAW.count("nonresident_bonus_months")
    return _assessed(nonresidents.equity_tax(_fen(given["income"]), MONTHLY_TABLE, months=months))


# --- lump sums and equity ---


def _severance(given: Given) -> Answer:
    exempt = _fen(given["exempt_cap_3x_avg_annual_wage"])
    return _assessed(severance.severance_tax(_fen(given["compensation"]), LAW.annual, exempt_fen=exempt))


def _early_retirement(given: Given) -> Answer:
    found = severance.early_retirement_tax(
        _fen(given["lump_sum"]),
        LAW.annual,
        years=Fraction(str(given["years"])),
        yearly_deduction_fen=LAW.basic_deduction_yearly_fen,
    )
    return _assessed(found) | {"per_year_taxable": _yuan(found.taxable_fen)}


def _internal_retirement(given: Given) -> Answer:
    deduction = given.get("basic_deduction")
    found = severance.internal_retirement_tax(
        _fen(given["lump_sum"]),
        LAW.brackets("comprehensive_monthly"),
        months=int(given["months_to_retirement"]),
        wage_fen=_fen(given.get("wage")),
        monthly_deduction_fen=LAW.basic_deduction_monthly_fen if deduction is None else _fen(deduction),
    )
    return {
        "rate": _decimal(found.rate),
        "quick_deduction": _yuan(found.quick_deduction_fen),
        "tax_total": _yuan(found.total_tax_fen),
        "tax_on_wage_alone": _yuan(found.wage_tax_fen),
        "tax_on_lump_sum": _yuan(found.lump_sum_tax_fen),
    }


def _equity(given: Given) -> Answer:
    return _assessed(equity.equity_tax(_fen(given["income"]), LAW.brackets("equity_incentive")))


# --- annual settlement ---


def _settlement(given: Given) -> Answer:
    """A year of equal months, withheld as the law says, and what the settlement changes."""
    months = int(given.get("months", 12))
    month = {name: given.get(name) for name in SUMS} | {"income": given["monthly_income"]}
    steps = _months(BasicDeductionRule.MONTHLY, [month | {"month": number} for number in range(1, months + 1)])
    withheld = sum(step.tax_fen for step in steps)
    found = annual_settlement.settle(_whole_year(given, withheld_fen=withheld), LAW.settlement)
    return {
        "deductible": _yuan(found.illness_deduction_fen),
        "taxable": _yuan(found.taxable_fen),
        "annual_tax": _yuan(found.tax_fen),
        "withheld": _yuan(withheld),
        "refund": _yuan(found.refund_fen),
        "due": _yuan(found.due_fen),
    }


def _whole_year(given: Given, *, withheld_fen: int = 0) -> annual_settlement.ComprehensiveYear:
    """Twelve equal months, or as many as `months` says; other income and costs of the year as they are."""
    months = int(given.get("months", 12))
    illness = given.get("serious_illness_self_paid")
    return annual_settlement.ComprehensiveYear(
        wages_fen=months * _fen(given["monthly_income"]),
        labour_fen=_fen(given.get("labour")),
        author_fen=_fen(given.get("royalty")),
        exempt_fen=months * _fen(given.get("exempt")),
        social_fen=months * _fen(given.get("social")),
        additional_fen=months * _fen(given.get("additional")),
        other_fen=months * _fen(given.get("other")),
        illness_fen=() if illness is None else (_fen(illness),),
        donations_fen=_fen(given.get("donation")),
        relief_fen=months * _fen(given.get("relief")),
        withheld_fen=withheld_fen,
    )


def _assessed(found: Assessment) -> Answer:
    return {
        "taxable": _yuan(found.taxable_fen),
        "rate": _decimal(found.rate),
        "quick_deduction": _yuan(found.quick_deduction_fen),
        "tax": _yuan(found.tax_fen),
    }


def _fen(yuan: Any) -> int:
    """Yuan as decimal text or number; None is 0. Amounts finer than a fen do not exist in pay."""
    exact = Decimal(str(yuan or 0)) * 100
    if exact != int(exact):
        raise ValueError(f"{yuan} is not a whole number of fen")
    return int(exact)


def _yuan(fen: int) -> str:
    return str(Decimal(fen).scaleb(-2))


def _decimal(rate: Fraction) -> str:
    return _yuan(FEN_HALF_UP.fen(rate * 100))


CATEGORIES: dict[str, Callable[[Given], Answer]] = {
    "salary_cumulative": _salary,
    "basic_deduction": _basic_deduction,
    "bonus_separate": _bonus,
    "bonus_trap": _bonus_trap,
    "bonus_vs_combined": _bonus_choice,
    "labour_service": _labour,
    "labour_service_intern": _intern,
    "platform_labour_cumulative": _platform,
    "royalty": _royalty,
    "nonresident_salary": _nonresident_salary,
    "nonresident_labour": _nonresident_labour,
    "nonresident_royalty": _nonresident_royalty,
    "nonresident_multi_month_bonus": _nonresident_bonus,
    "nonresident_equity": _nonresident_equity,
    "severance": _severance,
    "early_retirement": _early_retirement,
    "internal_retirement": _internal_retirement,
    "equity_incentive": _equity,
    "annual_settlement": _settlement,
}
