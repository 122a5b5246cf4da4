"""The columns that go into the day engine and come out of it, and the codes in them."""

from dataclasses import dataclass, fields
from enum import IntEnum, IntFlag

import numpy as np
import numpy.typing as npt

from attendance.rules.calendars import DayKind

NO_SHIFT = -1
NO_MINUTE = -1
MOST_EMPLOYEES = 1 << 30
MOST_MINUTES = 1 << 32


class DayStatus(IntEnum):
    """What became of a day."""

    REST = 0  # no shift planned, nobody came
    HOLIDAY = 1  # the same on a holiday
    PRESENT = 2
    ABSENT = 3
    MISSING_PUNCH = 4  # a shift with one punch only
    OFF_ROSTER = 5  # worked on a day without a shift
    LEAVE = 6  # a shift that leave covers whole
    TRAVEL = 7  # the same with travel


class DayFlag(IntFlag):
    """What somebody should look at."""

    MISSING_IN = 1
    MISSING_OUT = 2
    OFF_ROSTER = 4  # punches on a day without a shift
    EXTRA_PUNCHES = 8  # more than two punches in the window; the first and the last count
    MISSED_SEGMENT = 16  # no punch in one segment of a day on which somebody came
    SHORT_HOURS = 32  # fewer minutes than due where only the hours count
    HALF_DAY_ABSENT = 64
    OVERTIME_CUT = 128  # more overtime by punch than by approval
    PUNCHED_ON_LEAVE = 256  # punches on a day that leave or travel covers whole
    LATE_START = 512  # came late and may, having left late the day before (leave in the morning is none)


