"""Saying who is meant by a number on devices or by a user's name in another system."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from attendance.models import PunchIdentity
from hrsaas.access.actors import Actor
from hrsaas.audit.services.entries import record
from hrsaas.errors import DomainError
from hrsaas.people.models import Employee

CHANGE = "attendance.setup.change"


@transaction.atomic
def set_identity(*, system: str, key: str, employee: Employee, actor: Actor, now: datetime) -> PunchIdentity:
    """From now on the key means this person, who goes by no other in this system. What was taken before stays.

    Errors: attendance.identity.{empty,taken,number}.
    """
    text = key.strip()
    actor.require(CHANGE)
    _require_free(system, text, employee)
    row: PunchIdentity
    row, _made = PunchIdentity.objects.update_or_create(system=system, employee=employee, defaults={"key": text})
    new = {"system": system, "key": text, "employee": employee.code}
    record(actor=actor, action="attendance.identity.set", subject=row, new=new, now=now)
    return row


@transaction.atomic
def remove_identity(*, identity: PunchIdentity, actor: Actor, now: datetime) -> None:
    """The person goes by the employee number again."""
    actor.require(CHANGE)
    old = {"system": identity.system, "key": identity.key, "employee": identity.employee_id}
    record(actor=actor, action="attendance.identity.remove", subject=identity, old=old, now=now)
    identity.delete()


def _require_free(system: str, key: str, employee: Employee) -> None:
    if not key or len(key) > 64 or "\0" in key:
        raise DomainError("attendance.identity.empty", field="key", zh="请填写 1 至 64 个字符。",
                          en="Write 1 to 64 characters.")  # fmt: skip
    same = PunchIdentity.objects.filter(system=system)
    if same.filter(key=key).exclude(employee=employee).exists():
        raise DomainError("attendance.identity.taken", field="key", status=409, zh=f"“{key}”已属于他人。",
                          en=f"'{key}' is somebody else already.")  # fmt: skip
    other = Employee.objects.filter(code=key).exclude(id=employee.id).first()
    if other is not None and not same.filter(employee=other).exists():
        raise DomainError("attendance.identity.number", field="key", status=409,
                          zh=f"“{key}”是他人的工号。请先为其设置另一号码。",
                          en=f"'{key}' is the employee number of somebody else. Give that person another first.",
                          )  # fmt: skip
