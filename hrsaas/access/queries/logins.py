"""Whose login works: a person's ends with the employment, by the clocks of the tenant."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import BooleanField, Case, DateField, F, Func, QuerySet, Value, When

from hrsaas.access.models import User


class LocalDay(Func):
    """The day that an instant falls on in a time zone: LocalDay(instant, name of the zone)."""

    template = "((%(expressions)s)::date)"
    arg_joiner = " AT TIME ZONE "
    output_field = DateField()


def has_left(now: datetime, user: str = "") -> Case:
    """Whether the person behind a user has left by now; False for users who are no employee.

    user: lookup to the user, ending in ``__``. A login does not wait for the hire date: people sign what there is to
    sign before their first day.
    """
    today = LocalDay(Value(now), F(f"{user}tenant__time_zone"))
    return Case(
        When(**{f"{user}employee__leave_date__lte": today}, then=True), default=False, output_field=BooleanField()
    )


def users_on(now: datetime) -> QuerySet[Any]:
    """The active tenant's users, those who have left too, each with ``has_left``."""
    rows: QuerySet[Any] = User.objects.annotate(has_left=has_left(now))
    return rows