@dataclass(frozen=True, slots=True)
class RosterColumns:
    """Planned days, strictly ascending by (employee, day): at most one row per person and day.

    employee int64 (any index the caller likes), day int64, shift int64 (place in the shift table or NO_SHIFT),
    kind int8 (`DayKind`). A row without a shift says that the day was planned as free, or not planned at all.
    """

    employee: npt.NDArray[np.int64]
    day: npt.NDArray[np.int64]
    shift: npt.NDArray[np.int64]
    kind: npt.NDArray[np.int8]

    def __post_init__(self) -> None:
        require_same_length(self.employee, self.day, self.shift, self.kind)
        if not len(self):
            return
        require_range("employee", self.employee, 0, MOST_EMPLOYEES)
        require_range("day", self.day, 1, MOST_MINUTES // 1440 - 2)
        require_range("shift", self.shift, NO_SHIFT, 1 << 15)
        require_range("kind", self.kind, 0, len(DayKind))
        key = self.employee * MOST_MINUTES + self.day
        if not bool((key[1:] > key[:-1]).all()):
            raise ValueError("roster rows must be unique and sorted by employee and day")

    def __len__(self) -> int:
        return len(self.employee)

    def within(self, first_day: int, end_day: int) -> npt.NDArray[np.bool_]:
        """Mask of the rows with first_day <= day < end_day, to leave out the days around a period."""
        return (self.day >= first_day) & (self.day < end_day)

    def select(self, rows: npt.NDArray[np.bool_] | npt.NDArray[np.int64]) -> "RosterColumns":
        """Only these rows, as a copy. rows: a mask, or places, ascending."""
        return RosterColumns(self.employee[rows], self.day[rows], self.shift[rows], self.kind[rows])


@dataclass(frozen=True, slots=True)
class PunchColumns:
    """Punches in any order, duplicates allowed: employee int64, minute int64 (local, since 1970-01-01 00:00)."""

    employee: npt.NDArray[np.int64]
    minute: npt.NDArray[np.int64]

    def __post_init__(self) -> None:
        require_same_length(self.employee, self.minute)
        if len(self):
            require_range("employee", self.employee, 0, MOST_EMPLOYEES)
            require_range("minute", self.minute, 0, MOST_MINUTES)

    def __len__(self) -> int:
        return len(self.employee)


@dataclass(frozen=True, slots=True)
class DayResults:
    """One row per roster row, in the same order.

    status int8 (`DayStatus`), flags int16 (`DayFlag`), first_in and last_out int64 minutes or NO_MINUTE,
    absent_half_days int8 (0 to 2), everything else int32 minutes. `due_minutes` is what the shift asks for, 0 without
    a shift. Of them leave and travel cover some, and `absent_minutes` belong to segments to which nobody came.
    `short_minutes` are missing where only the hours count (open shifts, core hours). `overtime_leave_minutes` became
    time off instead of pay (see `overtime_leave`); the three overtime columns are without them.
    """

    status: npt.NDArray[np.int8]
    flags: npt.NDArray[np.int16]
    first_in: npt.NDArray[np.int64]
    last_out: npt.NDArray[np.int64]
    due_minutes: npt.NDArray[np.int32]
    worked_minutes: npt.NDArray[np.int32]
    late_minutes: npt.NDArray[np.int32]
    early_minutes: npt.NDArray[np.int32]
    overtime_weekday_minutes: npt.NDArray[np.int32]
    overtime_rest_day_minutes: npt.NDArray[np.int32]
    overtime_statutory_minutes: npt.NDArray[np.int32]
    night_minutes: npt.NDArray[np.int32]
    short_minutes: npt.NDArray[np.int32]
    absent_minutes: npt.NDArray[np.int32]
    absent_half_days: npt.NDArray[np.int8]
    leave_paid_minutes: npt.NDArray[np.int32]
    leave_unpaid_minutes: npt.NDArray[np.int32]
    travel_minutes: npt.NDArray[np.int32]
    overtime_leave_minutes: npt.NDArray[np.int32]

    @property
    def overtime_minutes(self) -> npt.NDArray[np.int32]:
        """Overtime of all three kinds together."""
        return self.overtime_weekday_minutes + self.overtime_rest_day_minutes + self.overtime_statutory_minutes

    def __len__(self) -> int:
        return len(self.status)

    def select(self, rows: npt.NDArray[np.bool_]) -> "DayResults":
        """Only these rows, as a copy."""
        return DayResults(**{name: getattr(self, name)[rows] for name in RESULT_COLUMNS})

    def row(self, index: int) -> "DayRow":
        """One row as plain integers."""
        return DayRow(**{name: int(getattr(self, name)[index]) for name in RESULT_COLUMNS})


@dataclass(frozen=True, slots=True)
class DayRow:
    """One day as plain integers; the same fields as the columns."""

    status: int
    flags: int
    first_in: int
    last_out: int
    due_minutes: int
    worked_minutes: int
    late_minutes: int
    early_minutes: int
    overtime_weekday_minutes: int
    overtime_rest_day_minutes: int
    overtime_statutory_minutes: int
    night_minutes: int
    short_minutes: int
    absent_minutes: int
    absent_half_days: int
    leave_paid_minutes: int
    leave_unpaid_minutes: int
    travel_minutes: int
    overtime_leave_minutes: int


RESULT_COLUMNS = tuple(item.name for item in fields(DayResults))
_TYPES = {"status": np.int8, "flags": np.int16, "first_in": np.int64, "last_out": np.int64, "absent_half_days": np.int8}


def empty_results(rows: int) -> DayResults:
    """Zeros to be written over; columns that nobody writes cost no memory."""
    return DayResults(**{name: np.zeros(rows, dtype=_TYPES.get(name, np.int32)) for name in RESULT_COLUMNS})


def require_same_length(*columns: npt.NDArray[np.generic]) -> None:
    if len({len(column) for column in columns}) != 1:
        raise ValueError("columns must have the same length")


def require_range(name: str, column: npt.NDArray[np.integer], first: int, end: int) -> None:
    if column.min() < first or column.max() >= end:
        raise ValueError(f"{name} must be from {first} to {end - 1}")
