"""Pay groups, their legal entities and their members."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Q

from hrsaas.access.actors import Actor
from hrsaas.audit.services.entries import record
from hrsaas.errors import DomainError
from hrsaas.people.models import Employee
from payroll.models import LegalEntity, PayGroup, PayGroupMember, PayRun, PayScheme, Payslip

ENTITY_FIELDS = ("name", "name_en", "tax_code", "bank_name", "bank_account")
GROUP_FIELDS = ("name", "name_en", "scheme", "entity", "pay_day")


@transaction.atomic
def save_entity(*, code: str, changes: Mapping[str, Any], actor: Actor, now: datetime) -> LegalEntity:
    """Create the legal entity or change it. changes: of ENTITY_FIELDS; a new one needs a name."""
    actor.require("payroll.item.change")
    entity = LegalEntity.objects.select_for_update(no_key=True).filter(code=code).first() or LegalEntity(code=code)
    _change(entity, changes, ENTITY_FIELDS)
    _require(entity, "name")
    _save(entity, "payroll.entity.save", changes, actor, now)
    return entity


@transaction.atomic
def save_group(*, code: str, changes: Mapping[str, Any], actor: Actor, now: datetime) -> PayGroup:
    """Create the pay group or change it, for runs that are made from now on. changes: of GROUP_FIELDS; a new one needs
    a name and a scheme, and is paid by the main legal entity if no other is given.

    Errors: payroll.group.required.
    """
    actor.require("payroll.item.change")
    group = PayGroup.objects.select_for_update(no_key=True, of=("self",)).filter(code=code).first()
    group = group or PayGroup(code=code, entity=LegalEntity.objects.filter(code=LegalEntity.MAIN).first())
    _change(group, changes, GROUP_FIELDS)
    for field in ("name", "scheme_id", "entity_id"):
        _require(group, field)
    _save(group, "payroll.group.save", changes, actor, now)
    return group


@transaction.atomic
def assign_members(
    *, group: PayGroup, employees: Sequence[Employee], start_date: date, actor: Actor, now: datetime
) -> int:
    """From a day on these people belong to the group; what they belonged to ends the day before. How many moved.

    start_date: the first day of a month, since a month is paid by one group: payroll.group.not_first_day.
    """
    actor.require("payroll.item.change")
    if start_date.day != 1:
        raise DomainError(
            "payroll.group.not_first_day", field="start_date",
            zh="请从某月 1 日起调整：一个月由一个薪资组发放。",
            en="Move people on the first day of a month: a month is paid by one group.",
        )  # fmt: skip
    ids = sorted({employee.id for employee in employees})
    list(Employee.objects.select_for_update(no_key=True).filter(id__in=ids).order_by("id"))
    _check_not_paid(ids, start_date)
    rows = PayGroupMember.objects.filter(employee__in=ids)
    staying = set(
        rows.filter(Q(end_date=None), group=group, start_date__lte=start_date).values_list("employee_id", flat=True)
    )
    moving = [id_ for id_ in ids if id_ not in staying or rows.filter(employee=id_, start_date__gt=start_date).exists()]
    rows = rows.filter(employee__in=moving)
    rows.filter(start_date__gte=start_date).delete()
    rows.filter(Q(end_date=None) | Q(end_date__gt=start_date)).update(end_date=start_date)
    if group.code != PayGroup.DEFAULT:
        PayGroupMember.objects.bulk_create(
            [PayGroupMember(employee_id=id_, group=group, start_date=start_date) for id_ in moving]
        )
    facts = {"start_date": start_date.isoformat(), "employees": [str(id_) for id_ in moving]}
    record(actor=actor, action="payroll.group.assign", subject=group, new=facts, now=now)
    return len(moving)


def _check_not_paid(ids: Sequence[int], start_date: date) -> None:
    """Whoever was paid for a month by one group is not paid for it by another."""
    closed = Payslip.objects.filter(
        employee__in=ids, run__kind=PayRun.Kind.REGULAR, run__month__gte=start_date,
        run__state__in=[PayRun.State.APPROVED, *PayRun.CLOSED],
    )  # fmt: skip
    slip = closed.select_related("run").order_by("run__month").last()
    if slip is not None:
        raise DomainError(
            "payroll.group.month_closed", field="start_date", status=409,
            zh=f"{slip} {slip.run.month:%Y-%m} 的工资已审批或锁定，请从之后的月份起调整。",
            en=f"The pay of {slip} for {slip.run.month:%Y-%m} is approved or locked. Choose a later month.",
        )  # fmt: skip


def _change(row: LegalEntity | PayGroup, changes: Mapping[str, Any], fields: Sequence[str]) -> None:
    for field in fields:
        if field in changes:
            setattr(row, field, changes[field])


def _require(row: LegalEntity | PayGroup, field: str) -> None:
    if not getattr(row, field):
        name = field.removesuffix("_id")
        raise DomainError("payroll.group.required", field=name, zh="此项必填。", en="This is required.")


def _save(row: LegalEntity | PayGroup, action: str, changes: Mapping[str, Any], actor: Actor, now: datetime) -> None:
    if row.pk is not None:
        row.version += 1
    row.save()
    facts = {
        name: value.code if isinstance(value, PayScheme | LegalEntity) else value for name, value in changes.items()
    }
    record(actor=actor, action=action, subject=row, new=facts, now=now)
