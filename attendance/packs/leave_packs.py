"""Leave that ships with the product: what the law gives by region, and the types that a tenant begins with."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cache
from typing import Literal

from pydantic import Field

from attendance.packs.loader import PACKS, read_yaml
from attendance.packs.schema import Code, Part, Text
from attendance.rules.leave_amounts import DAY
from attendance.rules.leave_entitlements import Step
from attendance.rules.sick_leave import PayStep, SickPay

LEAVE = PACKS / "leave"
Confidence = Literal["high", "medium", "low"]


class YearStep(Part):
    years: int = Field(ge=0)
    days: int = Field(ge=0)


class RegionPart(Part):
    days: int = Field(ge=0)
    note: Text | None = None


class StatutoryPart(Part):
    """days: the national value, where it does not go by years of work; per: for what they are given."""

    name: Text
    source: Text
    confidence: Confidence
    days: int | None = None
    per: Literal["request", "year"] = "request"
    qualifying_months: int = 0
    steps: tuple[YearStep, ...] = Field(default=(), strict=False)
    regions: dict[str, RegionPart] = Field(default_factory=dict)


class PayStepPart(Part):
    years: int = Field(ge=0)
    percent: int = Field(ge=0, le=100)


class SickPayPart(Part):
    source: Text
    confidence: Confidence
    short: tuple[PayStepPart, ...] = Field(strict=False)
    long: tuple[PayStepPart, ...] = Field(strict=False)

    def build(self) -> SickPay:
        return SickPay(_pay_steps(self.short), _pay_steps(self.long))


class StatutoryLeave(Part):
    """Content of ``statutory_leave.yaml``."""

    as_of: date
    leaves: dict[str, StatutoryPart]
    provinces: dict[str, list[str]]
    sick_pay: dict[str, SickPayPart]


class PolicyPart(Part):
    accrual: Literal["yearly", "monthly"] = "yearly"
    most_carried: int | None = None
    carried_months: int = 12


class TypePart(Part):
    code: Code
    name: Text
    kind: Literal["leave", "travel"] = "leave"
    unit: Literal["day", "half_day", "hour"]
    counting: Literal["working", "calendar", "calendar_without_holidays"]
    paid_percent: int = Field(default=100, ge=0, le=100)
    has_balance: bool = False
    statutory: str = ""
    overtime_months: int | None = None
    evidence_above: int | None = None
    policy: PolicyPart | None = None


class LeaveTypes(Part):
    """Content of ``leave_types.yaml``."""

    types: tuple[TypePart, ...] = Field(strict=False)


@cache
def statutory_leave() -> StatutoryLeave:
    return StatutoryLeave.model_validate(read_yaml(LEAVE / "statutory_leave.yaml"))


@cache
def standard_types() -> tuple[TypePart, ...]:
    return LeaveTypes.model_validate(read_yaml(LEAVE / "leave_types.yaml")).types


def province_of(city: str) -> str:
    """The province of a work city as people write it; the city itself if it is one, or is not known."""
    name = city.removesuffix("市")
    return next((province for province, cities in statutory_leave().provinces.items() if name in cities), name)


def statutory_days(code: str, city: str) -> int | None:
    """What the law gives somebody who works there, in days; None where it goes by years of work, or is unknown."""
    found = statutory_leave().leaves.get(code)
    if found is None:
        return None
    region = found.regions.get(province_of(city).removesuffix("省"))
    return found.days if region is None else region.days


def statutory_steps(code: str) -> list[Step]:
    """A whole year's amounts by years of work."""
    return [Step(step.years, step.days * DAY) for step in statutory_leave().leaves[code].steps]


def sick_pay_of(city: str) -> SickPay | None:
    """The shares of pay of the region, or None where only the minimum holds."""
    found = statutory_leave().sick_pay.get(province_of(city))
    return None if found is None else found.build()


def _pay_steps(parts: tuple[PayStepPart, ...]) -> list[PayStep]:
    return [PayStep(part.years, Fraction(Decimal(part.percent)) / 100) for part in parts]
