"""Average wages by city, for the part of severance that is free of tax."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache

from payroll.packs.dated import FOLDER, Confidence, PackError, Strict, fen, in_force, read_yaml
from payroll.packs.income_tax import income_tax
from payroll.packs.social_insurance import city, find_city
from payroll.rules.statutory.rounding import FEN_HALF_UP
from payroll.rules.statutory.social_insurance import Insurance

MONTHS = 12


class AverageWage(Strict):
    """The published average of a calendar year, yuan a month, in force until the next one."""

    effective_from: date
    year: int
    value: Decimal
    reference: str
    confidence: Confidence

    @property
    def effective_until(self) -> None:
        """Values stay in force until the next ones are published."""
        return None


class AverageWages(Strict):
    """The whole file, by slug of the city."""

    unit: str
    cities: dict[str, tuple[AverageWage, ...]]


@dataclass(frozen=True, slots=True)
class SeveranceExemption:
    """The severance that is free of tax in a city. confidence ASSUMED: from the pension ceiling, not published."""

    exempt_fen: int
    confidence: Confidence
    reference: str


@cache
def average_wages() -> AverageWages:
    """The pack as shipped, checked against its schema."""
    return AverageWages.model_validate(read_yaml(FOLDER / "average_wages.yaml"))


def severance_exemption(slug_or_name: str, on_date: date) -> SeveranceExemption:
    """Three times the city's average wage of the year before, in force on a day.

    Raises PackError payroll.packs.unknown_city, .city_not_in_force, .tax_value_not_in_force, .no_average_wage.
    """
    found = find_city(slug_or_name)
    published = in_force(average_wages().cities.get(found.slug, ()), on_date)
    if published is None:
        return _from_pension_ceiling(found.slug, on_date)
    multiple = income_tax(on_date).rate("severance_exempt_multiple")
    exempt = FEN_HALF_UP.fen(fen(published.value) * MONTHS * multiple)
    return SeveranceExemption(exempt, published.confidence, published.reference)


def _from_pension_ceiling(slug: str, on_date: date) -> SeveranceExemption:
    """The ceiling of pension contributions is three times the average already."""
    rates = city(slug, on_date)
    ceiling = rates.insurances[Insurance.PENSION].limits.ceiling_fen
    if ceiling is None:
        raise PackError(
            "payroll.packs.no_average_wage",
            zh=f"{rates.name.zh}没有公布的平均工资，也没有养老缴费基数上限",
            en=f"{rates.name.en} has neither a published average wage nor a ceiling of the pension base",
        )
    exempt = FEN_HALF_UP.fen(ceiling * MONTHS * income_tax(on_date).rate("severance_exempt_multiple") / 3)
    return SeveranceExemption(exempt, Confidence.ASSUMED, find_city(slug).source)
