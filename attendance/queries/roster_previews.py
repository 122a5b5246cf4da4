"""A roster that is being edited: what it would break, where people would be missing, what it would cost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from attendance.models import RosterDay
from attendance.queries.contact_queues import VIEW as SEE_DEMAND
from attendance.queries.roster_checks import Changes, Finding, load_roster
from attendance.queries.roster_costs import RosterCost, roster_cost
from attendance.queries.shifts import require_shifts
from attendance.queries.staffing_demand import Gap, Moves, staffing_cover
from attendance.rules.roster_checks import newly_broken
from hrsaas.access.actors import Actor
from hrsaas.people.models import OrgUnit
from hrsaas.people.queries.assignments import segments_of
from hrsaas.people.queries.units import subtree_ids


@dataclass(frozen=True)
class RosterPreview:
    """findings: of the people on the days, with the edits. fresh: how many of them the edits bring.

    gaps: None without a unit or for who may not see demand; cost: None for who may not see pay.
    """

    findings: list[Finding]
    fresh: int
    gaps: list[Gap] | None
    cost: RosterCost | None


def preview_roster(
    *, employee_ids: Sequence[int], unit: OrgUnit | None, first: date, end: date, changes: Changes, actor: Actor
) -> RosterPreview:
    """The roster of these people on [first, end) as the changes would make it; the unit's cover with them.

    Errors: attendance.roster.shift, attendance.settings.missing.
    """
    require_shifts(changes)
    roster = load_roster(employee_ids, first, end)
    broken = roster.broken(roster.changed(changes))
    fresh = newly_broken(roster.broken(roster.lines), broken)
    return RosterPreview(
        roster.findings(roster.within(broken), actor), len(fresh),
        _gaps(unit, first, end, roster.resolved(changes), actor),
        roster_cost(roster, changes, actor),
    )  # fmt: skip


def _gaps(unit: OrgUnit | None, first: date, end: date, changes: Changes, actor: Actor) -> list[Gap] | None:
    reach = actor.reach(SEE_DEMAND)
    if unit is None or not actor.may(SEE_DEMAND) or (reach is not None and unit.pk not in reach):
        return None
    cover = staffing_cover(unit, first, end, _moves(unit, first, end, changes))
    return cover.gaps() if cover.wanted.any() else []


def _moves(unit: OrgUnit, first: date, end: date, changes: Changes) -> Moves:
    """The changes of people who are in the unit or below on the day."""
    units = subtree_ids([unit.pk])
    people = sorted({id_ for id_, _day in changes})
    before = first - timedelta(days=1)
    days = {
        (one.employee_id, one.start_date + timedelta(days=at))
        for one in segments_of(people, before, end) if one.unit_id in units
        for at in range((one.end_date - one.start_date).days)
    }  # fmt: skip
    rows = RosterDay.objects.filter(employee_id__in=people, date__gte=before, date__lt=end)
    stored = {(id_, day): shift for id_, day, shift in rows.values_list("employee_id", "date", "shift_id")}
    return [(cell[1], stored.get(cell), shift) for cell, shift in changes.items() if cell in days]
