"""A tenant with a month of work to close: people, roster, punches, sales, goals and readings. Made up by a seed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal

import numpy as np
from django.utils import timezone

from attendance.models import RosterDay
from attendance.rules.calendars import day_number
from attendance.services.punches import PunchRow, record_punches
from attendance.services.rosters import plan_roster
from benchmarks.tenants import ACTOR, analyze, hire_people
from hrsaas.people.models import Position
from hrsaas.tenancy.context import tenant_context
from hrsaas.tenancy.models import Tenant
from integrations.rules.made_up import RosteredDay, punches
from integrations.services.openings import open_tenant
from payroll.services.monthly_inputs import EnteredValue, save_inputs
from performance.services.goals import GoalTerms, set_goals_for
from performance.services.readings import ReadingRow, record_readings

MONTH, END = date(2026, 3, 1), date(2026, 4, 1)
_KPIS = ("sales_vs_plan", "units_per_transaction")


def tenant_with_work(slug: str, *, people: int, seed: int = 1) -> Tenant:
    """A shop chain whose March 2026 is ready to be closed; the same seed and number give the same month."""
    now, generator = timezone.now(), np.random.default_rng(seed)
    opened = open_tenant(slug=slug, name=slug, template="retail", calendar="national", actor=ACTOR, now=now)
    with tenant_context(opened.tenant.id):
        codes = hire_people(people)
        analyze()
        plan_roster(first=MONTH, end=END, actor=ACTOR, now=now)
        analyze()
        record_punches(rows=list(_punches(opened.tenant, generator)), source="clock", actor=ACTOR, now=now)
        sales = [EnteredValue(code, MONTH, "sales", str(generator.integers(20_000, 90_000))) for code in codes]
        save_inputs(rows=sales, actor=ACTOR, now=now)
        _aim(codes, generator, now)
        analyze()
    return opened.tenant


def _punches(tenant: Tenant, generator: np.random.Generator) -> Iterator[PunchRow]:
    """Two stamps for most of the worked days."""
    midnights = {}
    for code, day, minute in punches(generator, _rostered()):
        if day not in midnights:
            midnights[day] = datetime.combine(date(1970, 1, 1) + timedelta(days=day), time(), tzinfo=tenant.zone)
        yield PunchRow(code, midnights[day] + timedelta(minutes=minute))


def _rostered() -> list[RosteredDay]:
    days = RosterDay.objects.filter(date__gte=MONTH, date__lt=END, shift__isnull=False)
    rows = days.order_by("employee__code", "date")
    columns = rows.values_list("employee__code", "date", "shift__start_minute", "shift__end_minute")
    return [RosteredDay(code, day_number(day), start, end) for code, day, start, end in columns]


def _aim(codes: list[str], generator: np.random.Generator, now: datetime) -> None:
    """Two goals for everybody; nine of ten have their readings."""
    goals = [GoalTerms(kpi) for kpi in _KPIS]
    set_goals_for(month=MONTH, goals=goals, position=Position.objects.get(code="staff"), actor=ACTOR, now=now)
    read = [code for code in codes if generator.random() < 0.9]
    rows = [
        ReadingRow(code, kpi, MONTH, Decimal(int(generator.integers(600, 1300))) / 10) for code in read for kpi in _KPIS
    ]
    record_readings(rows=rows, source="till", actor=ACTOR, now=now)
