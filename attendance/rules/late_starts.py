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
    """Rows, ascending, and the minute of the day until which nobody is late there."""

    row: npt.NDArray[np.int64]
    until: npt.NDArray[np.int32]

    def between(self, first: int, end: int) -> "LateStarts":
        """Those of the rows [first, end), which count from 0 then."""
        part = slice(*np.searchsorted(self.row, (first, end)).tolist())
        return LateStarts(self.row[part] - first, self.until[part])

    def of_split(self, places: npt.NDArray[np.int64], rows: SegmentRows) -> "LateStarts":
        """Those of the roster rows at these places, as rows of their first segments."""
        assert rows.starts is not None
        place = np.minimum(np.searchsorted(places, self.row), len(places) - 1)
        kept = places[place] == self.row
        return LateStarts(rows.starts[place[kept]], self.until[kept])


@dataclass(frozen=True, slots=True)
class SplitMatches:
    """What was matched to the segments of the roster rows at these places."""

    places: npt.NDArray[np.int64]
    rows: SegmentRows
    matches: Matches


def late_starts_of(
    table: ShiftTable, roster: RosterColumns, matches: Matches, split: SplitMatches | None = None
) -> LateStarts:
    """Days whose shift lets people come late after a late leave, where the row before is the day before of the same
    person and ends with a punch out. The last reached of the shift's bounds counts. matches: by roster row.
    """
    here = np.flatnonzero(table.has_late_starts[roster.shift])
    here = here[here > 0]
    follows = (roster.employee[here] == roster.employee[here - 1]) & (roster.day[here] == roster.day[here - 1] + 1)
    here = here[follows]
    left = _left(table, table.first_segment[roster.shift[here - 1]], matches, here - 1)
    if split is not None:
        assert split.rows.starts is not None and split.rows.segment is not None
        place = np.minimum(np.searchsorted(split.places, here - 1), len(split.places) - 1)
        inner = np.flatnonzero(split.places[place] == here - 1)
        last = split.rows.starts[place[inner] + 1] - 1
        left[inner] = _left(table, split.rows.segment[last], split.matches, last)
    until = np.full(len(here), -FAR, dtype=np.int32)
    for spans in table.late_starts:
        until = np.where(left >= spans.start[roster.shift[here]], spans.end[roster.shift[here]], until)
    return LateStarts(here[until > -FAR], until[until > -FAR])


def _left(
    table: ShiftTable, segment: npt.NDArray[np.int64], matches: Matches, row: npt.NDArray[np.int64]
) -> npt.NDArray[np.int32]:
    """When people left the segments at these rows, in minutes of that day; -FAR where nobody knows."""
    rules = table.segments
    first, last = matches.first[row], matches.last[row]
    went = (last - first >= rules.duplicate[segment]) | (first > rules.middle[segment])
    went &= (matches.count[row] > 0) & ~rules.in_only[segment]
    left: npt.NDArray[np.int32] = np.where(went, last, -FAR).astype(np.int32)
    return left
