"""Making a roster known: what is planned becomes published, with notice; later changes are told."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection, transaction

from attendance.models import RosterChange, RosterPublication
from attendance.queries.months import require_open
from attendance.queries.roster_checks import refuse_blocking, roster_findings
from attendance.queries.roster_policies import load_policy
from attendance.queries.rosters import People, roster_grid
from attendance.queries.setups import load_setup
from attendance.services.months import begin_months
from attendance.services.roster_edits import CHANGE, require_visible
from attendance.services.rosters import write_missing
from hrsaas.access.actors import Actor
from hrsaas.audit.services.entries import record
from hrsaas.errors import DomainError, NotFound
from hrsaas.people.models import OrgUnit
from hrsaas.people.queries.assignments import segments
from hrsaas.people.queries.units import subtree_ids
from hrsaas.tenancy.context import require_tenant_id

LONGEST = timedelta(days=92)


@transaction.atomic
def publish_roster(
    *, unit: OrgUnit, first: date, end: date, reason: str = "", actor: Actor, now: datetime
) -> RosterPublication:
    """Publish [first, end) of everybody in the unit and below; days without a plan are planned from rotations first.

    Errors: attendance.publication.{period,notice (409, without a reason),nobody}, attendance.roster.rules (409, where
    the roster breaks a rule that blocks), attendance.month.locked; not found beyond the actor's reach.
    """
    actor.require(CHANGE)
    require_unit(unit, actor)
    _require_period(first, end)
    setup = load_setup()
    notice = (first - now.astimezone(setup.zone).date()).days
    _require_notice(notice, load_policy(setup.settings).notice_days, reason)
    units = subtree_ids([unit.pk])
    people = sorted({one.employee_id for one in segments(first, end, kind="human") if one.unit_id in units})
    _require_somebody(people)
    require_visible(people, actor)
    begin_months(first=first, end=end)
    require_open(first, end)
    write_missing(setup, roster_grid(setup, People(ids=tuple(people)), first, end), first, end)
    refuse_blocking(roster_findings(people, first, end, actor=actor))
    published: RosterPublication = RosterPublication.objects.create(
        unit=unit, start_date=first, end_date=end, people=len(people), days=_publish(units, first, end),
        notice_days=notice, reason=reason.strip()[:200], published_at=now, published_by=actor.label[:200],
    )  # fmt: skip
    new = {"unit_id": unit.pk, "first": first, "end": end, "people": len(people), "notice_days": notice}
    record(actor=actor, action="attendance.roster.publish", subject=published, new=new, now=now)
    return published


@transaction.atomic
def mark_seen(*, actor: Actor, now: datetime) -> int:
    """The person behind the actor has read the changes of the own published days; how many were new."""
    actor.require("attendance.roster.view")
    if actor.employee_id is None:
        return 0
    unseen = RosterChange.objects.filter(employee_id=actor.employee_id, published=True, seen_at=None)
    return int(unseen.update(seen_at=now))


def require_unit(unit: OrgUnit, actor: Actor) -> None:
    """Raise NotFound where the unit is beyond the actor's reach for the roster."""
    reach = actor.reach(CHANGE)
    if reach is not None and unit.pk not in reach:
        raise NotFound("people.unit", unit.pk)


def _publish(units: frozenset[int], first: date, end: date) -> int:
    params: dict[str, Any] = {"tenant": require_tenant_id(), "units": sorted(units), "first": first, "end": end}
    with connection.cursor() as cursor:
        cursor.execute(_PUBLISH, params)
        return int(cursor.rowcount)


def _require_period(first: date, end: date) -> None:
    if not first < end <= first + LONGEST:
        raise DomainError(
            "attendance.publication.period", field="end",
            zh=f"请给出不超过 {LONGEST.days} 天的时间段。", en=f"Give a period of 1 to {LONGEST.days} days.",
        )  # fmt: skip


def _require_notice(notice: int, least: int, reason: str) -> None:
    if least and notice < least and not reason.strip():
        raise DomainError(
            "attendance.publication.notice", field="reason", status=409,
            zh=f"排班应至少提前 {least} 天发布，现为 {notice} 天。如仍须发布，请填写原因。",
            en=f"A roster is published {least} days ahead, this is {notice}. Give a reason to do so all the same.",
        )  # fmt: skip


def _require_somebody(people: list[int]) -> None:
    if not people:
        raise DomainError(
            "attendance.publication.nobody", field="unit",
            zh="该部门在此期间没有员工。", en="Nobody is in the unit in this period.",
        )  # fmt: skip


_PUBLISH = """
UPDATE attendance_rosterday r SET published = true
FROM people_assignment a
WHERE r.tenant_id = %(tenant)s AND a.tenant_id = r.tenant_id AND a.employee_id = r.employee_id
  AND a.start_date <= r.date AND (a.end_date IS NULL OR a.end_date > r.date)
  AND a.unit_id = ANY(%(units)s::bigint[]) AND r.date >= %(first)s AND r.date < %(end)s AND NOT r.published
"""
