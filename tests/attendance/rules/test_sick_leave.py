"""The medical period and the shares of sick pay."""

from __future__ import annotations

from fractions import Fraction

import pytest

from attendance.rules.sick_leave import MedicalPeriod, PayStep, SickPay, medical_period, sick_pay, sick_pay_rate

SHANGHAI = SickPay(
    short=[PayStep(0, Fraction(6, 10)), PayStep(2, Fraction(7, 10)), PayStep(4, Fraction(8, 10)),
           PayStep(6, Fraction(9, 10)), PayStep(8, Fraction(1))],
    long=[PayStep(0, Fraction(4, 10)), PayStep(1, Fraction(5, 10)), PayStep(3, Fraction(6, 10))],
)  # fmt: skip


@pytest.mark.parametrize(
    ("total", "employer", "months", "window"),
    [(3, 3, 3, 6), (9, 5, 6, 12), (10, 4, 6, 12), (12, 5, 9, 15), (20, 10, 12, 18), (20, 15, 18, 24), (30, 20, 24, 30)],
)
def test_the_medical_period_grows_with_the_years(total: int, employer: int, months: int, window: int) -> None:
    assert medical_period(total, employer) == MedicalPeriod(months, window)


@pytest.mark.parametrize(
    ("years", "months", "percent"),
    [(0, 1, 60), (1, 6, 60), (2, 1, 70), (4, 1, 80), (6, 1, 90), (8, 6, 100), (0, 7, 40), (1, 7, 50), (3, 12, 60)],
)
def test_sick_pay_by_years_and_length(years: int, months: int, percent: int) -> None:
    assert sick_pay_rate(SHANGHAI, employer_years=years, months=months) == Fraction(percent, 100)


def test_sick_pay_is_not_below_four_fifths_of_the_minimum_wage() -> None:
    assert sick_pay(300_000, rate=Fraction(6, 10), minimum_wage_fen=274_000) == 219_200
    assert sick_pay(1_000_001, rate=Fraction(1, 2), minimum_wage_fen=274_000) == 500_001
