"""Two employers to look at: people, a roster, punches, sales and KPI readings of the last month and of this one."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import count
from zoneinfo import ZoneInfo

import numpy as np
from django.db import transaction

from attendance.models import RosterDay, Rotation
from attendance.rules.calendars import day_number
from attendance.services.punches import PunchRow, record_punches
from attendance.services.rosters import plan_roster, put_on_rotation
from hrsaas.access.actors import Actor, Origin
from hrsaas.access.models import User
from hrsaas.access.queries.actors import actor_for_user
from hrsaas.access.rules.permissions import Role
from hrsaas.access.services.users import create_user
from hrsaas.people.models import Employee, OrgUnit, Position
from hrsaas.people.rules.cost_shares import NewShare, NewSplit
from hrsaas.people.rules.new_hires import NewHire
from hrsaas.people.services.cost_splits import set_cost_splits
from hrsaas.people.services.employees import create_digital_worker, hire_many
from hrsaas.people.services.projects import create_project
from hrsaas.people.services.units import create_position, create_unit
from hrsaas.tenancy.context import tenant_context
from hrsaas.tenancy.models import Tenant
from integrations.packs.demos import Demo, Staff, demos
from integrations.rules.made_up import RosteredDay, names, punches
from integrations.services.openings import open_tenant
from payroll.services.monthly_inputs import EnteredValue, save_inputs
from performance.models import Kpi
from performance.services.goals import GoalTerms, set_goals_for
from performance.services.readings import ReadingRow, record_readings
from recruiting.services.candidates import add_candidate, apply
from recruiting.services.cards import add_card, confirm_card
from recruiting.services.profiles import adopt_profile

HIRED_FROM = date(2019, 1, 7)
# Who may sign in at each demo tenant. The employee and the manager are people of the tenant.
LOGINS: dict[str, list[Role]] = {
    "hr": [Role.HR_ADMIN],
    "payroll": [Role.PAYROLL_OFFICER],
    "finance": [Role.PAYROLL_OFFICER],
    "attendance": [Role.ATTENDANCE_CLERK],
    "performance": [Role.PERFORMANCE_OWNER],
    "recruiter": [Role.RECRUITER],
    "auditor": [Role.AUDITOR],
}


def load_demo(*, slug: str, password: str, actor: Actor, now: datetime) -> Tenant:
    """Open one demo tenant and fill it up to yesterday. password: of all its logins."""
    demo = demos()[slug]
    opened = open_tenant(
        slug=slug, name=demo.name.zh, name_en=demo.name.en, template=demo.template, calendar="national", actor=actor,
        now=now,
    )  # fmt: skip
    generator = np.random.default_rng(zlib.crc32(slug.encode()))
    with tenant_context(opened.tenant.id), transaction.atomic():
        people = _hire(demo, generator, actor, now)
        _open_logins(slug, password, people, actor, now)
        _share_costs(demo, people, actor, now)
        _work(demo, opened.tenant.zone, generator, people, actor, now)
        _recruit(demo, f"recruiter@{slug}.example.com", now)
    return opened.tenant


def login_emails(slug: str) -> list[str]:
    return [f"{name}@{slug}.example.com" for name in (*LOGINS, "manager", "employee")]


def _hire(demo: Demo, generator: np.random.Generator, actor: Actor, now: datetime) -> list[tuple[Staff, NewHire]]:
    units: dict[str, OrgUnit] = {}
    for unit in demo.units:
        parent = units[unit.parent] if unit.parent else None
        units[unit.code] = create_unit(
            code=unit.code, name=unit.name.zh, name_en=unit.name.en, parent=parent, actor=actor, now=now
        )
    for position in demo.positions:
        create_position(code=position.code, name=position.name.zh, name_en=position.name.en, actor=actor, now=now)
    people = list(_people(demo, generator))
    hire_many(rows=[row for _staff, row in people], actor=actor, now=now)
    if demo.digital:
        owner = Employee.objects.filter(assignments__unit=units[demo.digital.unit]).order_by("code")[0]
        create_digital_worker(
            code=demo.digital.code, name=demo.digital.name.zh, name_en=demo.digital.name.en, owner=owner,
            unit=units[demo.digital.unit], position=Position.objects.get(code=demo.digital.position),
            start_date=owner.hire_date, work_city=demo.city, actor=actor, now=now,
        )  # fmt: skip
    return people


def _people(demo: Demo, generator: np.random.Generator) -> Iterator[tuple[Staff, NewHire]]:
    total = sum(staff.count for staff in demo.staff)
    numbers, found = count(1), iter(names(generator, total))
    chiefs: dict[str, str] = {}
    for staff in demo.staff:
        for _place in range(staff.count):
            code = f"{next(numbers):04}"
            hired = HIRED_FROM + timedelta(days=int(generator.integers(0, 2200)))
            yield staff, NewHire(
                code=code, name=next(found), unit=staff.unit, position=staff.position, hire_date=hired,
                base_pay_fen=int(generator.integers(staff.pay[0], staff.pay[1] + 1)) // 50 * 5000,
                work_city=demo.city, manager=chiefs.get(staff.unit, ""),
                phone=f"139{generator.integers(10**7, 10**8)}",
                bank_account=f"6222{generator.integers(10**11, 10**12)}", bank_name="中国工商银行",
            )  # fmt: skip
            chiefs.setdefault(staff.unit, code)


def _share_costs(demo: Demo, people: Sequence[tuple[Staff, NewHire]], actor: Actor, now: datetime) -> None:
    """Projects, and people whose cost is borne by more than their own unit."""
    for one in demo.projects:
        create_project(
            code=one.code, name=one.name.zh, name_en=one.name.en, start_date=HIRED_FROM, actor=actor, now=now
        )  # fmt: skip
    shares = {
        position: [NewShare(one.rate, one.cost_centre, one.project) for one in rows]
        for position, rows in demo.shares.items()
    }
    rows = [
        NewSplit(row.code, row.hire_date, shares[staff.position]) for staff, row in people if staff.position in shares
    ]
    set_cost_splits(rows=rows, actor=actor, now=now)


def _open_logins(
    slug: str, password: str, people: Sequence[tuple[Staff, NewHire]], actor: Actor, now: datetime
) -> None:
    for name, roles in LOGINS.items():
        create_user(email=f"{name}@{slug}.example.com", name=name, password=password, roles=roles, actor=actor, now=now)
    chief = next(row for _staff, row in people if row.manager == "" and not _staff.office)
    member = next(row for _staff, row in people if row.manager == chief.code)
    unit = OrgUnit.objects.get(code=chief.unit)
    for name, row, role in (("manager", chief, Role.MANAGER), ("employee", member, Role.EMPLOYEE)):
        create_user(
            email=f"{name}@{slug}.example.com", name=row.name, password=password, roles=[role, Role.EMPLOYEE],
            employee=Employee.objects.get(code=row.code), unit=unit if role is Role.MANAGER else None,
            actor=actor, now=now,
        )  # fmt: skip


def _work(
    demo: Demo, zone: ZoneInfo, generator: np.random.Generator, people: Sequence[tuple[Staff, NewHire]],
    actor: Actor, now: datetime,
) -> None:  # fmt: skip
    today = now.astimezone(zone).date()
    first = (today.replace(day=1) - timedelta(days=1)).replace(day=1)
    office = [row.code for staff, row in people if staff.office]
    members, fixed_week = list(Employee.objects.filter(code__in=office)), Rotation.objects.get(code=demo.office_roster)
    put_on_rotation(employees=members, rotation=fixed_week, start_date=first, actor=actor, now=now)
    next_month = (today.replace(day=1) + timedelta(days=32)).replace(day=1)
    plan_roster(first=first, end=next_month, actor=actor, now=now)
    stamps = punches(generator, _rostered(first, today))
    rows = [PunchRow(code, _instant(day, minute, zone)) for code, day, minute in stamps]
    record_punches(rows=rows, source="demo", actor=actor, now=now)
    save_inputs(rows=list(_monthly(demo, first, generator, people)), actor=actor, now=now)
    _aim(demo, first, generator, people, actor, now)


def _rostered(first: date, end: date) -> list[RosteredDay]:
    days = RosterDay.objects.filter(date__gte=first, date__lt=end, shift__isnull=False)
    columns = ("employee__code", "date", "shift__start_minute", "shift__end_minute")
    rows = days.order_by("employee__code", "date").values_list(*columns)
    return [RosteredDay(code, day_number(day), start, end_minute) for code, day, start, end_minute in rows]


def _instant(day: int, minute: int, zone: ZoneInfo) -> datetime:
    midnight = datetime.combine(date(1970, 1, 1) + timedelta(days=day), time(), tzinfo=zone)
    return midnight + timedelta(minutes=minute)


def _monthly(
    demo: Demo, month: date, generator: np.random.Generator, people: Sequence[tuple[Staff, NewHire]]
) -> Iterator[EnteredValue]:
    for staff, row in people:
        for name, (low, high) in demo.monthly.get(staff.position, {}).items():
            yield EnteredValue(row.code, month, name, str(int(generator.integers(low, high))))


def _aim(
    demo: Demo, month: date, generator: np.random.Generator, people: Sequence[tuple[Staff, NewHire]],
    actor: Actor, now: datetime,
) -> None:  # fmt: skip
    """Goals of the month by position, and readings around the target."""
    for position, codes in demo.kpis.items():
        goals = [GoalTerms(code) for code in codes]
        set_goals_for(month=month, goals=goals, position=Position.objects.get(code=position), actor=actor, now=now)
    kpis = {kpi.code: kpi for kpi in Kpi.objects.all()}
    rows = [
        ReadingRow(row.code, code, month, _reading(kpis[code], generator))
        for staff, row in people
        for code in demo.kpis.get(staff.position, [])
    ]
    record_readings(rows=rows, source="demo", actor=actor, now=now)


def _reading(kpi: Kpi, generator: np.random.Generator) -> Decimal:
    """Between the floor and the stretch, mostly near the target."""
    share = Decimal(str(round(float(generator.triangular(0.1, 0.75, 1.0)), 4)))
    value: Decimal = kpi.floor + (kpi.stretch - kpi.floor) * share
    return value.quantize(Decimal(1).scaleb(-kpi.places))


def _recruit(demo: Demo, email: str, now: datetime) -> None:
    """Candidates with evidence that the demo's recruiter has confirmed: only people confirm."""
    recruiter = actor_for_user(User.objects.get(email=email), Origin(via="command"))
    profile = adopt_profile(code=demo.profile, actor=recruiter, now=now)
    for person in demo.candidates:
        candidate = add_candidate(name=person.name, source=person.source, consented=True, actor=recruiter, now=now)
        application = apply(candidate=candidate, profile=profile, actor=recruiter, now=now)
        for card in person.cards:
            proposed = add_card(application=application, **card.model_dump(), actor=recruiter, now=now)
            confirm_card(card=proposed, actor=recruiter, now=now)
