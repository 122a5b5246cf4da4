"""Who could take a shift that somebody cannot: everybody of the unit, ranked, with reasons that people read."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import date, timedelta

from django.utils.translation import gettext as _

from attendance.models import RosterProposal, Shift
from attendance.queries.roster_problems import Need, Order, UnitProblem, unit_problem
from attendance.queries.roster_proposals import RULES
from attendance.rules.rostering.checker import Rule, Violation
from attendance.rules.rostering.problems import OFF, Cover, Problem
from attendance.rules.rostering.stand_ins import StandIn, rank_stand_ins
from hrsaas.access.actors import Actor
from hrsaas.errors import DomainError
from hrsaas.people.models import Employee
from hrsaas.people.queries.assignments import as_of
from hrsaas.people.queries.employees import visible_to

# Hours, rows and weekends are looked at over these days.
DAYS_BEFORE, DAYS_AFTER = 14, 14
# What one person too few costs on the shifts that others would leave.
UNDER_WEIGHT = 100


@dataclass(frozen=True)
class Candidate:
    """broken: sentences, empty where it would be lawful; reasons: sentences that speak for and against."""

    employee: Employee
    found: StandIn
    instead_of: Shift | None
    broken: tuple[str, ...]
    reasons: tuple[str, ...]


def stand_ins(*, employee: Employee, day: date, visible: frozenset[int]) -> tuple[Shift, list[Candidate]]:
    """The employee's shift of the day, and the people (ids) of the unit who could take it, the best first.

    Limits are those of the unit's latest proposal, else the usual ones. Statements do not grow with people.
    Errors: attendance.stand_in.no_shift.
    """
    assignment = as_of(employee, day)
    if assignment is None:
        raise _no_shift()
    first, end = first_day(day), day + timedelta(days=DAYS_AFTER)
    asked = unit_problem(assignment.unit, first, end, _order(assignment.unit_id))
    absent = asked.employee_ids.index(employee.pk)
    shift = int(asked.stored[absent, DAYS_BEFORE])
    if shift == OFF:
        raise _no_shift()
    found = rank_stand_ins(_as_it_stands(asked), asked.stored, absent=absent, day=DAYS_BEFORE, shift=shift)
    ids = asked.employee_ids
    chosen = [one for one in found if ids[one.person] in visible and asked.in_unit[one.person, DAYS_BEFORE]]
    people = Employee.objects.in_bulk([ids[one.person] for one in chosen])
    shifts = Shift.objects.in_bulk()
    given = [*(shifts[shift_id] for shift_id in asked.shift_ids), None]
    return shifts[asked.shift_ids[shift]], [
        _candidate(one, people[ids[one.person]], given[one.instead_of]) for one in chosen
    ]


def first_day(day: date) -> date:
    """From which the days of broken rules count."""
    return day - timedelta(days=DAYS_BEFORE)


def people_to_plan(actor: Actor) -> frozenset[int]:
    """Ids of those whose roster the actor may change."""
    return frozenset(visible_to(actor.within("attendance.roster.change")).values_list("id", flat=True))


def _order(unit_id: int) -> Order:
    """Every shift may be given; nobody is asked for."""
    needs = tuple(Need(shift, 0) for shift in Shift.objects.values_list("id", flat=True))
    latest = RosterProposal.objects.filter(unit_id=unit_id).order_by("-made_at", "-id").first()
    known = Order.of(latest.order) if latest else Order(needs=())
    return replace(known, needs=needs, wishes=(), absences=(), change_weight=0, least_weekly_minutes=0)


def _as_it_stands(asked: UnitProblem) -> Problem:
    """What the day has now is what it needs: who leaves another shift for this one is missed there."""
    column = asked.stored[:, DAYS_BEFORE].tolist()
    counts = Counter(shift for shift in column if shift != OFF)
    cover = tuple(Cover(DAYS_BEFORE, shift, people, UNDER_WEIGHT, 0) for shift, people in sorted(counts.items()))
    return replace(asked.problem, cover=cover)


def _candidate(one: StandIn, employee: Employee, instead_of: Shift | None) -> Candidate:
    reasons = (
        _("is free that day") if instead_of is None else _("would leave shift %(shift)s") % {"shift": instead_of.code},
        _("%(hours)s hours in these four weeks with it") % {"hours": round(one.minutes / 60, 1)},
    )
    return Candidate(employee, one, instead_of, tuple(_broken(bad) for bad in one.broken), reasons)


def _broken(bad: Violation) -> str:
    rule = str(RULES[bad.rule])
    if not bad.value and not bad.limit:
        return rule
    hours = bad.rule in (Rule.MIN_MINUTES, Rule.MAX_MINUTES)
    unit = _("%(amount)s hours") if hours else "%(amount)s"
    value, limit = (unit % {"amount": f"{amount / 60:g}" if hours else amount} for amount in (bad.value, bad.limit))
    return _("%(rule)s: %(value)s instead of %(limit)s") % {"rule": rule, "value": value, "limit": limit}


def _no_shift() -> DomainError:
    return DomainError(
        "attendance.stand_in.no_shift", field="date", status=409,
        zh="该员工当天没有班次，无需替班。", en="The person has no shift on that day, so nobody needs to stand in.",
    )  # fmt: skip
