"""What China taxes of a person without domicile, and the tax by month and by payment."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payroll.rules.statutory import nonresidents
from payroll.rules.statutory.errors import StatutoryError
from payroll.rules.statutory.nonresidents import CrossBorderPay, Stay, income_in_china, stay_of
from tests.payroll.rules.statutory.oracle import LAW, MONTHLY, slices, whole

TABLE = LAW.brackets("nonresident_monthly")
COST, SHARE, MONTHS = LAW.rate("labour_service_cost"), LAW.rate("royalty_share"), LAW.count("nonresident_bonus_months")
INCOME = st.integers(min_value=0, max_value=10**9)
HALF_DAYS = st.integers(min_value=0, max_value=60).map(lambda halves: Fraction(halves, 2))
PAY = st.builds(
    CrossBorderPay, paid_in_china_fen=INCOME, paid_abroad_fen=INCOME, china_days=HALF_DAYS, period_days=st.just(30)
)
# 30,000 paid in China and 20,000 abroad for 30 days, 12 of them worked in China.
SHARED = CrossBorderPay(paid_in_china_fen=3_000_000, paid_abroad_fen=2_000_000, china_days=12, period_days=30)


@pytest.mark.parametrize(
    ("days", "stay"),
    [(0, Stay.SHORT), (90, Stay.SHORT), (91, Stay.MEDIUM), (182, Stay.MEDIUM), (183, Stay.RESIDENT)],
)
def test_90_and_183_days_part_the_stays(days: int, stay: Stay) -> None:
    assert stay_of(days, LAW.stay_limits) is stay


def test_six_years_of_183_days_make_all_pay_taxable() -> None:
    assert stay_of(183, LAW.stay_limits, settled=True) is Stay.SETTLED
    assert stay_of(182, LAW.stay_limits, settled=True) is Stay.MEDIUM


@pytest.mark.parametrize(
    ("stay", "senior", "yuan"),
    [
        (Stay.SHORT, False, 12_000),  # formula 1: 30,000 x 12/30
        (Stay.MEDIUM, False, 20_000),  # formula 2: 50,000 x 12/30
        (Stay.RESIDENT, False, 38_000),  # formula 3: 50,000 x [1 - 20,000/50,000 x 18/30]
        (Stay.SETTLED, False, 50_000),
        (Stay.SHORT, True, 30_000),  # a senior's pay from China
        (Stay.MEDIUM, True, 38_000),  # formula 3
    ],
)
def test_the_part_of_the_pay_that_china_taxes(stay: Stay, senior: bool, yuan: int) -> None:
    assert income_in_china(SHARED, stay, senior=senior) == yuan * 100


@given(PAY, st.booleans())
def test_a_longer_stay_never_makes_less_pay_taxable(pay: CrossBorderPay, senior: bool) -> None:
    parts = [income_in_china(pay, stay, senior=senior) for stay in Stay]
    assert parts == sorted(parts)
    assert parts[-1] == pay.total_fen


@given(INCOME)
def test_a_month_is_taxed_by_itself_above_5000(income: int) -> None:
    found = nonresidents.wage_tax(income, TABLE, monthly_deduction_fen=MONTHLY)
    assert found.tax_fen == whole(slices(income - MONTHLY, TABLE))
    assert found.taxable == max(0, income - MONTHLY)


@given(INCOME)
def test_payments_have_a_fifth_of_cost_and_authors_fees_count_with_seven_tenths(income: int) -> None:
    labour = nonresidents.payment_tax(income, TABLE, cost=COST)
    author = nonresidents.payment_tax(income, TABLE, cost=COST, share=SHARE)
    assert labour.tax_fen == whole(slices(Fraction(income * 8, 10), TABLE))
    assert author.tax_fen == whole(slices(Fraction(income * 56, 100), TABLE))


@given(INCOME)
def test_a_bonus_of_several_months_is_six_times_the_tax_of_a_sixth(bonus: int) -> None:
    found = nonresidents.multi_month_bonus_tax(bonus, TABLE, months=MONTHS)
    assert found.tax_fen == whole(6 * slices(Fraction(bonus, 6), TABLE))


@given(st.lists(INCOME, min_size=1, max_size=4))
def test_equity_of_a_year_adds_up_whatever_the_parts(parts: list[int]) -> None:
    withheld = 0
    for index, income in enumerate(parts):
        found = nonresidents.equity_tax(income, TABLE, months=MONTHS, before=sum(parts[:index]), withheld_fen=withheld)
        withheld += found.tax_fen
    assert withheld == whole(6 * slices(Fraction(sum(parts), 6), TABLE))


def test_what_cannot_be_is_refused() -> None:
    with pytest.raises(StatutoryError, match="bad_days"):
        CrossBorderPay(paid_in_china_fen=1, paid_abroad_fen=0, china_days=31, period_days=30)
    with pytest.raises(StatutoryError, match="not_positive"):
        CrossBorderPay(paid_in_china_fen=1, paid_abroad_fen=0, china_days=0, period_days=0)
    with pytest.raises(StatutoryError, match="negative_amount"):
        nonresidents.wage_tax(-1, TABLE, monthly_deduction_fen=MONTHLY)
    with pytest.raises(StatutoryError, match="not_positive"):
        nonresidents.multi_month_bonus_tax(1, TABLE, months=0)
