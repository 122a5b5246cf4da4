"""Swapping shifts: the other person agrees first, then the manager; the roster changes if it is still as it was."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction

from attendance.models import RequestState, RosterBatch, RosterDay, Shift, ShiftSwap
from attendance.queries.months import is_locked, month_of
from attendance.queries.request_facts import swap_facts
from attendance.queries.roster_checks import Changes, Finding, refuse_blocking
from attendance.queries.rosters import People, roster_grid
from attendance.queries.setups import load_setup
from attendance.queries.swap_checks import PersonEffect, names_of, planned_shifts, swap_effects
from attendance.services.leave_ledger import lock_people
from attendance.services.months import begin_months
from attendance.services.requests import (
    entitled,
    hold_months,
    refused,
    require_employed,
    require_for,
    require_not_about,
    require_text,
    withdraw_pending,
)  # fmt: skip
from attendance.services.roster_edits import Edit, write_edits
from attendance.services.rosters import write_missing
from hrsaas.access.actors import Actor
from hrsaas.access.models import User
from hrsaas.approvals.kinds import ApprovalKind, register
from hrsaas.approvals.models import ApprovalRequest
from hrsaas.approvals.services.requests import by_manager, by_person, submit
from hrsaas.audit.services.entries import record
from hrsaas.errors import DomainError
from hrsaas.people.models import Employee
from hrsaas.people.queries.assignments import as_of
from hrsaas.tenancy.queries.tenants import current_tenant

KIND = "attendance.swap"
ONE_DAY = timedelta(days=1)
Day = date  # where a field has the name of the type


@dataclass(frozen=True)
class NewSwap:
    """employee gives his shift of ``date`` to other, and takes other's of other_date; None: he takes nothing."""

    employee: Employee
    other: Employee
    date: Day
    other_date: Day | None = None
    reason: str = ""


@dataclass(frozen=True)
class SwapEffect:
    """shift, other_shift: what would be swapped; people: what it means for both."""

    shift: Shift
    other_shift: Shift | None
    people: Sequence[PersonEffect]

    @property
    def findings(self) -> list[Finding]:
        """What it breaks, of both."""
        return [one for person in self.people for one in person.warnings]


def preview_swap(*, asked: NewSwap, actor: Actor, now: datetime) -> SwapEffect:
    """What it would mean for both, before anything is asked. Errors as ``ask_swap``, but for the reason."""
    require_for(asked.employee, actor)
    return _effect(asked, now)


@transaction.atomic
def ask_swap(*, asked: NewSwap, actor: Actor, now: datetime) -> ShiftSwap:
    """Ask the other person, and after him the manager, for a swap.

    Errors: attendance.request.{not_employed,empty,same_person,past,other_unit,no_login,no_shift,not_free},
    attendance.request.{twice,locked} (409), attendance.roster.rules (409, where a rule blocks),
    people.employee.not_found.
    """
    lock_people([asked.employee.pk, asked.other.pk])
    require_for(asked.employee, actor)
    reason, effect = require_text(asked.reason, "reason"), _effect(asked, now)
    if ShiftSwap.objects.filter(employee=asked.employee, date=asked.date, state=RequestState.WAITING).exists():
        raise refused("twice", "该班次已申请调班。", "A swap of this shift is asked for already.", status=409,
                      field="date")  # fmt: skip
    refuse_blocking(effect.findings)
    swap: ShiftSwap = ShiftSwap.objects.create(
        employee=asked.employee, other=asked.other, date=asked.date, shift=effect.shift, other_date=asked.other_date,
        other_shift=effect.other_shift, reason=reason, asked_at=now, asked_by=actor.label[:200],
    )  # fmt: skip
    users = _users(asked)
    about = list(users.values())
    steps = [
        by_person(users[asked.other.pk]),
        by_manager(employee_id=asked.employee.pk, not_user_ids=about),
    ]
    submit(kind=KIND, subject=swap, steps=steps, payload=_payload(swap, effect), actor=actor, now=now)
    record(actor=actor, action="attendance.swap.ask", subject=swap, new=_facts(swap), now=now)
    return swap


def withdraw_swap(*, swap: ShiftSwap, actor: Actor, now: datetime) -> ShiftSwap:
    """Take back what is not decided yet. Errors: attendance.request.decided (409), approvals.request.not_requester."""
    withdraw_pending(kind=KIND, subject_id=swap.pk, actor=actor, now=now)
    swap.refresh_from_db()
    return swap


