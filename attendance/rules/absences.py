"""Absences 缺勤事由: leave and travel as columns, and the parts of planned days that they cover.

An absence from midnight to midnight is one of days: it covers the shifts that belong to those days whole, also beyond
midnight, and leaves the morning end of the night shift before alone. Any other covers the minutes it names.
"""

from dataclasses import dataclass, replace
from enum import IntEnum

import numpy as np
import numpy.typing as npt

from attendance.rules.day_columns import (
    MOST_EMPLOYEES,
    MOST_MINUTES,
    RosterColumns,
    require_range,
    require_same_length,
)
from attendance.rules.segment_tables import FAR
from attendance.rules.shifts import DAY_MINUTES


class AbsenceKind(IntEnum):
    """Why somebody need not be there. Travel and paid leave count as paid."""

    LEAVE_PAID = 0
    LEAVE_UNPAID = 1
    TRAVEL = 2


@dataclass(frozen=True, slots=True)
class AbsenceColumns:
    """Approved absences in any order: [start_minute, end_minute) local, since 1970-01-01 00:00.

    employee int64 (place of the person, as in `RosterColumns`), start_minute and end_minute int64, kind int8
    (`AbsenceKind`). Where two of one person overlap, the one that starts first counts.
    """

    employee: npt.NDArray[np.int64]
    start_minute: npt.NDArray[np.int64]
    end_minute: npt.NDArray[np.int64]
    kind: npt.NDArray[np.int8]

    def __post_init__(self) -> None:
        require_same_length(self.employee, self.start_minute, self.end_minute, self.kind)
        if not len(self):
            return
        require_range("employee", self.employee, 0, MOST_EMPLOYEES)
        require_range("start_minute", self.start_minute, 0, MOST_MINUTES)
        require_range("kind", self.kind, 0, len(AbsenceKind))
        if bool((self.end_minute <= self.start_minute).any()):
            raise ValueError("an absence must end after it starts")

    def __len__(self) -> int:
        return len(self.employee)


@dataclass(frozen=True, slots=True)
class Excuses:
    """Which roster rows absences touch, ascending by row and start, without overlaps within a row.

    row int64 (place in the roster), start and end int32 minutes of the day, kind int8.
    """

    row: npt.NDArray[np.int64]
    start: npt.NDArray[np.int32]
    end: npt.NDArray[np.int32]
    kind: npt.NDArray[np.int8]

    def __len__(self) -> int:
        return len(self.row)

    def between(self, first: int, end: int) -> "Excuses":
        """Those of the rows [first, end), which count from 0 then."""
        part = slice(*np.searchsorted(self.row, (first, end)).tolist())
        return Excuses(self.row[part] - first, self.start[part], self.end[part], self.kind[part])

    def at(self, places: npt.NDArray[np.int64]) -> "Excuses":
        """Those of the rows at these places, ascending, which count as 0, 1, … then."""
        row = np.minimum(np.searchsorted(places, self.row), len(places) - 1)
        kept = places[row] == self.row
        return replace(self, row=row).where(kept)

    def where(self, kept: npt.NDArray[np.bool_]) -> "Excuses":
        """Only these."""
        return Excuses(self.row[kept], self.start[kept], self.end[kept], self.kind[kept])


def excuses_of(roster: RosterColumns, absences: AbsenceColumns) -> Excuses:
    """The rows that each absence touches, with the minutes of their days."""
    absence, row = _touched(roster, absences)
    start = absences.start_minute[absence] - roster.day[row] * DAY_MINUTES
    end = absences.end_minute[absence] - roster.day[row] * DAY_MINUTES
    days = _in_days(absences)[absence]
    start, end = np.where(days, -FAR, np.maximum(start, -FAR)), np.where(days, FAR, np.minimum(end, FAR))
    order = np.lexsort((absence, start, row))
    found = Excuses(
        row[order], start[order].astype(np.int32), end[order].astype(np.int32), absences.kind[absence][order]
    )
    return _without_overlaps(found)


def _in_days(absences: AbsenceColumns) -> npt.NDArray[np.bool_]:
    days: npt.NDArray[np.bool_] = (absences.start_minute % DAY_MINUTES == 0) & (absences.end_minute % DAY_MINUTES == 0)
    return days


def _touched(roster: RosterColumns, absences: AbsenceColumns) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Pairs of places of absences and roster rows. A shift lasts into the next day, so hours look one day back."""
    first = absences.start_minute // DAY_MINUTES - ~_in_days(absences)
    last = (absences.end_minute - 1) // DAY_MINUTES
    key, person = roster.employee * MOST_MINUTES + roster.day, absences.employee * MOST_MINUTES
    begin = np.searchsorted(key, person + first)
    count = np.searchsorted(key, person + last, side="right") - begin
    absence = np.repeat(np.arange(len(absences)), count)
    row = np.arange(len(absence)) + np.repeat(begin - (np.cumsum(count) - count), count)
    return absence, row


def _without_overlaps(found: Excuses) -> Excuses:
    """Where two of one row overlap, the later begins when the earlier ends."""
    reach = np.maximum.accumulate(found.row * MOST_MINUTES + found.end)
    start = found.start.copy()
    before = np.roll(reach, 1)[1:] - found.row[1:] * MOST_MINUTES
    start[1:] = np.maximum(start[1:], before)
    kept = start < found.end
    return replace(found, start=start).where(kept)
