"""Short ways for the tests to write one person's roster and punches, and to read the results."""

from datetime import date

import numpy as np

from attendance.rules.calendars import DayKind, minute_of
from attendance.rules.day_columns import NO_SHIFT, DayRow, PunchColumns, RosterColumns
from attendance.rules.day_engine import compute_days
from attendance.rules.shift_tables import ShiftTable, compile_shifts
from attendance.rules.shifts import Shift

MONDAY = date(2026, 3, 2)


def clock_minute(text: str) -> int:
    """Minutes of the day of "08:05" or, on the next day, "08:05+1"."""
    time, _, days = text.partition("+")
    hours, minutes = time.split(":")
    return int(hours) * 60 + int(minutes) + 1440 * int(days or 0)


def punches_of(*times: str, day: date = MONDAY, employee: int = 0) -> PunchColumns:
    at = [minute_of(day) + clock_minute(time) for time in times]
    return PunchColumns(np.full(len(at), employee, dtype=np.int64), np.array(at, dtype=np.int64))


def roster_of(*shifts: int, kinds: list[DayKind] | None = None, first: date = MONDAY) -> RosterColumns:
    """One person's days from `first` on, one entry per day."""
    kinds = kinds or [DayKind.REST_DAY if shift == NO_SHIFT else DayKind.WORKDAY for shift in shifts]
    days = minute_of(first) // 1440 + np.arange(len(shifts))
    return RosterColumns(
        np.zeros(len(shifts), dtype=np.int64), days, np.array(shifts, dtype=np.int64), np.array(kinds, dtype=np.int8)
    )


def one_day(shift: Shift | None, *times: str, kind: DayKind = DayKind.WORKDAY) -> DayRow:
    """The result of a single planned day with punches at these times."""
    table = compile_shifts([shift] if shift else [])
    return days_of(table, roster_of(0 if shift else NO_SHIFT, kinds=[kind]), *times)[0]


def days_of(table: ShiftTable, roster: RosterColumns, *times: str) -> list[DayRow]:
    results = compute_days(table, roster, punches_of(*times))
    return [results.row(index) for index in range(len(results))]


def at(time: str, day: date = MONDAY) -> int:
    return minute_of(day) + clock_minute(time)
