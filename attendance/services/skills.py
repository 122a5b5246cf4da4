"""Skills: what there is, who has it for how long, and which shifts ask for it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Q

from attendance.models import EmployeeSkill, Shift, ShiftSkill, Skill
from attendance.services.rosters import CHANGE, require_visible
from hrsaas.access.actors import Actor
from hrsaas.audit.services.entries import record
from hrsaas.errors import DomainError
from hrsaas.people.models import Employee

SET_UP = "attendance.setup.change"


@transaction.atomic
def add_skill(*, code: str, name: str, actor: Actor, now: datetime, name_en: str = "") -> Skill:
    """A skill that people can have. Errors: a code that is there (409)."""
    actor.require(SET_UP)
    made: Skill = Skill.objects.create(code=code, name=name, name_en=name_en)
    record(actor=actor, action="attendance.skill.add", subject=made, new={"code": code, "name": name}, now=now)
    return made


@transaction.atomic
def remove_skill(*, skill: Skill, actor: Actor, now: datetime) -> None:
    """Errors: attendance.skill.in_use."""
    row = Skill.objects.select_for_update().get(pk=skill.pk)
    actor.require(SET_UP)
    if EmployeeSkill.objects.filter(skill=row).exists() or ShiftSkill.objects.filter(skill=row).exists():
        raise DomainError(
            "attendance.skill.in_use", status=409,
            zh="已有人员或班次使用该技能，不能删除。", en="People or shifts use this skill; it cannot be removed.",
        )  # fmt: skip
    record(actor=actor, action="attendance.skill.remove", subject=row, old={"code": row.code}, now=now)
    row.delete()


@transaction.atomic
def grant_skill(
    *, employee: Employee, skill: Skill, start_date: date, end_date: date | None = None, actor: Actor, now: datetime
) -> EmployeeSkill:
    """Somebody has the skill on [start_date, end_date); no end: for good.

    Errors: attendance.skill.period, attendance.skill.overlap; people.employee.not_found (beyond reach).
    """
    actor.require(CHANGE)
    require_visible([employee.pk], actor)
    Employee.objects.select_for_update(no_key=True).get(pk=employee.pk)
    _require_period(start_date, end_date)
    _require_alone(employee, skill, start_date, end_date)
    made: EmployeeSkill = EmployeeSkill.objects.create(
        employee=employee, skill=skill, start_date=start_date, end_date=end_date
    )
    record(actor=actor, action="attendance.skill.grant", subject=made, new=_noted(made), now=now)
    return made


@transaction.atomic
def end_skill(*, held: EmployeeSkill, end_date: date | None, actor: Actor, now: datetime) -> EmployeeSkill:
    """Another end: a licence that was renewed, or that ends early. Errors: as ``grant_skill``."""
    row: EmployeeSkill = EmployeeSkill.objects.select_for_update().get(pk=held.pk)
    actor.require(CHANGE)
    require_visible([row.employee_id], actor)
    _require_period(row.start_date, end_date)
    _require_alone(row.employee, row.skill, row.start_date, end_date, besides=row)
    old = _noted(row)
    row.end_date = end_date
    row.save(update_fields=["end_date"])
    record(actor=actor, action="attendance.skill.end", subject=row, old=old, new=_noted(row), now=now)
    return row


@transaction.atomic
def withdraw_skill(*, held: EmployeeSkill, actor: Actor, now: datetime) -> None:
    """Entered by mistake: it was never so."""
    row = EmployeeSkill.objects.select_for_update().get(pk=held.pk)
    actor.require(CHANGE)
    require_visible([row.employee_id], actor)
    record(actor=actor, action="attendance.skill.withdraw", subject=row, old=_noted(row), now=now)
    row.delete()


@transaction.atomic
def require_skill(*, shift: Shift, skill: Skill, actor: Actor, now: datetime) -> ShiftSkill:
    """From now on the shift asks for the skill; asking twice changes nothing."""
    actor.require(SET_UP)
    row: ShiftSkill
    row, is_new = ShiftSkill.objects.get_or_create(shift=shift, skill=skill)
    if is_new:
        record(actor=actor, action="attendance.skill.require", subject=row, new=_asked(row), now=now)
    return row


@transaction.atomic
def waive_skill(*, asked: ShiftSkill, actor: Actor, now: datetime) -> None:
    """The shift no longer asks for the skill."""
    row = ShiftSkill.objects.select_for_update().get(pk=asked.pk)
    actor.require(SET_UP)
    record(actor=actor, action="attendance.skill.waive", subject=row, old=_asked(row), now=now)
    row.delete()


def _require_period(start_date: date, end_date: date | None) -> None:
    if end_date is not None and end_date <= start_date:
        raise DomainError(
            "attendance.skill.period", field="end_date",
            zh="失效日期须晚于生效日期。", en="The skill must end after it begins.",
        )  # fmt: skip


def _require_alone(
    employee: Employee, skill: Skill, start_date: date, end_date: date | None, besides: EmployeeSkill | None = None
) -> None:
    rows = EmployeeSkill.objects.filter(Q(end_date=None) | Q(end_date__gt=start_date), employee=employee, skill=skill)
    if end_date is not None:
        rows = rows.filter(start_date__lt=end_date)
    if besides is not None:
        rows = rows.exclude(pk=besides.pk)
    if rows.exists():
        raise DomainError(
            "attendance.skill.overlap", field="start_date", status=409,
            zh="该员工在此期间已登记此技能。", en="The person is down for this skill in that time already.",
        )  # fmt: skip


def _noted(row: EmployeeSkill) -> dict[str, Any]:
    return {"skill": row.skill.code, "start_date": row.start_date, "end_date": row.end_date}


def _asked(row: ShiftSkill) -> dict[str, Any]:
    return {"shift": row.shift.code, "skill": row.skill.code}
