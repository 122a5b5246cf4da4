"""Automatic choice 自动识别班次: which of the shifts that the roster allows was worked, by the punches.

A shift with alternatives is planned as itself or any of them. Days of a person are decided in order. For each shift
the punches in its window count that no day before has used, and the best fit is taken, the first of equals:

* in and out: minutes between the first punch and the start (the flexible band), and the last and the end;
* one punch: MISSING more than the distance to its nearer edge; none at all: NOTHING;
* every punch that is skipped because it lies before the window costs SKIPPED.

So who never came is absent on the planned shift.
"""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from attendance.rules.day_columns import MOST_MINUTES, NO_SHIFT, PunchColumns, RosterColumns
from attendance.rules.matching import Keys, punch_keys
from attendance.rules.segment_tables import FAR
from attendance.rules.shift_tables import ShiftTable
from attendance.rules.shifts import DAY_MINUTES, WINDOW_FIRST_MINUTE

MISSING, NOTHING, SKIPPED = 720, 2880, 240
NOT_THERE = -2


def choose_shifts(table: ShiftTable, roster: RosterColumns, punches: PunchColumns) -> RosterColumns:
    """The roster with the shift that was worked in every row that allows several; the same where none does."""
    if not len(punches) or not bool(table.has_alternatives[roster.shift].any()):
        return roster
    keys, choice, shift = punch_keys(punches), _candidates(table), roster.shift.copy()
    starts, lengths = _people(roster, table.has_alternatives[roster.shift])
    used = np.full(len(starts), -1, dtype=np.int64)
    for place in range(int(lengths.max())):
        here = np.flatnonzero(lengths > place)
        rows = starts[here] + place
        base = roster.employee[rows] * MOST_MINUTES + roster.day[rows] * DAY_MINUTES
        best = _best(table, keys, base, choice[roster.shift[rows]], used[here])
        shift[rows] = best.shift
        used[here] = np.maximum(used[here], best.last)
    return replace(roster, shift=shift)


@dataclass(frozen=True, slots=True)
class Misfit:
    """How badly a shift fits a day: 0 fits to the minute, see above for what else it counts."""

    code: str
    cost: int


def misfits(
    table: ShiftTable, planned: int, punches: PunchColumns, *, employee: int, day: int, used: int
) -> list[Misfit]:
    """For a day planned as the shift at this place, the misfit of each shift that it may be; none where it may be no
    other. used: the last minute since 1970 that the day before took, -1 for none.
    """
    if not table.has_alternatives[planned]:
        return []
    keys, person = punch_keys(punches), employee * MOST_MINUTES
    base, last = np.array([person + day * DAY_MINUTES]), np.array([person + used if used >= 0 else -1])
    places = [place for place in _candidates(table)[planned].tolist() if place != NOT_THERE]
    costs = [_fit(table, keys, base, np.array([place]), last)[0] for place in places]
    return [Misfit(table.codes[place], int(cost[0])) for place, cost in zip(places, costs)]


def _candidates(table: ShiftTable) -> npt.NDArray[np.int64]:
    """Places of the shifts that each may be, itself first; the last row, without a shift, has only itself."""
    each = [[place, *map(table.index, shift.alternatives)] for place, shift in enumerate(table.shifts)]
    width = max(map(len, each))
    return np.array([*(row + [NOT_THERE] * (width - len(row)) for row in each), [NO_SHIFT] + [NOT_THERE] * (width - 1)])


def _people(roster: RosterColumns, open_rows: npt.NDArray[np.bool_]) -> tuple[Keys, Keys]:
    """First row and number of rows of everybody who has a day to choose."""
    starts = np.flatnonzero(np.diff(roster.employee, prepend=-1))
    lengths = np.diff(starts, append=len(roster))
    chosen = np.add.reduceat(open_rows.astype(np.int64), starts) > 0
    return starts[chosen], lengths[chosen]


@dataclass(frozen=True, slots=True)
class _Fit:
    """Per row the shift that fits best, and the key of the last punch that it uses, -1 for none."""

    shift: Keys
    last: Keys


def _best(table: ShiftTable, keys: Keys, base: Keys, candidates: Keys, used: Keys) -> _Fit:
    shift, last = candidates[:, 0].copy(), np.full(len(base), -1, dtype=np.int64)
    cost = np.full(len(base), FAR, dtype=np.int64)
    for column in candidates.T:
        rows = np.flatnonzero(column != NOT_THERE)
        new_cost, new_last = _fit(table, keys, base[rows], column[rows], used[rows])
        better = new_cost < cost[rows]
        taken = rows[better]
        cost[taken], shift[taken], last[taken] = new_cost[better], column[taken], new_last[better]
    return _Fit(shift, last)


def _fit(table: ShiftTable, keys: Keys, base: Keys, shift: Keys, used: Keys) -> tuple[Keys, Keys]:
    """How badly each row's punches fit the shift, and the last of them (-1: none, or no shift)."""
    free = np.maximum(used + 1, base + WINDOW_FIRST_MINUTE)
    begin = np.searchsorted(keys, np.maximum(free, base + table.window_start[shift]))
    stop = np.searchsorted(keys, base + table.window_end[shift])
    count = np.maximum(stop - begin, 0)
    skipped = begin - np.searchsorted(keys, free)
    first, last = (np.take(keys, place, mode="clip") - base for place in (begin, stop - 1))
    rules = table.segments
    head = table.first_segment[shift]
    tail = head + table.segment_count[shift] - 1
    earliest, latest = rules.earliest[head], rules.latest[head]
    moved = np.clip(first, earliest, latest)
    end = rules.end[tail] + moved - rules.start[head]
    both = np.abs(first - moved) + np.abs(last - end)
    nearer = np.minimum(np.abs(first - rules.start[head]), np.abs(first - rules.end[tail]))
    cost = np.where(last - first >= rules.duplicate[head], both, MISSING + nearer)
    cost = np.where(count > 0, cost, NOTHING) + SKIPPED * skipped
    return cost, np.where((count > 0) & (shift != NO_SHIFT), last + base, -1)