def on_approved(approval: ApprovalRequest, actor: Actor, now: datetime) -> None:
    """Change the roster; where it is not what it was, the swap fails and says why. Errors: attendance.request.own."""
    days = [day for day in ShiftSwap.objects.values_list("date", "other_date").get(pk=approval.subject_id) if day]
    hold_months(days)
    swap = _held(approval.subject_id)
    require_not_about([swap.employee_id, swap.other_id], actor)
    reason = _why_not(swap, days, now)
    if reason is not None:
        swap.failure, swap.failure_en = reason.zh, reason.en
        _decide(swap, RequestState.FAILED, "fail", actor, now)
        return
    clerk = entitled(actor, "attendance.roster.change")
    edits = [Edit(employee_id, day, shift_id) for (employee_id, day), shift_id in sorted(changes_of(swap).items())]
    write_edits(edits=edits, actor=clerk, now=now, kind=RosterBatch.Kind.SWAP)
    _decide(swap, RequestState.APPROVED, "approve", actor, now)


def on_rejected(approval: ApprovalRequest, actor: Actor, now: datetime) -> None:
    """The other person or the manager said no, or who asked took it back."""
    withdrawn = approval.state == ApprovalRequest.State.WITHDRAWN
    state = RequestState.WITHDRAWN if withdrawn else RequestState.REJECTED
    _decide(_held(approval.subject_id), state, "withdraw" if withdrawn else "reject", actor, now)


def register_approvals() -> None:
    """Called when Django starts."""
    register(ApprovalKind(KIND, "调班申请", "Shift swap", on_approved, on_rejected, swap_facts))


def changes_of(swap: ShiftSwap) -> Changes:
    """(employee id, day) → shift id or None, as the swap makes the roster."""
    return _changes(swap.employee_id, swap.other_id, (swap.date, swap.shift_id), (swap.other_date, swap.other_shift_id))


def _changes(
    employee_id: int, other_id: int, given: tuple[date, int], taken: tuple[date | None, int | None]
) -> dict[tuple[int, date], int | None]:
    found: dict[tuple[int, date], int | None] = {(employee_id, given[0]): None, (other_id, given[0]): given[1]}
    if taken[0] is not None:
        found.setdefault((other_id, taken[0]), None)
        found[employee_id, taken[0]] = taken[1]
    return found


def _effect(asked: NewSwap, now: datetime) -> SwapEffect:
    """Errors: why it cannot be asked for."""
    days = sorted({day for day in (asked.date, asked.other_date) if day})
    _require_people(asked, days)
    _require_days(days, now)
    planned = planned_shifts([asked.employee.pk, asked.other.pk], days)
    _require_shifts(asked, planned)
    given = planned[asked.employee.pk, asked.date]
    taken = planned[asked.other.pk, asked.other_date] if asked.other_date else None
    shifts = Shift.objects.in_bulk([one for one in (given, taken) if one])
    assert given is not None
    changes = _changes(asked.employee.pk, asked.other.pk, (asked.date, given), (asked.other_date, taken))
    return SwapEffect(shifts[given], shifts[taken] if taken else None, swap_effects(changes))


def _require_people(asked: NewSwap, days: Sequence[date]) -> None:
    if asked.employee.pk == asked.other.pk:
        raise refused("same_person", "请选择另一位同事。", "Name somebody else.", field="other")
    for day in days:
        require_employed(asked.employee, day)
        require_employed(asked.other, day)
        units = {job.unit_id for job in (as_of(asked.employee, day), as_of(asked.other, day)) if job}
        if len(units) > 1:
            raise refused(
                "other_unit", "只能与同部门的同事调班。", "Shifts are swapped within a unit.", field="other"
            )  # fmt: skip
    if asked.other.pk not in _users(asked):
        raise refused(
            "no_login", f"{asked.other.name} 没有可登录的用户，无法确认，请由排班员直接调整排班。",
            f"{asked.other.name} has no login and cannot agree; ask who plans the roster to change it.", field="other",
        )  # fmt: skip


def _require_days(days: Sequence[date], now: datetime) -> None:
    today = now.astimezone(current_tenant().zone).date()
    if days[0] < today:
        raise refused("past", "不能调换已过去的班次。", "Shifts of the past cannot be swapped.", field="date")
    for day in days:
        if is_locked(month_of(day)):
            raise refused("locked", f"{day:%Y-%m} 的考勤已锁定。", f"Attendance of {day:%Y-%m} is locked.", status=409,
                          field="date")  # fmt: skip


