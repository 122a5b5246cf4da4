"""Rotations 轮班规律: cycles of shifts and rest that crews run through, and rosters made from them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt

from attendance.rules.calendars import DayKind, day_number
from attendance.rules.day_columns import NO_SHIFT, RosterColumns

ShiftGrid = npt.NDArray[np.int64]
KindGrid = npt.NDArray[np.int8]


@dataclass(frozen=True, slots=True)
class Rotation:
    """A cycle of days, each a shift code or None for rest; crews run through it evenly apart.

    Crew 0 is on the first day of the cycle on the anchor date; each further crew is `len(cycle) / crews` days ahead
    of the one before.
    """

    code: str
    cycle: tuple[str | None, ...]
    crews: int = 1

    def __post_init__(self) -> None:
        if not any(self.cycle):
            raise ValueError(f"rotation {self.code!r}: needs at least one shift")
        if self.crews < 1 or len(self.cycle) % self.crews:
            raise ValueError(f"rotation {self.code!r}: {self.crews} crews cannot share {len(self.cycle)} days evenly")

    @property
    def crew_offset_days(self) -> int:
        """Days by which each crew is ahead of the one before."""
        return len(self.cycle) // self.crews


def expand_rotation(
    rotation: Rotation, shift_codes: Sequence[str], *, crews: Sequence[int], anchor: date, first: date, days: int
) -> ShiftGrid:
    """Places of the shifts (or NO_SHIFT), one row per entry of `crews` (0-based), one column per day from `first`.

    ValueError for a crew that the rotation does not have or a shift that is not among `shift_codes`.
    """
    crew = np.asarray(crews, dtype=np.int64)
    if len(crew) and (crew.min() < 0 or crew.max() >= rotation.crews):
        raise ValueError(f"rotation {rotation.code!r}: crews count from 0 to {rotation.crews - 1}")
    cycle = _cycle_places(rotation, {code: place for place, code in enumerate(shift_codes)})
    passed = day_number(first) - day_number(anchor) + np.arange(days)
    places: ShiftGrid = cycle[(passed[None, :] + crew[:, None] * rotation.crew_offset_days) % len(cycle)]
    return places


def fixed_shifts(kinds: KindGrid, shift: int) -> ShiftGrid:
    """The same shift on every working day of a calendar, none on other days; shape as `kinds`."""
    return np.where(kinds == DayKind.WORKDAY, shift, NO_SHIFT).astype(np.int64)


def rotation_kinds(shifts: ShiftGrid, calendar: KindGrid) -> KindGrid:
    """Kinds of the days of people on a rotation: their week is the rotation's, statutory holidays stay.

    `calendar` has one entry per column of `shifts`. A planned Sunday is a working day for them, a free Tuesday is
    their rest day.
    """
    own = np.where(shifts == NO_SHIFT, DayKind.REST_DAY, DayKind.WORKDAY)
    return np.where(calendar == DayKind.STATUTORY_HOLIDAY, DayKind.STATUTORY_HOLIDAY, own).astype(np.int8)


def roster_columns(employees: Sequence[int], first: date, shifts: ShiftGrid, kinds: KindGrid) -> RosterColumns:
    """Flatten grids of (employee, day) into roster rows; employees must ascend."""
    days = np.arange(shifts.shape[1]) + day_number(first)
    return RosterColumns(
        employee=np.repeat(np.asarray(employees, dtype=np.int64), len(days)),
        day=np.tile(days, len(employees)),
        shift=shifts.reshape(-1),
        kind=np.broadcast_to(kinds, shifts.shape).reshape(-1).astype(np.int8),
    )


def _cycle_places(rotation: Rotation, places: Mapping[str, int]) -> ShiftGrid:
    unknown = sorted({code for code in rotation.cycle if code is not None} - set(places))
    if unknown:
        raise ValueError(f"rotation {rotation.code!r}: no shift {unknown[0]!r}")
    return np.array([NO_SHIFT if code is None else places[code] for code in rotation.cycle], dtype=np.int64)
