"""Late-out-late-in 晚走晚到: until when people may come who left late the day before."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from attendance.rules.day_columns import RosterColumns
from attendance.rules.matching import Matches, SegmentRows
from attendance.rules.segment_tables import FAR
from attendance.rules.shift_tables import ShiftTable


@dataclass(frozen=True, slots=True)
class LateStarts:
    """Segment rows, ascending, and the minute of the day until which nobody is late there."""

    row: npt.NDArray[np.int64]
    until: npt.NDArray[np.int32]

    def between(self, first: int, end: int) -> "LateStarts":
        """Those of the rows [first, end), which count from 0 then."""
        part = slice(*np.searchsorted(self.row, (first, end)).tolist())
        return LateStarts(self.row[part] - first, self.until[part])


def late_starts_of(table: ShiftTable, roster: RosterColumns, rows: SegmentRows, matches: Matches) -> LateStarts:
    """Days whose shift lets people come late after a late leave, where the row before is the day before of the same
    person and ends with a punch out. The last reached of the shift's bounds counts.
    """
    here = np.flatnonzero(table.has_late_starts[roster.shift])
    here = here[here > 0]
    follows = (roster.employee[here] == roster.employee[here - 1]) & (roster.day[here] == roster.day[here - 1] + 1)
    here = here[follows]
    left = _left(table, roster, rows, matches, here)
    until = np.full(len(here), -FAR, dtype=np.int32)
    for spans in table.late_starts:
        until = np.where(left >= spans.start[roster.shift[here]], spans.end[roster.shift[here]], until)
    here, until = here[until > -FAR], until[until > -FAR]
    return LateStarts(here if rows.starts is None else rows.starts[here], until)


def _left(
    table: ShiftTable, roster: RosterColumns, rows: SegmentRows, matches: Matches, here: npt.NDArray[np.int64]
) -> npt.NDArray[np.int32]:
    """When people left the day before, in minutes of that day; -FAR where nobody knows."""
    before = here - 1 if rows.starts is None else rows.starts[here] - 1
    segment = roster.shift[before] if rows.segment is None else rows.segment[before]
    rules = table.segments
    first, last = matches.first[before], matches.last[before]
    went = (last - first >= rules.duplicate[segment]) | (first > rules.middle[segment])
    went &= (matches.count[before] > 0) & ~rules.in_only[segment]
    left: npt.NDArray[np.int32] = np.where(went, last, -FAR).astype(np.int32)
    return left
