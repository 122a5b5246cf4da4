"""Company holidays from a file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from attendance.queries.setups import load_setup
from attendance.services.setups import OwnDay, set_calendar_days
from hrsaas.access.actors import Actor
from integrations.rules.records import HOLIDAY_COLUMNS, HolidayRow, holidays
from integrations.rules.sheets import RowError, Sheet

__all__ = ["HOLIDAY_COLUMNS", "check", "write"]


def check(sheet: Sheet) -> tuple[Sequence[tuple[int, HolidayRow]], Sequence[RowError], Mapping[str, int]]:
    parsed = holidays(sheet)
    there = {day.date for day in load_setup().own_days}
    new = [(line, row) for line, row in parsed.records if row.date not in there]
    return new, parsed.errors, {"new": len(new), "unchanged": len(parsed.records) - len(new)}


def write(rows: Sequence[HolidayRow], actor: Actor, now: datetime) -> Mapping[str, int]:
    days = [OwnDay(row.date, row.name) for row in rows]
    return {"new": set_calendar_days(days=days, actor=actor, now=now)}
