"""Statutory minimum wages by city, for formulas and for the review of a run."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cache

from payroll.packs.dated import FOLDER, Confidence, PackError, Strict, fen, in_force, read_yaml
from payroll.packs.social_insurance import find_city
from payroll.rules.statutory.rounding import Mode, Rounding, Unit

HOURS_OF_A_MONTH = Fraction("21.75") * 8
_UP = Rounding(Unit.FEN, Mode.UP)


class MinimumWage(Strict):
    """In force until the next one. month: yuan for a full month; hour: yuan, None where only the month is known."""

    effective_from: date
    month: Decimal
    hour: Decimal | None = None
    confidence: Confidence

    @property
    def effective_until(self) -> None:
        """Values stay in force until the next ones are published."""
        return None

    @property
    def month_fen(self) -> int:
        return fen(self.month)

    @property
    def hour_fen(self) -> int:
        """The published value, else the month's by 174 hours, rounded up."""
        return fen(self.hour) if self.hour is not None else _UP.fen(fen(self.month) / HOURS_OF_A_MONTH)


class MinimumWages(Strict):
    """The whole file, by slug of the city."""

    unit: dict[str, str]
    reference: str
    cities: dict[str, tuple[MinimumWage, ...]]


@cache
def minimum_wages() -> MinimumWages:
    """The pack as shipped, checked against its schema."""
    return MinimumWages.model_validate(read_yaml(FOLDER / "minimum_wages.yaml"))


def minimum_wage(slug_or_name: str, on_date: date) -> MinimumWage | None:
    """What holds in a city on a day; None for a city or a day that the pack does not know."""
    try:
        slug = find_city(slug_or_name).slug
    except PackError:
        return None
    return in_force(minimum_wages().cities.get(slug, ()), on_date)
