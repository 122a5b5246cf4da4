"""Absences 缺勤事由: leave and travel as columns, and the parts of planned days that they cover.

An absence from midnight to midnight is one of days: it covers the shifts that belong to those days whole, also beyond
midnight, and leaves the morning end of the night shift before alone. Any other covers the minutes it names.
"""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
import numpy.typing as npt

from attendance.rules.day_columns import MOST_EMPLOYEES, MOST_MINUTES, require_range, require_same_length


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
