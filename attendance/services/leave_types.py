"""The tenant's leave types and how the year brings them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction

from attendance.models import LeavePolicy, LeaveProfile, LeaveType
from attendance.packs.leave_packs import PolicyPart, TypePart, standard_types, statutory_leave, statutory_steps
from attendance.rules.leave_amounts import parts_of
from hrsaas.access.actors import Actor
from hrsaas.audit.services.entries import record
from hrsaas.errors import DomainError
from hrsaas.people.models import Employee

SETUP, CHANGE = "attendance.setup.change", "attendance.leave.change"
TYPE_FIELDS = (
    "name", "name_en", "kind", "unit", "counting", "sandwich", "paid_percent", "has_balance", "statutory",
    "most_per_request", "most_per_year", "most_advance", "waiting_days", "notice_days", "overtime_months",
    "evidence_above", "is_active",
)  # fmt: skip
POLICY_FIELDS = (
    "steps", "qualifying_months", "accrual", "accrual_day", "accrual_step", "grant_step", "most_carried", "most_total",
    "carried_months",
)  # fmt: skip
FIXED_ONCE_USED = ("kind", "unit", "has_balance")


@transaction.atomic
def install_leave_types(*, actor: Actor, now: datetime) -> list[str]:
    """Add the product's leave types that are not there yet, by code; what is there stays as the tenant has it. Returns
    the codes that were added.
    """
    actor.require(SETUP)
    there = set(LeaveType.objects.values_list("code", flat=True))
    parts = [part for part in standard_types() if part.code not in there]
    types = {row.code: row for row in LeaveType.objects.bulk_create([_type_of(part) for part in parts])}
    LeavePolicy.objects.bulk_create(
        [_policy_of(types[part.code], part, part.policy) for part in parts if part.policy is not None]
    )
    added = [part.code for part in parts]
    if added:
        new = {"added": added, "as_of": statutory_leave().as_of.isoformat()}
        record(actor=actor, action="attendance.leave.install", subject_type="attendance.leavetype", new=new, now=now)
    return added


@transaction.atomic
def save_leave_type(*, code: str, values: Mapping[str, Any], actor: Actor, now: datetime) -> LeaveType:
    """Make the type of that code, or change the one that is there. values: fields of ``LeaveType``.

    Errors: attendance.leave_type.{in_use (kind, unit and balance stay once somebody used it), hours, travel}.
    """
    row = LeaveType.objects.select_for_update().filter(code=code).first() or LeaveType(code=code)
    actor.require(SETUP)
    old = {name: getattr(row, name) for name in values} if row.pk else None
    if old is not None and row.lots.exists():
        _require_same(row, values)
    for name, value in values.items():
        setattr(row, name, value)
    _require_sound(row)
    row.save()
    record(actor=actor, action="attendance.leave_type.save", subject=row, old=old, new=dict(values), now=now)
    return row


@transaction.atomic
def save_policy(*, leave_type: LeaveType, values: Mapping[str, Any], actor: Actor, now: datetime) -> LeavePolicy:
    """Say how the year brings this type. Errors: attendance.leave_policy.{no_balance,steps}."""
    row = LeavePolicy.objects.select_for_update().filter(leave_type=leave_type).first() or LeavePolicy(
        leave_type=leave_type
    )
    actor.require(SETUP)
    if not leave_type.has_balance:
        raise DomainError(
            "attendance.leave_policy.no_balance", field="leave_type",
            zh="该假期没有余额，无需发放规则。", en="This type has no balance; nothing is granted.",
        )  # fmt: skip
    old = {name: getattr(row, name) for name in values} if row.pk else None
    for name, value in values.items():
        setattr(row, name, value)
    _require_steps(row)
    row.save()
    record(actor=actor, action="attendance.leave_policy.save", subject=row, old=old, new=dict(values), now=now)
    return row


@transaction.atomic
def set_career_starts(*, starts: Mapping[str, date], actor: Actor, now: datetime) -> int:
    """Since when people have worked anywhere, by employee number; how many were new or different.

    What the year gives them follows with the next posting. Errors: attendance.leave.unknown_employee.
    """
    people = {one.code: one for one in Employee.objects.select_for_update(no_key=True).filter(code__in=starts)}
    actor.require(CHANGE)
    for code in starts:
        if code not in people:
            raise unknown_employee(code)
    there = dict(
        LeaveProfile.objects.filter(employee__code__in=starts).values_list("employee__code", "career_start_date")
    )
    rows = [
        LeaveProfile(employee=people[code], career_start_date=day)
        for code, day in starts.items()
        if there.get(code) != day
    ]
    LeaveProfile.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["tenant", "employee"], update_fields=["career_start_date"]
    )
    for row in rows:
        new = {"career_start_date": row.career_start_date}
        record(actor=actor, action="attendance.leave.set", subject=row.employee, new=new, now=now)
    return len(rows)


def unknown_employee(code: str) -> DomainError:
    return DomainError(
        "attendance.leave.unknown_employee", field="employee",
        zh=f"没有工号 {code}。", en=f"There is no employee {code}.",
    )  # fmt: skip


def _type_of(part: TypePart) -> LeaveType:
    above = part.evidence_above
    return LeaveType(
        code=part.code, name=part.name.zh, name_en=part.name.en, kind=part.kind, unit=part.unit,
        counting=part.counting, paid_percent=part.paid_percent, has_balance=part.has_balance,
        statutory=part.statutory, overtime_months=part.overtime_months,
        evidence_above=None if above is None else above * parts_of(part.unit),
    )  # fmt: skip


def _policy_of(leave_type: LeaveType, part: TypePart, policy: PolicyPart) -> LeavePolicy:
    steps = [{"years": step.years, "amount": step.amount} for step in statutory_steps(part.statutory)]
    most = policy.most_carried
    return LeavePolicy(
        leave_type=leave_type, steps=steps, accrual=policy.accrual,
        qualifying_months=statutory_leave().leaves[part.statutory].qualifying_months,
        most_carried=None if most is None else most * parts_of(part.unit), carried_months=policy.carried_months,
    )  # fmt: skip


def _require_same(row: LeaveType, values: Mapping[str, Any]) -> None:
    for name in FIXED_ONCE_USED:
        if name in values and values[name] != getattr(row, name):
            raise DomainError(
                "attendance.leave_type.in_use", field=name, status=409,
                zh="该假期已有记录，类别、单位和余额方式不能再改。请新建一个假期类型。",
                en="This type has been used; its kind, unit and balance stay. Make a new type.",
            )  # fmt: skip


def _require_sound(row: LeaveType) -> None:
    if row.overtime_months is not None and not (row.has_balance and row.in_hours):
        raise DomainError(
            "attendance.leave_type.hours", field="overtime_months",
            zh="由加班转入的假期须按小时计并有余额。", en="Leave from overtime is counted in hours and has a balance.",
        )  # fmt: skip
    if row.is_travel and (row.has_balance or row.paid_percent != 100):
        raise DomainError(
            "attendance.leave_type.travel", field="kind",
            zh="出差没有余额，全额计薪。", en="A business trip has no balance and is paid in full.",
        )  # fmt: skip


def _require_steps(row: LeavePolicy) -> None:
    steps: Sequence[Any] = row.steps
    sound = all(isinstance(one, Mapping) and {"years", "amount"} == set(one) for one in steps)
    years = [one["years"] for one in steps] if sound else []
    whole = all(type(value) is int and value >= 0 for one in steps for value in one.values()) if sound else False
    if not steps or not whole or years != sorted(set(years)):
        raise DomainError(
            "attendance.leave_policy.steps", field="steps",
            zh="请按工龄从小到大填写每一档的年数和额度。",
            en="Give each step its years and amount, by ascending years.",
        )  # fmt: skip
