"""Whom a device is to know."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, F, OuterRef, Q, Subquery

from attendance.models import Device, PunchIdentity
from hrsaas.access.queries.units import subtrees
from hrsaas.people.models import Assignment, Employee


@dataclass(frozen=True)
class Person:
    """pin: the number under which all devices know the person; None where none was given yet."""

    employee_id: int
    code: str
    name: str
    pin: str | None


def people_of(device: Device, on: date) -> list[Person]:
    """Who is employed on the day and belongs to the device's unit, by employee number."""
    still = Q(leave_date=None) | Q(leave_date__gt=on)
    people = Employee.objects.filter(still, kind=Employee.Kind.HUMAN, hire_date__lte=on)
    if device.unit_id is not None:
        running = Q(end_date=None) | Q(end_date__gt=on)
        there = Assignment.objects.filter(running, start_date__lte=on, unit__in=subtrees([device.unit_id]))
        people = people.filter(Exists(there.filter(employee=OuterRef("pk"))))
    own = PunchIdentity.objects.filter(system=PunchIdentity.System.DEVICE, employee=OuterRef("pk"))
    rows = people.annotate(pin=Subquery(own.values("key")[:1])).order_by("code")
    return [Person(*row) for row in rows.values_list("id", "code", "name", "pin")]


def ids_of(codes: Iterable[str]) -> dict[str, int]:
    """Employee number → id."""
    return dict(Employee.objects.filter(code__in=set(codes)).values_list("code", "id"))


def taken_numbers(candidates: Iterable[str]) -> set[str]:
    """Those of the numbers that are somebody's employee number or number on devices."""
    wanted = set(candidates)
    keys = PunchIdentity.objects.filter(system=PunchIdentity.System.DEVICE, key__in=wanted)
    codes = Employee.objects.filter(code__in=wanted).annotate(key=F("code"))
    return {*keys.values_list("key", flat=True), *codes.values_list("key", flat=True)}
