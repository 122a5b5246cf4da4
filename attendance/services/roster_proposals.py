"""Rosters by optimisation: asked for, searched in slices as a job, then applied in one step or discarded.

A slice is one step of the job: the best so far is committed with it, so progress is seen, a killed worker loses a
slice at most, and cancelling leaves the best so far.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
from django.db import connection, transaction

from attendance.models import RosterBatch, RosterDay, RosterProposal, Shift
from attendance.queries.months import require_open
from attendance.queries.roster_problems import Order, UnitProblem, unit_problem
from attendance.rules.calendars import day_number
from attendance.rules.day_columns import NO_SHIFT
from attendance.rules.rostering.checker import Violation, evaluate
from attendance.rules.rostering.conflicts import Conflicting, CoverConflict, shortage_conflict, smallest_conflict
from attendance.rules.rostering.problems import Roster
from attendance.rules.rostering.search import Infeasible, OutOfTime, Search, State
from attendance.services.months import begin_months
from attendance.services.roster_edits import Cell, held_days, hold_people, note_step
from attendance.services.rosters import CHANGE, require_visible
from attendance.services.staging import stage_columns
from hrsaas.access.actors import Actor
from hrsaas.audit.services.entries import record
from hrsaas.errors import DomainError, NotFound
from hrsaas.jobs.kinds import StepResult
from hrsaas.jobs.services import jobs
from hrsaas.people.models import OrgUnit
from hrsaas.people.queries.assignments import segments
from hrsaas.tenancy.context import require_tenant_id
from hrsaas.tenancy.queries.columns import Ints

JOB = "attendance_roster"
SLICE_SECONDS = 5
CONFLICT_SECONDS = 20.0
MOST_SECONDS = 600
MOST_PEOPLE = 150
LONGEST = timedelta(days=92)
# Each is a yes-or-no question to the solver.
MOST_CELLS = 60_000

_State = RosterProposal.State
# The search that this process did last, by tenant and proposal.
_searches: dict[tuple[int, int], Search] = {}


@transaction.atomic
def propose_roster(
    *, unit: OrgUnit, first: date, end: date, order: Order, seconds: int = 60, actor: Actor, now: datetime,
    publish: bool = True,
) -> RosterProposal:  # fmt: skip
    """Ask for the best roster of everybody in the unit on [first, end), searched for so many seconds by a job.

    Errors: attendance.proposal.size, .no_needs, .needs, .limits, .people; attendance.month.locked; not found where the
    unit or somebody in it is beyond the actor's reach.
    """
    actor.require(CHANGE)
    _require_reach(unit, actor)
    _require_sound(first, end, order, seconds)
    people = {one.employee_id for one in segments(first, end, kind="human") if one.unit_id == unit.pk}
    require_visible(sorted(people), actor)
    _require_size(len(people), (end - first).days)
    require_open(first, end)
    found: RosterProposal = RosterProposal.objects.create(
        unit=unit, start_date=first, end_date=end, order=order.as_json(), seconds=seconds, made_at=now,
        made_by=actor.label[:200],
    )  # fmt: skip
    job = jobs.enqueue(kind=JOB, params={"proposal": found.pk}, actor=actor, now=now, publish=publish)
    found.job_id = job.pk
    found.save(update_fields=["job_id"])
    new = {"unit_id": unit.pk, "first": first, "end": end, "people": len(people)}
    record(actor=actor, action="attendance.proposal.create", subject=found, new=new, now=now)
    return found


def plan(proposal_id: int) -> list[int]:
    """The seconds of each slice."""
    seconds = RosterProposal.objects.values_list("seconds", flat=True).get(id=proposal_id)
    whole, rest = divmod(seconds, SLICE_SECONDS)
    return [SLICE_SECONDS] * whole + ([rest] if rest else [])


def search_on(*, proposal_id: int, seconds: int) -> StepResult:
    """One slice. Counts are differences, so that their sums are the cost, the bound and the gap of the best so far."""
    row = RosterProposal.objects.select_related("unit").select_for_update(no_key=True, of=("self",)).get(id=proposal_id)
    if row.state != _State.SEARCHING or (row.cost is not None and row.cost == row.bound):
        return StepResult()
    asked = _problem_of(row)
    before = _figures(row)
    try:
        state = _search_of(row, asked).run(seconds, begin=_begin(row, asked))
    except Infeasible:
        _explain(row, asked)
        return StepResult()
    except OutOfTime:
        return StepResult()
    _keep(row, asked, state)
    after = _figures(row)
    return StepResult(counts={name: after[name] - before[name] for name in after})


def finish(*, proposal_id: int) -> dict[str, Any]:
    """The search has ended, by itself or because somebody stopped it; what it found is there to decide on."""
    row = RosterProposal.objects.select_for_update(no_key=True).get(id=proposal_id)
    _searches.pop((require_tenant_id(), row.pk), None)
    if row.state == _State.SEARCHING:
        row.state = _State.FAILED if row.cost is None else _State.READY
        row.findings = [*row.findings, *_why_short(row)]
        row.save(update_fields=["state", "findings"])
    return {"state": row.state, **_figures(row)}


@transaction.atomic
def apply_proposal(*, proposal: RosterProposal, actor: Actor, now: datetime) -> RosterProposal:
    """Put the proposed days into the roster; days that were decided by hand stay as they are. What becomes another is
    kept as one step, like edits by hand: it can be taken back, and people see what changed after publication.

    Errors: attendance.proposal.not_ready, .stale (409, when people, shifts or days by hand changed so that it no
    longer fits); attendance.month.locked.
    """
    row = _to_decide(proposal, actor)
    begin_months(first=row.start_date, end=row.end_date)
    require_open(row.start_date, row.end_date)
    hold_people(row.employee_ids)
    asked = _problem_of(row)
    roster = _still_lawful(row, asked)
    _note(asked, roster, actor, now)
    written = _write(asked, roster)
    _decide(row, _State.APPLIED, actor, now)
    record(actor=actor, action="attendance.proposal.apply", subject=row, new={"days": written}, now=now)
    return row


@transaction.atomic
def discard_proposal(*, proposal: RosterProposal, actor: Actor, now: datetime) -> RosterProposal:
    """Say no to a proposal. Errors: attendance.proposal.not_ready."""
    row = _to_decide(proposal, actor)
    _decide(row, _State.DISCARDED, actor, now)
    record(actor=actor, action="attendance.proposal.discard", subject=row, now=now)
    return row


def _problem_of(row: RosterProposal) -> UnitProblem:
    return unit_problem(row.unit, row.start_date, row.end_date, Order.of(row.order))


def _begin(row: RosterProposal, asked: UnitProblem) -> State | None:
    """Where the last slice ended; nothing where people or rules changed meanwhile."""
    if row.cost is None or row.bound is None or tuple(row.employee_ids) != asked.employee_ids:
        return None
    try:
        roster = asked.roster_of(row.lines)
        found = evaluate(asked.problem, roster)
    except ValueError:
        return None
    if found.violations or found.cost != row.cost:
        return None
    return State(roster, found, bound=row.bound, seconds=row.progress["seconds"], sizes=row.progress["sizes"])


def _search_of(row: RosterProposal, asked: UnitProblem) -> Search:
    """The search of the slice before where this process did it: it knows what was tried. Else a new one."""
    key = require_tenant_id(), row.pk
    known = _searches.pop(key, None)
    search = known if known and known.problem.same_as(asked.problem) else Search(asked.problem, clock=time.monotonic)
    _searches.clear()
    _searches[key] = search
    return search


def _keep(row: RosterProposal, asked: UnitProblem, state: State) -> None:
    row.cost, row.bound = state.cost, min(state.bound, state.cost)
    row.employee_ids, row.lines = list(asked.employee_ids), asked.ids_of(state.roster)
    row.changes = int((state.roster != asked.stored).sum())
    row.progress = {"seconds": round(state.seconds, 1), "sizes": state.sizes}
    row.findings = _shortages(asked, state.roster)
    row.save(update_fields=["cost", "bound", "employee_ids", "lines", "changes", "progress", "findings"])


def _explain(row: RosterProposal, asked: UnitProblem) -> None:
    everybody = range(len(asked.employee_ids))
    found = smallest_conflict(asked.problem, everybody, clock=time.monotonic, seconds=CONFLICT_SECONDS)
    row.state, row.employee_ids = _State.IMPOSSIBLE, list(asked.employee_ids)
    row.findings = [_finding(asked, one) for one in found]
    row.save(update_fields=["state", "employee_ids", "findings"])


def _finding(asked: UnitProblem, one: Conflicting | Violation) -> dict[str, Any]:
    days = [(asked.first + timedelta(days=day)).isoformat() for day in one.days]
    return {"rule": one.rule.value, "employee": asked.employee_ids[one.person], "days": days}


def _shortages(asked: UnitProblem, roster: Roster) -> list[dict[str, Any]]:
    """Where too few are on a shift: the roster is lawful, but somebody should know."""
    found = []
    for need in asked.problem.cover:
        missing = need.required - int((roster[:, need.day] == need.shift).sum())
        if missing > 0:
            day = asked.first + timedelta(days=need.day)
            found.append(
                {"rule": "cover", "shift": asked.shift_ids[need.shift], "days": [day.isoformat()], "missing": missing}
            )
    return found


def _why_short(row: RosterProposal) -> list[dict[str, Any]]:
    """Why the first of the needs that are not met cannot be."""
    short = next((one for one in row.findings if one["rule"] == "cover"), None)
    asked = _problem_of(row) if short else None
    if short is None or asked is None or tuple(row.employee_ids) != asked.employee_ids:
        return []
    cell = (date.fromisoformat(short["days"][0]) - asked.first).days, short["shift"]
    need = next((one for one in asked.problem.cover if (one.day, asked.shift_ids[one.shift]) == cell), None)
    if need is None:
        return []
    found = shortage_conflict(asked.problem, need, clock=time.monotonic, seconds=CONFLICT_SECONDS)
    return [] if found is None else [_cover_finding(asked, found)]


def _cover_finding(asked: UnitProblem, found: CoverConflict) -> dict[str, Any]:
    days = [(asked.first + timedelta(days=need.day)).isoformat() for need in found.needs]
    needs = [
        {"day": day, "shift": asked.shift_ids[need.shift], "required": need.required}
        for day, need in zip(days, found.needs)
    ]
    because = [_finding(asked, one) for one in found.rules]
    return {"rule": "cover_conflict", "days": sorted(set(days)), "needs": needs, "because": because}


def _figures(row: RosterProposal) -> dict[str, int]:
    return {"cost": row.cost or 0, "bound": row.bound or 0, "gap_percent": round(row.gap_percent or 0)}


def _still_lawful(row: RosterProposal, asked: UnitProblem) -> Roster:
    broken: Sequence[Violation] = ()
    try:
        if tuple(row.employee_ids) == asked.employee_ids:
            roster = asked.roster_of(row.lines)
            broken = evaluate(asked.problem, roster).violations
            if not broken:
                return roster
    except ValueError:
        pass  # a shift was removed: told below, like all that changed
    raise DomainError(
        "attendance.proposal.stale", status=409,
        zh="生成方案后，人员、班次或手工排班有变化，此方案已不再适用。请重新生成。",
        en="People, shifts or days set by hand changed since, and the proposal no longer fits. Ask for a new one.",
        extra={"findings": [_finding(asked, one) for one in broken]},
    )  # fmt: skip


def _note(asked: UnitProblem, roster: Roster, actor: Actor, now: datetime) -> None:
    """Keep which days become others."""
    person, day = (column.tolist() for column in np.nonzero(asked.in_unit))
    wanted: dict[Cell, int] = {
        (asked.employee_ids[row], asked.first + timedelta(days=at)): shift
        for row, at, shift in zip(person, day, _shift_ids(asked, roster)[person, day].tolist())
    }
    before = held_days(wanted)
    cells = {
        cell: RosterDay(employee_id=cell[0], date=cell[1], shift_id=None if shift == NO_SHIFT else shift)
        for cell, shift in wanted.items()
        if cell not in before or (before[cell].shift_id or NO_SHIFT) != shift
    }
    if cells:
        note_step(cells=cells, before=before, kind=RosterBatch.Kind.PROPOSAL, actor=actor, now=now)


def _shift_ids(asked: UnitProblem, roster: Roster) -> Ints:
    """Ids instead of places; NO_SHIFT for a free day."""
    ids: Ints = np.array([*asked.shift_ids, NO_SHIFT], dtype=np.int64)[roster]
    return ids


def _write(asked: UnitProblem, roster: Roster) -> int:
    """One statement for all days on which people are in the unit; how many rows changed."""
    person, day = np.nonzero(asked.in_unit)
    columns = {
        "employee_id": np.array(asked.employee_ids, dtype=np.int64)[person],
        "day": day + day_number(asked.first),
        "shift_id": _shift_ids(asked, roster)[person, day],
    }
    stage_columns("staged_proposal", columns)
    with connection.cursor() as cursor:
        cursor.execute(_UPSERT, {"tenant": require_tenant_id()})
        return int(cursor.rowcount)


def _to_decide(proposal: RosterProposal, actor: Actor) -> RosterProposal:
    actor.require(CHANGE)
    row: RosterProposal = (
        RosterProposal.objects.select_related("unit").select_for_update(no_key=True, of=("self",)).get(id=proposal.pk)
    )
    _require_reach(row.unit, actor)
    require_visible(row.employee_ids, actor)
    if row.state != _State.READY:
        raise DomainError(
            "attendance.proposal.not_ready", status=409,
            zh="此方案不处于可处理的状态。", en="This proposal is not waiting for a decision.",
        )  # fmt: skip
    return row


def _decide(row: RosterProposal, state: str, actor: Actor, now: datetime) -> None:
    row.state, row.decided_at, row.decided_by = state, now, actor.label[:200]
    row.save(update_fields=["state", "decided_at", "decided_by"])


def _require_reach(unit: OrgUnit, actor: Actor) -> None:
    reach = actor.reach(CHANGE)
    if reach is not None and unit.pk not in reach:
        raise NotFound("people.unit", unit.pk)


def _require_sound(first: date, end: date, order: Order, seconds: int) -> None:
    if not first < end <= first + LONGEST or not 1 <= seconds <= MOST_SECONDS:
        raise DomainError(
            "attendance.proposal.size", field="end",
            zh=f"请给出不超过 {LONGEST.days} 天的时间段，搜索时间不超过 {MOST_SECONDS} 秒。",
            en=f"Give a period of at most {LONGEST.days} days and at most {MOST_SECONDS} seconds to search.",
        )  # fmt: skip
    known = set(Shift.objects.values_list("id", flat=True))
    named = {need.shift for need in order.needs} | {wish.shift for wish in order.wishes}
    if not order.needs or not named <= known:
        raise DomainError(
            "attendance.proposal.needs", field="needs",
            zh="请至少给出一个现有班次的人数需求。", en="Say how many people are needed, of shifts that exist.",
        )  # fmt: skip


def _require_size(people: int, days: int) -> None:
    cells = people * days * Shift.objects.count()
    if not 1 <= people <= MOST_PEOPLE or cells > MOST_CELLS:
        raise DomainError(
            "attendance.proposal.people", field="unit",
            zh=f"该部门在此期间有 {people} 人；一次最多为 {MOST_PEOPLE} 人排班，人数×天数×班次数不超过 {MOST_CELLS}。",
            en=f"The unit has {people} people in this period. At most {MOST_PEOPLE} can be planned at a time, "
            f"and people × days × shifts may not exceed {MOST_CELLS}.",
        )  # fmt: skip


_UPSERT = """
INSERT INTO attendance_rosterday AS r (tenant_id, employee_id, date, shift_id, by_hand, own_week)
SELECT %(tenant)s, employee_id, '1970-01-01'::date + day::int, NULLIF(shift_id, -1), false, true
FROM pg_temp.staged_proposal
ON CONFLICT (tenant_id, employee_id, date) DO UPDATE SET shift_id = EXCLUDED.shift_id, own_week = true, by_hand = false
WHERE r.shift_id IS DISTINCT FROM EXCLUDED.shift_id OR NOT (r.by_hand OR r.own_week)
"""
