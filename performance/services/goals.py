"""Setting goals: the same KPIs for many people at once."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db import transaction

from hrsaas.access.actors import Actor
from hrsaas.audit.services.entries import record
from hrsaas.errors import DomainError, NotFound
from hrsaas.people.models import OrgUnit, Position
from performance.models import Goal, Kpi
from performance.queries.goals import overlapping
from performance.queries.months import end_of, require_open
from performance.queries.people import assigned_ids, reachable_ids
from performance.services.months import begin_months
from performance.services.refusals import checked_bands, checked_weight, require_first_day

CHANGE = "performance.goal.change"
_TERMS = ("direction", "floor", "target", "stretch", "weight")


@dataclass(frozen=True)
class GoalTerms:
    """A KPI by its code, and what differs from the library; None: as the library has it."""

    kpi: str
    floor: Decimal | None = None
    target: Decimal | None = None
    stretch: Decimal | None = None
    weight: Decimal | None = None


@dataclass(frozen=True)
class GoalCounts:
    """added and changed goals; those unchanged; kept: people × KPIs with a goal of another period in the way."""

    added: int
    changed: int
    unchanged: int
    kept: int


@transaction.atomic
def set_goals(
    *,
    employee_ids: Collection[int],
    start_date: date,
    end_date: date,
    goals: Sequence[GoalTerms],
    actor: Actor,
    now: datetime,
) -> GoalCounts:
    """Give each of the people these goals for [start_date, end_date); goals of the very same period are changed.

    The number of statements grows with the goals, not with the people. Whose reach is confined to some units sets
    no goals for himself. Errors: people.employee.not_found, performance.goal.{dates,kpi_unknown,kpi_twice,empty},
    performance.month.locked, performance.kpi.* of bands and weights.
    """
    actor.require(CHANGE)
    month = _checked_month(start_date, end_date)
    begin_months([month])
    require_open([month])
    people = sorted(set(employee_ids))
    if reachable_ids(actor, CHANGE, people) != set(people):
        raise NotFound("people.employee")
    wanted = _wanted(goals)
    counts = _write(people, wanted, start_date, end_date)
    new = {
        "start_date": start_date.isoformat(), "end_date": end_date.isoformat(), "people": len(people),
        "kpis": [term.kpi.code for term in wanted], "added": counts.added, "changed": counts.changed,
        "kept": counts.kept,
    }  # fmt: skip
    record(actor=actor, action="performance.goal.set", subject_type="performance.goal", new=new, now=now)
    return counts


@transaction.atomic
def set_goals_for(
    *,
    month: date,
    goals: Sequence[GoalTerms],
    actor: Actor,
    now: datetime,
    unit: OrgUnit | None = None,
    position: Position | None = None,
) -> GoalCounts:
    """Goals of a month for everybody who is assigned in it to the unit (or one below), the position, or both.

    month: its first day. People beyond the actor's reach are left out. Errors: performance.goal.nobody, as set_goals.
    """
    actor.require(CHANGE)
    require_first_day(month)
    ids = assigned_ids(month, end_of(month), unit=unit, position=position)
    people = reachable_ids(actor, CHANGE, ids)
    if not people:
        raise DomainError(
            "performance.goal.nobody", status=409,
            zh="该月没有符合条件的员工。", en="Nobody is assigned there in that month.",
        )  # fmt: skip
    return set_goals(employee_ids=people, start_date=month, end_date=end_of(month), goals=goals, actor=actor, now=now)


@transaction.atomic
def remove_goal(*, goal: Goal, actor: Actor, now: datetime) -> None:
    """Take back a goal that has no reading. Errors: performance.goal.has_readings, performance.month.locked."""
    actor.require(CHANGE)
    goal = Goal.objects.select_for_update(of=("self",)).select_related("kpi").get(pk=goal.pk)
    if not reachable_ids(actor, CHANGE, [goal.employee_id]):
        raise NotFound("performance.goal")
    require_open([goal.month])
    if goal.readings.exists():
        raise DomainError(
            "performance.goal.has_readings", status=409,
            zh="该目标已有读数，不能删除。", en="The goal has readings and cannot be removed.",
        )  # fmt: skip
    old = {"employee_id": goal.employee_id, "kpi": goal.kpi.code, "start_date": goal.start_date.isoformat()}
    record(actor=actor, action="performance.goal.remove", subject=goal, old=old, now=now)
    goal.delete()


def _checked_month(start: date, end: date) -> date:
    """The month in which a goal of this period counts."""
    if not start < end or end.year - start.year > 5:
        raise DomainError(
            "performance.goal.dates", field="end_date",
            zh="结束日期须晚于开始日期，且不超过五年。", en="The end must be after the start, by five years at most.",
        )  # fmt: skip
    return (end - timedelta(days=1)).replace(day=1)


@dataclass(frozen=True)
class _Wanted:
    kpi: Kpi
    values: dict[str, object]  # by _TERMS


def _wanted(goals: Sequence[GoalTerms]) -> list[_Wanted]:
    codes = [terms.kpi for terms in goals]
    known = {kpi.code: kpi for kpi in Kpi.objects.filter(code__in=codes, is_active=True)}
    for position, code in enumerate(codes):
        if code not in known or code in codes[:position]:
            raise _wrong_kpi(code, position, twice=code in known)
    if not codes:
        raise DomainError(
            "performance.goal.empty", field="goals", zh="请至少给出一个指标。", en="Give at least one KPI."
        )
    return [_merged(known[terms.kpi], terms) for terms in goals]


def _merged(kpi: Kpi, terms: GoalTerms) -> _Wanted:
    given = {name: getattr(terms, name) for name in _TERMS[1:]}
    figures = {name: getattr(kpi, name) if value is None else value for name, value in given.items()}
    checked_bands(kpi.direction, figures["floor"], figures["target"], figures["stretch"])
    checked_weight(figures["weight"])
    return _Wanted(kpi, {"direction": kpi.direction, **figures})


def _wrong_kpi(code: str, position: int, *, twice: bool) -> DomainError:
    if twice:
        return DomainError(
            "performance.goal.kpi_twice", field="kpi", position=position,
            zh=f"指标 {code} 重复。", en=f"The KPI {code} appears twice.",
        )  # fmt: skip
    return DomainError(
        "performance.goal.kpi_unknown", field="kpi", position=position,
        zh=f"指标库中没有启用的指标 {code}。", en=f"The library has no KPI {code} in use.",
    )  # fmt: skip


def _write(people: Sequence[int], wanted: Sequence[_Wanted], start: date, end: date) -> GoalCounts:
    there: dict[tuple[int, int], list[Goal]] = {}
    for goal in overlapping(people, [one.kpi.id for one in wanted], start, end).select_for_update():
        there.setdefault((goal.employee_id, goal.kpi_id), []).append(goal)
    new, changed, unchanged, kept = [], 0, 0, 0
    for one in wanted:
        different = []
        for employee_id in people:
            found = there.get((employee_id, one.kpi.id), [])
            if not found:
                new.append(Goal(employee_id=employee_id, kpi=one.kpi, start_date=start, end_date=end, **one.values))
            elif (found[0].start_date, found[0].end_date) != (start, end):
                kept += 1
            elif all(getattr(found[0], name) == value for name, value in one.values.items()):
                unchanged += 1
            else:
                different.append(found[0].id)
        if different:
            changed += Goal.objects.filter(id__in=different).update(**one.values)
    Goal.objects.bulk_create(new)
    return GoalCounts(len(new), changed, unchanged, kept)
