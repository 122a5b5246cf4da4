"""Social insurance and housing fund of a city on a day, with how sure each value is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cache
from typing import TypeVar

from pydantic import model_validator

from payroll.packs.dated import FOLDER, Confidence, PackError, Strict, Text, fen, in_force, read_yaml
from payroll.rules.statutory.rounding import Mode, Rounding, Unit
from payroll.rules.statutory.social_insurance import BaseLimits, HousingFundRates, Insurance, InsuranceRates

UNITS = {"fen": Unit.FEN, "jiao": Unit.JIAO, "yuan": Unit.YUAN}


class RoundingEntry(Strict):
    unit: str
    mode: Mode

    def rule(self) -> Rounding:
        return Rounding(unit=UNITS[self.unit], mode=self.mode)


class Version(Strict):
    """What insurances and the fund share: yuan per month, in force from a day until the next version."""

    effective_from: date
    floor: Decimal
    ceiling: Decimal | None
    confidence: Confidence
    note: str = ""

    @property
    def effective_until(self) -> None:
        """Values stay in force until the next ones are published."""
        return None

    @property
    def limits(self) -> BaseLimits:
        return BaseLimits(fen(self.floor), None if self.ceiling is None else fen(self.ceiling))

    @model_validator(mode="after")
    def _floor_below_ceiling(self) -> Version:
        if self.floor <= 0 or (self.ceiling is not None and self.ceiling < self.floor):
            raise ValueError("the floor is above 0 and not above the ceiling")
        return self


class InsuranceVersion(Version):
    """One insurance from a day on. `employee_fixed` is a monthly amount beside the rate, or one per month."""

    employee_rate: Decimal
    employer_rate: Decimal | None
    employee_fixed: Decimal = Decimal(0)
    employee_fixed_by_month: dict[int, Decimal] | None = None
    includes_maternity: bool = False
    employee_rounding: RoundingEntry | None = None
    employer_rounding: RoundingEntry | None = None

    def fixed_fen(self, on_date: date) -> int:
        """The fixed amount of the employee in a month."""
        by_month = self.employee_fixed_by_month
        return fen(self.employee_fixed if by_month is None else by_month[on_date.month])


class FundVersion(Version):
    """The housing fund from a day on."""

    rate_min: Decimal
    rate_max: Decimal
    rounding: RoundingEntry


class CityPack(Strict):
    """One city's file. `rounding` holds for every insurance and side that does not say otherwise."""

    slug: str
    name: Text
    unit: str
    survey_year: int
    source: str
    confidence: Confidence
    note: str = ""
    rounding: RoundingEntry
    insurances: dict[Insurance, tuple[InsuranceVersion, ...]]
    housing_fund: tuple[FundVersion, ...]


V = TypeVar("V", bound=Version)


@dataclass(frozen=True, slots=True)
class CityRates:
    """A city on a day: exact rates, limits in fen, and the confidence of every part."""

    slug: str
    name: Text
    on_date: date
    insurances: dict[Insurance, InsuranceRates]
    housing_fund: HousingFundRates
    confidence: dict[str, Confidence]  # by insurance value, and "housing_fund"


@cache
def cities() -> dict[str, CityPack]:
    """All cities by slug, checked against the schema."""
    files = sorted((FOLDER / "social_insurance").glob("*.yaml"))
    packs = [CityPack.model_validate(read_yaml(path)) for path in files]
    return {pack.slug: pack for pack in packs}


def find_city(slug_or_name: str) -> CityPack:
    """A city by slug (shanghai), Chinese (上海, 上海市) or English name. Raises PackError .unknown_city."""
    wanted = slug_or_name.strip().lower()
    for pack in cities().values():
        if wanted in {pack.slug, pack.name.zh, f"{pack.name.zh}市", pack.name.en.lower()}:
            return pack
    raise PackError(
        "payroll.packs.unknown_city",
        zh=f"没有城市“{slug_or_name}”的社保参数",
        en=f"there are no social insurance values for the city '{slug_or_name}'",
    )


def city(slug_or_name: str, on_date: date) -> CityRates:
    """The values of a city on a day. Raises PackError payroll.packs.unknown_city, .city_not_in_force."""
    pack = find_city(slug_or_name)
    insurances = {kind: _current(pack, versions, on_date) for kind, versions in pack.insurances.items()}
    fund = _current(pack, pack.housing_fund, on_date)
    return CityRates(
        slug=pack.slug,
        name=pack.name,
        on_date=on_date,
        insurances={kind: _rates(pack, kind, v, on_date) for kind, v in insurances.items()},
        housing_fund=_fund(fund),
        confidence={kind.value: v.confidence for kind, v in insurances.items()} | {"housing_fund": fund.confidence},
    )


def insurance_rates(pack: CityPack, insurance: Insurance, on_date: date) -> InsuranceRates | None:
    """One insurance that the city has, on a day; None where the pack knows no values of that day."""
    version = in_force(pack.insurances[insurance], on_date)
    return None if version is None else _rates(pack, insurance, version, on_date)


def fund_rates(pack: CityPack, on_date: date) -> HousingFundRates | None:
    """The city's housing fund on a day; None where the pack knows no values of that day."""
    version = in_force(pack.housing_fund, on_date)
    return None if version is None else _fund(version)


def _fund(version: FundVersion) -> HousingFundRates:
    rates = Fraction(version.rate_min), Fraction(version.rate_max)
    return HousingFundRates(version.limits, *rates, version.rounding.rule())


def _rates(pack: CityPack, kind: Insurance, version: InsuranceVersion, on_date: date) -> InsuranceRates:
    return InsuranceRates(
        insurance=kind,
        limits=version.limits,
        employee_rate=Fraction(version.employee_rate),
        employer_rate=None if version.employer_rate is None else Fraction(version.employer_rate),
        employee_fixed_fen=version.fixed_fen(on_date),
        employee_rounding=(version.employee_rounding or pack.rounding).rule(),
        employer_rounding=(version.employer_rounding or pack.rounding).rule(),
    )


def _current(pack: CityPack, versions: tuple[V, ...], on_date: date) -> V:
    version = in_force(versions, on_date)
    if version is None:
        raise PackError(
            "payroll.packs.city_not_in_force",
            zh=f"{pack.name.zh} 在 {on_date} 没有社保公积金参数",
            en=f"there are no social insurance values of {pack.name.en} for {on_date}",
        )
    return version
