"""Who is protected from nights and overtime; the trail does not say why."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from attendance.models import WorkProtection
from hrsaas.access.actors import Actor
from hrsaas.audit.services.entries import record
from hrsaas.errors import DomainError
from hrsaas.people.models import Employee

CHANGE = "attendance.protection.change"


@transaction.atomic
def add_work_protection(
    *, employee: Employee, kind: str, start_date: date, end_date: date | None = None, actor: Actor, now: datetime
) -> WorkProtection:
    """No nights and no overtime on [start_date, end_date). Errors: attendance.protection.period."""
    actor.require(CHANGE)
    _require_period(start_date, end_date)
    row: WorkProtection
    row, _made = WorkProtection.objects.update_or_create(
        employee=employee, kind=kind, start_date=start_date, defaults={"end_date": end_date}
    )
    new = {"employee_id": employee.pk, "start_date": start_date, "end_date": end_date}
    record(actor=actor, action="attendance.protection.add", subject=row, new=new, now=now)
    return row


@transaction.atomic
def end_work_protection(
    *, protection: WorkProtection, end_date: date | None, actor: Actor, now: datetime
) -> WorkProtection:
    """Let it end on another day; None runs on. Errors: attendance.protection.period."""
    row: WorkProtection = WorkProtection.objects.select_for_update().get(id=protection.pk)
    actor.require(CHANGE)
    _require_period(row.start_date, end_date)
    old = {"end_date": row.end_date}
    row.end_date = end_date
    row.save(update_fields=["end_date"])
    record(
        actor=actor, action="attendance.protection.change", subject=row, old=old, new={"end_date": end_date}, now=now
    )
    return row


def _require_period(start_date: date, end_date: date | None) -> None:
    if end_date is not None and end_date <= start_date:
        raise DomainError(
            "attendance.protection.period", field="end_date",
            zh="结束日期须晚于开始日期。", en="It must end after it begins.",
        )  # fmt: skip
