"""People wanted against people on the roster, slot by slot, and what that means for shifts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

import numpy as np
import numpy.typing as npt
from django.db.models import Q

from attendance.models import Shift, StaffingDemand
from attendance.rules.calendars import day_number
from attendance.rules.shift_cover import smallest_cover
from attendance.rules.slot_cover import on_grid, presence, present_minutes
from attendance.rules.staffing import DAY_MINUTES
from hrsaas.people.models import OrgUnit
from hrsaas.people.queries.units import subtree_ids
from hrsaas.tenancy.context import require_tenant_id
from hrsaas.tenancy.queries.columns import read_columns

Ints = npt.NDArray[np.int64]
SLOTS_WITHOUT_DEMAND = 48


@dataclass(frozen=True)
class Gap:
    """A slot with fewer people than wanted: [start, end) in minutes of the day. missing: people, to a fraction."""

    date: date
    start_minute: int
    end_minute: int
    wanted: int
    on_shift: float
    missing: float


@dataclass(frozen=True)
class StaffingCover:
    """Demand and roster of one unit and all below it, per (day, slot).

    wanted: people. present_minutes: of those on shift, breaks taken off; divided by the slot's length it is people.
    """

    first: date
    wanted: Ints
    present_minutes: Ints

    @property
    def slot_minutes(self) -> int:
        return DAY_MINUTES // int(self.wanted.shape[1])

    @property
    def on_shift(self) -> npt.NDArray[np.float64]:
        """People, to a fraction where somebody is there for a part of the slot."""
        people: npt.NDArray[np.float64] = np.round(self.present_minutes / self.slot_minutes, 2)
        return people

    @cached_property
    def missing_minutes(self) -> Ints:
        """Negative where there are more than wanted."""
        minutes: Ints = self.wanted * self.slot_minutes - self.present_minutes
        return minutes

    def gaps(self) -> list[Gap]:
        """The slots with too few people, in order."""
        step, on_shift = self.slot_minutes, self.on_shift
        return [
            Gap(
                self.first + timedelta(days=int(day)), int(slot) * step, int(slot + 1) * step,
                int(self.wanted[day, slot]), float(on_shift[day, slot]),
                round(float(self.missing_minutes[day, slot]) / step, 2),
            )
            for day, slot in zip(*np.nonzero(self.missing_minutes > 0), strict=True)
        ]  # fmt: skip


# A day on which one person moves from a shift (id) to another; None for no shift.
Moves = Sequence[tuple[date, int | None, int | None]]


def staffing_cover(unit: OrgUnit, first: date, end: date, moves: Moves = ()) -> StaffingCover:
    """People wanted and people on the planned roster of [first, end), in four statements; as if these moves were made.

    Whoever is assigned to the unit or below it on the day counts; a shift over midnight counts where it is worked.
    """
    units = subtree_ids([unit.id])
    wanted = _wanted(units, first, end)
    shifts = list(Shift.objects.order_by("id"))
    people = _people_on_shifts(units, shifts, first, end)
    _move(people, shifts, first, moves)
    return StaffingCover(first, wanted, present_minutes(people, _tables(shifts, DAY_MINUTES // wanted.shape[1])))


def shift_cover(unit: OrgUnit, first: date, end: date, shifts: Sequence[Shift]) -> dict[tuple[date, int], int]:
    """People wanted per (date, id of one of ``shifts``), the fewest that cover the unit's demand of [first, end).

    For planning from nothing: whoever is on the roster of these days already does not count, the night before the
    first day does. (day, shift)s that want nobody are left out; what no shift covers is not in it
    (``staffing_cover(…).gaps()`` shows it once the roster is there). The fewest people, not the fewest hours: leave
    out shifts that nobody should be on.
    """
    units = subtree_ids([unit.id])
    wanted = _wanted(units, first, end)
    slots = int(wanted.shape[1])
    present = list(Shift.objects.order_by("id"))
    people = _people_on_shifts(units, present, first, end)
    people[1:] = 0
    slot_minutes = DAY_MINUTES // slots
    missing = wanted * slot_minutes - present_minutes(people, _tables(present, slot_minutes))
    found = smallest_cover(missing, _tables(shifts, slot_minutes), slot_minutes)
    return {
        (first + timedelta(days=int(day)), shifts[int(shift)].id): int(found[day, shift])
        for day, shift in zip(*np.nonzero(found), strict=True)
    }


def _wanted(units: frozenset[int], first: date, end: date) -> Ints:
    """People per (day, slot) on the finest grid that any demand of the period has."""
    rows = StaffingDemand.objects.filter(
        Q(queue__unit__in=units) | Q(unit__in=units), date__gte=first, date__lt=end
    ).values_list("date", "people")  # fmt: skip
    found = list(rows)
    slots = max((len(people) for _day, people in found), default=SLOTS_WITHOUT_DEMAND)
    wanted = np.zeros(((end - first).days, slots), dtype=np.int64)
    for day, people in found:
        wanted[(day - first).days] += on_grid(np.array(people, dtype=np.int64), slots)
    return wanted


def _tables(shifts: Sequence[Shift], slot_minutes: int) -> Ints:
    tables = [presence(shift.build(), slot_minutes) for shift in shifts]
    return np.array(tables, dtype=np.int64).reshape(len(shifts), 2 * DAY_MINUTES // slot_minutes)


def _move(people: Ints, shifts: Sequence[Shift], first: date, moves: Moves) -> None:
    place = {shift.id: at for at, shift in enumerate(shifts)}
    for day, old, new in moves:
        at = (day - first).days + 1
        if 0 <= at < len(people):
            for shift_id, count in ((old, -1), (new, 1)):
                if shift_id is not None:
                    people[at, place[shift_id]] += count


def _people_on_shifts(units: frozenset[int], shifts: Sequence[Shift], first: date, end: date) -> Ints:
    """People per (day, shift), beginning with the day before the first; shifts by ascending id."""
    params = {
        "tenant": require_tenant_id(), "units": sorted(units), "before": first - timedelta(days=1), "end": end,
    }  # fmt: skip
    rows = read_columns(_ON_SHIFTS, params, ("day", "shift", "people"))
    people = np.zeros(((end - first).days + 1, len(shifts)), dtype=np.int64)
    places = np.searchsorted([shift.id for shift in shifts], rows["shift"])
    people[rows["day"] - day_number(first) + 1, places] = rows["people"]
    return people


_ON_SHIFTS = """
SELECT (r.date - '1970-01-01'::date)::bigint, r.shift_id, count(*)
FROM attendance_rosterday r
JOIN people_assignment a ON a.tenant_id = r.tenant_id AND a.employee_id = r.employee_id
    AND a.start_date <= r.date AND (a.end_date IS NULL OR a.end_date > r.date)
WHERE r.tenant_id = %(tenant)s AND a.tenant_id = %(tenant)s AND r.date >= %(before)s AND r.date < %(end)s
  AND r.shift_id IS NOT NULL AND a.unit_id = ANY(%(units)s::bigint[])
GROUP BY 1, 2
"""
