"""Today's attendance in a few numbers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from attendance.models import Punch, RosterDay
from attendance.queries.punches import midnight, void_punches
from attendance.rules.punch_places import FLAGGED
from hrsaas.access.actors import Actor
from hrsaas.api.scopes import within_reach
from hrsaas.people.queries.employees import visible_to
from hrsaas.tenancy.queries.tenants import current_tenant

MARKED_DAYS = 7


@dataclass(frozen=True)
class Today:
    """due: people with a shift today. came: those of them with a punch today. others: people with a punch and no
    shift.
    """

    due: int
    came: int
    others: int


def today(actor: Actor, now: datetime) -> Today:
    """Numbers of the day that ``now`` is in, of the people whom the actor may see, in two statements."""
    zone = current_tenant().zone
    day = now.astimezone(zone).date()
    punches = Punch.objects.filter(
        punched_at__gte=midnight(day, zone), punched_at__lt=midnight(day + timedelta(days=1), zone)
    )
    punches = punches.exclude(pk__in=void_punches().values("voids"))
    roster = RosterDay.objects.filter(date=day, shift__isnull=False)
    people = visible_to(actor.within("attendance.day_result.view"), on=day).values("pk")
    if actor.reach("attendance.day_result.view") is not None:
        punches, roster = punches.filter(employee__in=people), roster.filter(employee__in=people)
    due = set(roster.values_list("employee_id", flat=True))
    came = set(punches.values_list("employee_id", flat=True).distinct())
    return Today(due=len(due), came=len(due & came), others=len(came - due))


def marked_punches(actor: Actor, now: datetime) -> int:
    """How many punches of the last seven days somebody should look at, of the people whom the actor may see."""
    rows = Punch.objects.filter(trust__gte=FLAGGED, punched_at__gte=now - timedelta(days=MARKED_DAYS))
    rows = rows.exclude(pk__in=void_punches().values("voids"))
    return within_reach(rows, actor, "attendance.punch.view", "employee").count()
