"""National calendars: public days off and shifted working days from the `holidays` package, 300 % days from our list.

The State Council publishes the exchange of working days for a year in November of the year before. For a year without
it the package computes a plausible calendar; this adapter does not pass that on as fact but says that it is missing.

Of other countries all public holidays count as statutory ones: what work on them costs is the tenant's overtime policy.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache

import holidays
from pydantic import TypeAdapter

from attendance.packs.loader import PACKS, read_yaml
from attendance.packs.parts import Part, Text

CHINA = "CN"
# Years before one in which exchanged working days are looked for.
EXCHANGES_SEEN = 3


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
    if country not in national_calendars():
        raise ValueError(f"no national calendar for {country!r}; there are {', '.join(national_calendars())}")
    return _merge([_chinese_year(year) if country == CHINA else _year(country, year) for year in sorted(set(years))])


@cache
def national_calendars() -> dict[str, Text]:
    """Code → name of the countries and regions that may be chosen, China first."""
    others = TypeAdapter(dict[str, Text]).validate_python(read_yaml(PACKS / "countries.yaml"))
    return {CHINA: Text(zh="中国", en="China"), **others}


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
def _year(country: str, year: int) -> NationalDays:
    """With the years before, which show whether working days are exchanged there."""
    package = holidays.country_holidays(country, years=range(year - EXCHANGES_SEEN, year + 1), language="en_US")
    days = frozenset(day for day in package if day.year == year)
    exchanged = getattr(package, "weekend_workdays", {})
    shifted = frozenset(day for day in exchanged if day.year == year)
    warnings = []
    if not days:
        warnings.append(_year_unknown(year))
    if any("(estimated)" in package[day] for day in days):
        warnings.append(_estimated(year))
    if exchanged and not shifted:
        warnings.append(_exchange_unknown(year))
    return NationalDays(days, frozenset(), shifted, tuple(warnings))


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


def _estimated(year: int) -> CalendarWarning:
    return CalendarWarning(
        "attendance.calendar.dates_estimated",
        year,
        f"{year} 年部分节假日取决于月相观测或政府公告，目前为推算日期，请在公布后核对，不符的自行录入。",
        f"Some holidays of {year} depend on the moon or on an announcement; their dates are estimates. Compare them"
        " with what is announced and enter what differs yourself.",
    )


def _year_unknown(year: int) -> CalendarWarning:
    return CalendarWarning(
        "attendance.calendar.year_unknown",
        year,
        f"没有 {year} 年的节假日数据，请自行录入。",
        f"The public holidays of {year} are not known. Enter them yourself.",
    )


def _statutory_unknown(year: int) -> CalendarWarning:
    return CalendarWarning(
        "attendance.calendar.statutory_days_unknown",
        year,
        f"没有 {year} 年法定节假日（300% 工资）的清单，请自行录入，否则当日加班不会按法定节假日计算。",
        f"There is no list of statutory holidays (paid at 300 %) for {year}. Enter them yourself; until then work on"
        " them is not counted as work on a statutory holiday.",
    )
