"""National calendars: public days off and shifted working days from the `holidays` package, 300 % days from our list.

The State Council publishes the exchange of working days for a year in November of the year before. For a year without
it the package computes a plausible calendar; this adapter does not pass that on as fact but says that it is missing.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache

import holidays
from pydantic import TypeAdapter

from attendance.packs.loader import PACKS, read_yaml
from attendance.packs.parts import Part, Text


@dataclass(frozen=True, slots=True)
class CalendarWarning:
    """Something about a year that nobody may rely on yet; codes are stable."""

    code: str
    year: int
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class NationalDays:
    """National data for some years, in the layers that `rules.calendars.CalendarLayers` takes."""

    statutory_days: frozenset[date]
    days_off: frozenset[date]
    shifted_workdays: frozenset[date]
    warnings: tuple[CalendarWarning, ...]


class StatutoryDays(Part):
    """Content of `statutory_days.yaml`."""

    reference: Text
    confidence: str
    years: dict[int, list[date]]


def national_days(country: str | None, years: Iterable[int]) -> NationalDays:
    """National days of the years; None means no national calendar. ValueError for a country we have no list for."""
    if country is None:
        return _merge([])
    if country != "CN":
        raise ValueError(f"no national calendar for {country!r}; there is CN")
    return _merge([_chinese_year(year) for year in sorted(set(years))])


def _merge(parts: list[NationalDays]) -> NationalDays:
    return NationalDays(
        statutory_days=frozenset[date]().union(*(part.statutory_days for part in parts)),
        days_off=frozenset[date]().union(*(part.days_off for part in parts)),
        shifted_workdays=frozenset[date]().union(*(part.shifted_workdays for part in parts)),
        warnings=tuple(warning for part in parts for warning in part.warnings),
    )


@cache
def _chinese_year(year: int) -> NationalDays:
    package = holidays.country_holidays("CN", years=year)
    # The package lists exchanged working days of other years too.
    shifted = frozenset(day for day in package.weekend_workdays if day.year == year)
    statutory = frozenset(_statutory_days().years.get(year, ()))
    warnings = []
    if not statutory:
        warnings.append(_statutory_unknown(year))
    if not shifted:
        warnings.append(_exchange_unknown(year))
    days_off = frozenset(package) - statutory if shifted else frozenset[date]()
    return NationalDays(statutory, days_off, shifted, tuple(warnings))


@cache
def _statutory_days() -> StatutoryDays:
    return TypeAdapter(StatutoryDays).validate_python(read_yaml(PACKS / "statutory_days.yaml"))


def _exchange_unknown(year: int) -> CalendarWarning:
    return CalendarWarning(
        "attendance.calendar.exchange_unknown",
        year,
        f"{year} 年的调休安排尚无官方数据，日历未包含调休放假和补班，请在公布后更新或自行录入。",
        f"The official exchange of working days for {year} is not known: days off in lieu and shifted working days"
        " are missing. Update after publication or enter them yourself.",
    )


def _statutory_unknown(year: int) -> CalendarWarning:
    return CalendarWarning(
        "attendance.calendar.statutory_days_unknown",
        year,
        f"没有 {year} 年法定节假日（300% 工资）的清单，请自行录入，否则当日加班不会按法定节假日计算。",
        f"There is no list of statutory holidays (paid at 300 %) for {year}. Enter them yourself; until then work on"
        " them is not counted as work on a statutory holiday.",
    )