def _require_shifts(asked: NewSwap, planned: Changes) -> None:
    """Who gives has a shift; who gets one is free on that day, unless it is the day on which he gives his."""
    who = ((asked.employee, asked.other, asked.date), (asked.other, asked.employee, asked.other_date))
    for giver, taker, day in who:
        if day is None:
            continue
        if planned[giver.pk, day] is None:
            raise refused("no_shift", f"{giver.name} 在 {day} 没有班次。", f"{giver.name} has no shift on {day}.",
                          field="date")  # fmt: skip
        if asked.date != asked.other_date and planned[taker.pk, day] is not None:
            raise refused(
                "not_free",
                f"{taker.name} 在 {day} 已有班次。",
                f"{taker.name} has a shift on {day} already.",
                field="date",
            )


def _why_not(swap: ShiftSwap, days: Sequence[date], now: datetime) -> DomainError | None:
    """Why the roster cannot be changed any more; its days are held until the end of the transaction."""
    people = [swap.employee_id, swap.other_id]
    _write_planned(people, days)
    rows = RosterDay.objects.select_for_update(of=("self",)).filter(employee__in=people, date__in=days).order_by("id")
    list(rows.values_list("id", flat=True))
    asked = NewSwap(swap.employee, swap.other, swap.date, swap.other_date)
    try:
        now_there = _effect(asked, now)
        refuse_blocking(now_there.findings)
    except DomainError as error:
        return error
    if (now_there.shift.pk, now_there.other_shift and now_there.other_shift.pk) != (swap.shift_id, swap.other_shift_id):
        return refused(
            "changed", "申请后排班已变更，未作调整，请重新申请。",
            "The roster was changed since it was asked for, so nothing was swapped. Ask again.", status=409,
        )  # fmt: skip
    return None


def _write_planned(employee_ids: Sequence[int], days: Sequence[date]) -> None:
    """What only the rotations say becomes rows, so that it can be held."""
    setup = load_setup()
    for day in days:
        begin_months(first=day, end=day + ONE_DAY)
        for employee_id in employee_ids:
            grid = roster_grid(setup, People.only(employee_id), day, day + ONE_DAY)
            write_missing(setup, grid, day, day + ONE_DAY)


def _users(asked: NewSwap) -> dict[int, int]:
    """Employee id → user id, of those of the two who have one."""
    both = [asked.employee.pk, asked.other.pk]
    return dict(User.objects.filter(employee_id__in=both, is_active=True).values_list("employee_id", "id"))


def _held(swap_id: int) -> ShiftSwap:
    """The swap as it is now, both people locked first."""
    lock_people(list(ShiftSwap.objects.values_list("employee_id", "other_id").get(pk=swap_id)))
    rows = ShiftSwap.objects.select_for_update(of=("self",), no_key=True)
    found: ShiftSwap = rows.select_related("employee", "other", "shift", "other_shift").get(pk=swap_id)
    return found


def _decide(swap: ShiftSwap, state: RequestState, verb: str, actor: Actor, now: datetime) -> None:
    swap.state, swap.decided_at, swap.decided_by = state, now, actor.label[:200]
    swap.save(update_fields=["state", "decided_at", "decided_by", "failure", "failure_en"])
    new = {"failure": swap.failure_en} if swap.failure else None
    record(actor=actor, action=f"attendance.swap.{verb}", subject=swap, new=new, now=now)


def _facts(swap: ShiftSwap) -> dict[str, Any]:
    return {
        "employee_id": swap.employee_id, "other_id": swap.other_id, "date": swap.date, "shift_id": swap.shift_id,
        "other_date": swap.other_date, "other_shift_id": swap.other_shift_id,
    }  # fmt: skip


def _payload(swap: ShiftSwap, effect: SwapEffect) -> dict[str, Any]:
    """What both deciders read."""
    return {
        "employee": str(swap.employee), "other": str(swap.other), "date": swap.date, "shift": effect.shift.code,
        "other_date": swap.other_date, "other_shift": effect.other_shift.code if effect.other_shift else "",
        "reason": swap.reason, "effect": effects_as_json(effect.people),
    }  # fmt: skip


def effects_as_json(people: Sequence[PersonEffect]) -> list[dict[str, Any]]:
    """Of each person: name, days, hours of the weeks and shortest rest before and after, warnings."""
    names = names_of([one.employee_id for one in people])
    return [
        {
            "employee": names[one.employee_id],
            "days": [{"date": day, "before": before, "after": after} for day, before, after in one.days],
            "weeks": [
                {"monday": week.monday, "before_minutes": week.before_minutes, "after_minutes": week.after_minutes}
                for week in one.weeks
            ],
            "rest_before_minutes": one.rest_before_minutes, "rest_after_minutes": one.rest_after_minutes,
            "warnings": [warning.as_json() for warning in one.warnings],
        }
        for one in people
    ]  # fmt: skip
