"""Special additional deductions begin, end and share by the month, with the amounts of their time."""

from datetime import date
from fractions import Fraction

import pytest

from payroll.packs.income_tax import income_tax
from payroll.rules.statutory.additional_deductions import (
    Child,
    Claims,
    Deduction,
    Elders,
    Mortgage,
    Rent,
    RentTier,
    Stretch,
    month_deductions,
)
from payroll.rules.statutory.errors import StatutoryError


def yuan(claims: Claims, month: date) -> dict[str, int]:
    """What is above 0, in yuan, by the law of the month."""
    found = month_deductions(claims, month, income_tax(month).additional_deductions)
    assert set(found) == set(Deduction)
    return {kind.value: fen // 100 for kind, fen in found.items() if fen}


CHILD = Claims(children=(Child(birth_date=date(2022, 8, 20)),))


@pytest.mark.parametrize(
    ("month", "expected"),
    [
        (date(2022, 7, 1), {}),
        (date(2022, 8, 1), {"infant_care": 1000}),
        (date(2023, 1, 1), {"infant_care": 2000}),
        (date(2025, 7, 1), {"infant_care": 2000}),
        (date(2025, 8, 1), {"child_education": 2000}),
        (date(2044, 8, 1), {"child_education": 2000}),
    ],
)
def test_a_child_is_cared_for_until_its_third_birthday_and_then_learns(month: date, expected: dict[str, int]) -> None:
    assert yuan(CHILD, month) == expected


def test_infant_care_did_not_count_before_2022() -> None:
    assert yuan(Claims(children=(Child(birth_date=date(2020, 1, 5)),)), date(2021, 12, 1)) == {}


def test_education_ends_with_its_last_month_and_parents_may_halve_it() -> None:
    child = Child(birth_date=date(2003, 3, 1), share=Fraction(1, 2), education_end=date(2026, 6, 30))
    assert yuan(Claims(children=(child,)), date(2026, 6, 1)) == {"child_education": 1000}
    assert yuan(Claims(children=(child,)), date(2026, 7, 1)) == {}


def test_children_add_up() -> None:
    two = Claims(children=(Child(birth_date=date(2015, 1, 1)), Child(birth_date=date(2025, 1, 1))))
    assert yuan(two, date(2026, 5, 1)) == {"child_education": 2000, "infant_care": 2000}


def test_a_degree_counts_for_48_months_and_once_however_many_there_are() -> None:
    degrees = Claims(degrees=(Stretch(date(2022, 9, 1)), Stretch(date(2023, 9, 1))))
    assert yuan(degrees, date(2026, 8, 1)) == {"continuing_education_degree": 400}
    assert yuan(Claims(degrees=degrees.degrees[:1]), date(2026, 8, 1)) == {"continuing_education_degree": 400}
    assert yuan(Claims(degrees=degrees.degrees[:1]), date(2026, 9, 1)) == {}


def test_a_certificate_counts_once_in_the_month_of_the_years_first() -> None:
    claims = Claims(certificates=(date(2026, 5, 20), date(2026, 9, 1)))
    assert [yuan(claims, date(2026, month, 1)) for month in (4, 5, 9)] == [
        {},
        {"continuing_education_certificate": 3600},
        {},
    ]


def test_interest_counts_for_240_months_and_may_be_halved() -> None:
    loan = Claims(mortgage=Mortgage(Stretch(date(2006, 6, 1)), share=Fraction(1, 2)))
    assert yuan(loan, date(2026, 5, 1)) == {"mortgage_interest": 500}
    assert yuan(loan, date(2026, 6, 1)) == {}


def test_rent_counts_by_the_size_of_the_city() -> None:
    stretch = Stretch(date(2026, 1, 1), date(2026, 3, 1))
    for tier, amount in zip(RentTier, (1500, 1100, 800), strict=True):
        assert yuan(Claims(rents=(Rent(stretch, tier),)), date(2026, 3, 1)) == {"rent": amount}
    assert yuan(Claims(rents=(Rent(stretch, RentTier.TIER1),)), date(2026, 4, 1)) == {}


def test_rent_and_interest_exclude_each_other_and_so_do_two_rents() -> None:
    open_end = Stretch(date(2026, 1, 1))
    rent = Rent(open_end, RentTier.TIER1)
    with pytest.raises(StatutoryError, match="rent_and_mortgage"):
        yuan(Claims(mortgage=Mortgage(open_end), rents=(rent,)), date(2026, 1, 1))
    with pytest.raises(StatutoryError, match="two_rents"):
        yuan(Claims(rents=(rent, rent)), date(2026, 1, 1))


def test_moving_from_rent_to_an_own_home_is_no_clash() -> None:
    claims = Claims(
        mortgage=Mortgage(Stretch(date(2026, 4, 1))),
        rents=(Rent(Stretch(date(2026, 1, 1), date(2026, 3, 1)), RentTier.TIER1),),
    )
    assert yuan(claims, date(2026, 3, 1)) == {"rent": 1500}
    assert yuan(claims, date(2026, 4, 1)) == {"mortgage_interest": 1000}


@pytest.mark.parametrize(
    ("month", "agreed", "amount"),
    [
        (date(2022, 12, 1), None, 2000),
        (date(2023, 1, 1), None, 3000),
        (date(2022, 12, 1), 150_000, 1000),
        (date(2023, 1, 1), 150_000, 1500),
        (date(2026, 1, 1), 100_000, 1000),
    ],
)
def test_support_of_parents_has_the_amount_of_its_time_and_a_limit_for_one_of_several(
    month: date, agreed: int | None, amount: int
) -> None:
    claims = Claims(elders=Elders(oldest_birth_date=date(1960, 3, 31), agreed_fen=agreed))
    assert yuan(claims, month) == {"elderly_support": amount}


def test_support_begins_in_the_month_of_the_sixtieth_birthday_and_ends_with_its_year() -> None:
    claims = Claims(elders=Elders(oldest_birth_date=date(1960, 3, 31), last_month=date(2026, 12, 1)))
    assert yuan(claims, date(2020, 2, 1)) == {}
    assert yuan(claims, date(2020, 3, 1)) == {"elderly_support": 2000}
    assert yuan(claims, date(2027, 1, 1)) == {}
