"""Special additional deductions (专项附加扣除) of one person, month by month, in fen.

Source: 国发〔2018〕41号, 国发〔2022〕8号, 国发〔2023〕13号. Amounts and ages are data (`payroll.packs.income_tax`,
`IncomeTax.additional_deductions`). Months are first days of months. Serious illness is not here: it counts in the
annual settlement only (`annual_settlement`). Cumulative withholding takes the sum of the months employed here this
year.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction

from payroll.rules.statutory.errors import StatutoryError
from payroll.rules.statutory.rounding import FEN_HALF_UP


class Deduction(StrEnum):
    """The kinds that count by the month."""

    INFANT_CARE = "infant_care"
    CHILD_EDUCATION = "child_education"
    DEGREE = "continuing_education_degree"
    CERTIFICATE = "continuing_education_certificate"
    MORTGAGE = "mortgage_interest"
    RENT = "rent"
    ELDERLY = "elderly_support"


class RentTier(StrEnum):
    """1: municipalities, provincial capitals and cities named for it; 2: above a million registered; 3: all others."""

    TIER1 = "rent_tier1"
    TIER2 = "rent_tier2"
    TIER3 = "rent_tier3"


@dataclass(frozen=True, slots=True)
class DeductionLaw:
    """The amounts of one month in fen; 0 where a kind is not in force. Ages in years, limits in months."""

    infant_care_fen: int
    child_education_fen: int
    degree_fen: int
    certificate_fen: int
    mortgage_fen: int
    rent_fen: Mapping[RentTier, int]
    elderly_fen: int
    elderly_share_limit_fen: int
    school_age: int
    elderly_age: int
    degree_months: int
    mortgage_months: int


@dataclass(frozen=True, slots=True)
class Child:
    """A child. share: of this parent, all or a half. education_end: a day of the last month; None while it goes on."""

    birth_date: date
    share: Fraction = Fraction(1)
    education_end: date | None = None


@dataclass(frozen=True, slots=True)
class Stretch:
    """A time that a claim is for, from its first month until `last_month` (inclusive); None while it goes on."""

    first_month: date
    last_month: date | None = None

    def holds(self, month: date) -> bool:
        return self.first_month <= month and (self.last_month is None or month <= self.last_month)


@dataclass(frozen=True, slots=True)
class Mortgage:
    """Interest on the first home. share: 1, or a half each where both had bought a first home before marrying."""

    stretch: Stretch
    share: Fraction = Fraction(1)


@dataclass(frozen=True, slots=True)
class Rent:
    stretch: Stretch
    tier: RentTier


@dataclass(frozen=True, slots=True)
class Elders:
    """Support of parents; the birth date is that of the oldest.

    agreed_fen: what brothers and sisters agreed on for this person a month, None for an only child. last_month:
    December of the year in which the duty ended.
    """

    oldest_birth_date: date
    agreed_fen: int | None = None
    last_month: date | None = None


@dataclass(frozen=True, slots=True)
class Claims:
    """What one person declared. certificates: the days on which they were got."""

    children: tuple[Child, ...] = ()
    degrees: tuple[Stretch, ...] = ()
    certificates: tuple[date, ...] = ()
    mortgage: Mortgage | None = None
    rents: tuple[Rent, ...] = ()
    elders: Elders | None = None


def month_deductions(claims: Claims, month: date, law: DeductionLaw) -> dict[Deduction, int]:
    """The deductions of one month in fen by kind, all kinds named. law: that of the month.

    Raises StatutoryError payroll.additional_deduction.rent_and_mortgage, .two_rents.
    """
    return {
        Deduction.INFANT_CARE: sum(_infant_fen(child, month, law) for child in claims.children),
        Deduction.CHILD_EDUCATION: sum(_education_fen(child, month, law) for child in claims.children),
        Deduction.DEGREE: _degree_fen(claims.degrees, month, law),
        Deduction.CERTIFICATE: _certificate_fen(claims.certificates, month, law),
        **_housing(claims, month, law),
        Deduction.ELDERLY: 0 if claims.elders is None else _elders_fen(claims.elders, month, law),
    }


def months_until(first: date, month: date) -> int:
    """Whole months from one first-of-month to another."""
    return (month.year - first.year) * 12 + month.month - first.month


def _age_month(birth_date: date, years: int) -> int:
    """The number of the month in which somebody reaches an age, on the scale of `_number`."""
    return (birth_date.year + years) * 12 + birth_date.month


def _number(month: date) -> int:
    return month.year * 12 + month.month


def _infant_fen(child: Child, month: date, law: DeductionLaw) -> int:
    """From the month of birth to the month before the third birthday."""
    young = _age_month(child.birth_date, 0) <= _number(month) < _age_month(child.birth_date, law.school_age)
    return FEN_HALF_UP.fen(law.infant_care_fen * child.share) if young else 0


def _education_fen(child: Child, month: date, law: DeductionLaw) -> int:
    """From the month of the third birthday to the end of full-time education."""
    at_school = _number(month) >= _age_month(child.birth_date, law.school_age)
    ended = child.education_end is not None and _number(child.education_end) < _number(month)
    return FEN_HALF_UP.fen(law.child_education_fen * child.share) if at_school and not ended else 0


def _degree_fen(degrees: Sequence[Stretch], month: date, law: DeductionLaw) -> int:
    """One amount, however many degrees; each for 48 months."""
    counts = any(s.holds(month) and months_until(s.first_month, month) < law.degree_months for s in degrees)
    return law.degree_fen if counts else 0


def _certificate_fen(certificates: Sequence[date], month: date, law: DeductionLaw) -> int:
    """The year's amount, once, in the month of the year's first certificate."""
    of_year = [day for day in certificates if day.year == month.year]
    return law.certificate_fen if of_year and min(of_year).month == month.month else 0


def _housing(claims: Claims, month: date, law: DeductionLaw) -> dict[Deduction, int]:
    loan = claims.mortgage
    paid = loan is not None and loan.stretch.holds(month)
    rents = [rent for rent in claims.rents if rent.stretch.holds(month)]
    if paid and rents:
        raise StatutoryError(
            "payroll.additional_deduction.rent_and_mortgage",
            zh="住房贷款利息和住房租金不能同时扣除。",
            en="interest on a home and rent are not deducted in the same month",
            field="rents",
        )
    if len(rents) > 1:
        raise StatutoryError(
            "payroll.additional_deduction.two_rents",
            zh="同一月份只能扣除一处住房租金。",
            en="one rent is deducted in a month",
            field="rents",
        )
    interest = 0
    if paid and loan is not None and months_until(loan.stretch.first_month, month) < law.mortgage_months:
        interest = FEN_HALF_UP.fen(law.mortgage_fen * loan.share)
    return {Deduction.MORTGAGE: interest, Deduction.RENT: law.rent_fen[rents[0].tier] if rents else 0}


def _elders_fen(elders: Elders, month: date, law: DeductionLaw) -> int:
    """From the month in which the oldest reaches 60."""
    old = _number(month) >= _age_month(elders.oldest_birth_date, law.elderly_age)
    ended = elders.last_month is not None and _number(elders.last_month) < _number(month)
    if not old or ended:
        return 0
    if elders.agreed_fen is None:
        return law.elderly_fen
    return min(elders.agreed_fen, law.elderly_share_limit_fen)
