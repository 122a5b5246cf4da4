"""Interns, platform workers and agents are withheld like wages, on the part of income that counts."""

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payroll.packs.dated import PackError
from payroll.packs.income_tax import income_tax
from payroll.rules.statutory.continuous_labour import LabourYear, counted_part, withhold_labour
from payroll.rules.statutory.errors import StatutoryError
from tests.payroll.rules.statutory.oracle import LAW, MONTHLY, slices, whole

PLATFORM = counted_part(LAW.rate("platform_cost"))
AGENT = counted_part(LAW.rate("labour_service_cost"), LAW.rate("agent_expenses"))


def months_of(income: list[int], part: Fraction) -> list[int]:
    """The tax of each month in fen, month by month."""
    taxes: list[int] = []
    for month in range(1, len(income) + 1):
        year = LabourYear(income_fen=sum(income[:month]), basic_deduction_fen=month * MONTHLY, withheld_fen=sum(taxes))
        taxes.append(withhold_labour(year, LAW.cumulative, part=part).tax_fen)
    return taxes


def test_a_platform_worker_with_20000_a_month_moves_up_in_april() -> None:
    assert months_of([2_000_000] * 5, PLATFORM) == [33_000, 33_000, 33_000, 89_000, 110_000]


def test_an_agent_counts_with_three_fifths() -> None:
    assert Fraction(3, 5) == AGENT
    assert months_of([1_000_000], AGENT) == [3_000]


@given(st.lists(st.integers(min_value=625_000, max_value=20_000_000), min_size=1, max_size=12))
def test_the_months_add_up_to_the_tax_of_the_year_while_income_covers_the_deduction(income: list[int]) -> None:
    taxable = Fraction(sum(income) * 4, 5) - len(income) * MONTHLY
    assert sum(months_of(income, PLATFORM)) == whole(slices(taxable, LAW.cumulative))


def test_a_month_below_the_deduction_is_kept_for_later_months() -> None:
    step = withhold_labour(LabourYear(income_fen=300_000, basic_deduction_fen=MONTHLY), LAW.cumulative, part=PLATFORM)
    assert (step.taxable_fen, step.tax_fen) == (-260_000, 0)


def test_relief_and_other_deductions_count() -> None:
    year = LabourYear(
        income_fen=1_000_000, basic_deduction_fen=MONTHLY, exempt_fen=50_000, other_fen=50_000, relief_fen=1_000
    )
    assert withhold_labour(year, LAW.cumulative, part=PLATFORM).tax_fen == 5_000


def test_platform_workers_are_withheld_so_from_october_2025_on_and_interns_from_july_2020() -> None:
    assert income_tax(date(2025, 10, 1)).rate("platform_cost") == Fraction(1, 5)
    assert income_tax(date(2020, 7, 1)).rate("intern_cost") == Fraction(1, 5)
    for key, before in (("platform_cost", date(2025, 9, 30)), ("intern_cost", date(2020, 6, 30))):
        assert not income_tax(before).has_rate(key)
        with pytest.raises(PackError):
            income_tax(before).rate(key)


def test_negative_sums_are_refused() -> None:
    with pytest.raises(StatutoryError) as refused:
        LabourYear(income_fen=1, basic_deduction_fen=0, withheld_fen=-1)
    assert refused.value.field == "withheld_fen"
