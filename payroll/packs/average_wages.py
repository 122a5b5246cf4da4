"""Average wages by city, for the part of severance that is free of tax."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cache

from payroll.packs.dated import FOLDER, Confidence, PackError, Strict, fen, in_force, read_yaml
from payroll.packs.income_tax import income_tax
from payroll.packs.social_insurance import CityPack, find_city
from payroll.rules.statutory.rounding import FEN_HALF_UP
from payroll.rules.statutory.social_insurance import Insurance

MONTHS = 12
CEILING_MULTIPLE = 3
"""The pension ceiling is three times the average wage."""


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
    effective_from: date
    confidence: Confidence
    reference: str


@cache
def average_wages() -> AverageWages:
    """The pack as shipped, checked against its schema."""
    return AverageWages.model_validate(read_yaml(FOLDER / "average_wages.yaml"))


def severance_exemption(slug_or_name: str, on_date: date) -> SeveranceExemption:
    """Three times the city's average wage of the year before, in force on a day.

    Raises PackError payroll.packs.unknown_city, .tax_value_not_in_force, .no_average_wage.
    """
    pack = find_city(slug_or_name)
    multiple = income_tax(on_date).rate("severance_exempt_multiple")
    published = in_force(average_wages().cities.get(pack.slug, ()), on_date)
    if published is None:
        return _from_pension_ceiling(pack, multiple, on_date)
    return SeveranceExemption(
        exempt_fen=FEN_HALF_UP.fen(fen(published.value) * MONTHS * multiple),
        effective_from=published.effective_from,
        confidence=published.confidence,
        reference=published.reference,
    )


def _from_pension_ceiling(pack: CityPack, multiple: Fraction, on_date: date) -> SeveranceExemption:
    """The ceiling of pension contributions is three times the average already."""
    version = in_force(pack.insurances[Insurance.PENSION], on_date)
    if version is None or version.ceiling is None:
        raise PackError(
            "payroll.packs.no_average_wage",
            zh=f"{pack.name.zh} 在 {on_date} 没有公布的平均工资，也没有养老缴费基数上限",
            en=f"{pack.name.en} has neither a published average wage nor a ceiling of the pension base on {on_date}",
        )
    return SeveranceExemption(
        exempt_fen=FEN_HALF_UP.fen(fen(version.ceiling) * MONTHS * multiple / CEILING_MULTIPLE),
        effective_from=version.effective_from,
        confidence=Confidence.ASSUMED,
        reference=pack.source,
    )
