"""Finding people."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db.models import Exists, F, OuterRef, Prefetch, Q, QuerySet
from django.utils import timezone

from hrsaas.access.actors import Actor
from hrsaas.people.models import Assignment, Employee
from hrsaas.people.queries.assignments import assignment_on
from hrsaas.people.rules.search_texts import needles
from hrsaas.people.rules.search_texts import token as _token
from hrsaas.tenancy.keys import blind_index

PHONE_INDEX = "people.phone"


def visible_to(actor: Actor, *, on: date | None = None) -> QuerySet[Employee]:
    """Whom the actor may see: everybody, or himself and the people of his units (``actor.unit_ids``).

    People of a unit: whose assignment there runs on the day (None: today) or begins later, and who left from it.
    """
    people: QuerySet[Employee] = Employee.objects.all()
    if actor.unit_ids is None:
        return people
    day = timezone.localdate() if on is None else on
    still_there = Q(end_date=None) | Q(end_date__gt=day) | Q(end_date=F("employee__leave_date"))
    there = Assignment.objects.filter(still_there, employee=OuterRef("pk"), unit__in=actor.unit_ids)
    return people.filter(Q(pk=actor.employee_id) | Exists(there))


def active_in(start: date, end: date) -> QuerySet[Employee]:
    """Who has an assignment on some day of [start, end), digital workers too."""
    overlapping = Assignment.objects.filter(Q(end_date=None) | Q(end_date__gt=start), start_date__lt=end)
    people: QuerySet[Employee] = Employee.objects.all()
    return people.filter(Exists(overlapping.filter(employee=OuterRef("pk"))))


def find(text: str, among: QuerySet[Employee] | None = None) -> QuerySet[Employee]:
    """People by name, part of their pinyin, initials, number or phone ending (four digits or more), by pinyin.

    An empty text finds nobody.
    """
    people: QuerySet[Employee] = Employee.objects.all() if among is None else among
    wanted = Q()
    for needle in needles(text, _keyed_hash):
        wanted |= Q(search_text__contains=needle)
    return (people.filter(wanted) if wanted else people.none()).order_by("pinyin", "id")


def phone_token(digits: str) -> str:
    """What stands for a phone's ending in ``search_text``."""
    return _token(digits, _keyed_hash)


def with_assignment_on(people: QuerySet[Employee], day: date) -> QuerySet[Employee]:
    """Each person's assignment on that day, with unit, position and manager, as ``assignment_on_day``."""
    return people.prefetch_related(Prefetch("assignments", assignment_on(day), to_attr="assignments_on_day"))


def _keyed_hash(text: str) -> str:
    return blind_index(text, PHONE_INDEX)


def known_codes(codes: Iterable[str]) -> frozenset[str]:
    """Those of the numbers that somebody has."""
    return frozenset(Employee.objects.filter(code__in=list(codes)).values_list("code", flat=True))
