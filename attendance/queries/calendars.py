"""The tenant's calendar as other apps read it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from attendance.queries.setups import load_setup
from attendance.rules.calendars import MONDAY_TO_FRIDAY, DayKind


def exceptional_days(years: Iterable[int]) -> dict[date, bool]:
    """Days that differ from Monday to Friday, with whether one works; the first and last known day always.

    Only the last years in a row whose official calendar is published. Errors as ``load_setup``.
    """
    setup = load_setup()
    known: list[int] = []
    for year in sorted(years):
        if not setup.calendar_warnings(date(year, 1, 1), date(year, 12, 31)):
            known = [*known, year] if known[-1:] == [year - 1] else [year]
    if not known:
        return {}
    first, end = date(known[0], 1, 1), date(known[-1] + 1, 1, 1)
    kinds = setup.calendar(first, (end - first).days)
    days = {first + timedelta(days=at): bool(kind == DayKind.WORKDAY) for at, kind in enumerate(kinds)}
    return {
        day: works
        for day, works in days.items()
        if works != (day.weekday() in MONDAY_TO_FRIDAY) or day in (first, end - timedelta(days=1))
    }
