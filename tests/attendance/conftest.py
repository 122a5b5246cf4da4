"""A retail and a hospital tenant with people, and what tests need to stamp and close."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any

import pytest

from attendance import jobs
from attendance.models import LeaveType
from attendance.services.leave_types import install_leave_types
from attendance.services.month_unlocks import ask_unlock
from attendance.services.punches import PunchCounts, PunchRow, record_punches
from attendance.services.setups import install_pack
from hrsaas.access.actors import Actor, Origin
from hrsaas.access.queries.actors import actor_for_user
from hrsaas.access.rules.permissions import Role
from hrsaas.people.models import Employee, OrgUnit, Position
from hrsaas.people.services.employees import NewHire, hire_many
from hrsaas.people.services.units import create_position, create_unit
from hrsaas.tenancy.context import tenant_context
from hrsaas.tenancy.models import Tenant
from tests.attendance.requests_team import Team, make_team, settle
from tests.conftest import SHANGHAI
from tests.factories import make_user

MARCH = date(2026, 3, 1)


@pytest.fixture
def hospital(db: None, in_alpha: Tenant, actor: Actor, now: datetime, retail: None) -> Tenant:
    """Alpha runs the healthcare template here; beta stands beside it with data of its own."""
    _settle("healthcare", actor, now)
    return in_alpha


@pytest.fixture
def retail(db: None, tenant_b: Tenant, actor: Actor, now: datetime) -> None:
    """Beta: one person on the retail template with a punch."""
    with tenant_context(tenant_b.id):
        _settle("retail", actor, now)
        hire_people(["E1"], actor=actor, now=now)
        record_punches(rows=[PunchRow("E1", at("2026-03-02T08:00"))], source="door", actor=actor, now=now)


def _settle(pack: str, actor: Actor, now: datetime) -> None:
    install_pack(code=pack, actor=actor, now=now)
    create_unit(code="U", name="部门", actor=actor, now=now)
    create_position(code="P", name="岗位", actor=actor, now=now)


def hire_people(
    codes: Sequence[str], *, actor: Actor, now: datetime, hire_date: date = date(2024, 1, 1)
) -> list[Employee]:
    """People of the entered tenant in unit U."""
    rows = [
        NewHire(code=code, name=f"员工{code}", unit="U", position="P", hire_date=hire_date, base_pay_fen=600_000,
                work_city="上海")
        for code in codes
    ]  # fmt: skip
    return hire_many(rows=rows, actor=actor, now=now)


def at(text: str) -> datetime:
    """A local time in Shanghai."""
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.fixture
def people(hospital: Tenant, actor: Actor, now: datetime) -> Callable[..., list[Employee]]:
    return lambda *codes, **given: hire_people(codes, actor=actor, now=now, **given)


@pytest.fixture
def stamp(actor: Actor, now: datetime) -> Callable[..., PunchCounts]:
    """``stamp("E1", "2026-03-31T22:50", "2026-04-01T08:05")``; received now unless told."""

    def take(code: str, *times: str, **given: Any) -> PunchCounts:
        rows = [PunchRow(code, at(time)) for time in times]
        return record_punches(rows=rows, **{"source": "door", "actor": actor, "now": now, **given})

    return take


@pytest.fixture
def close(actor: Actor, now: datetime) -> Callable[..., dict[str, Any]]:
    """Run the stage of the month close to its end; its summary."""

    def run(month: date = MARCH, now: datetime = now) -> dict[str, Any]:
        for key in jobs.plan(month):
            jobs.run_step(month, key, actor, now)
        return jobs.finish(month, actor, now)

    return run


@pytest.fixture
def unit(hospital: Tenant) -> OrgUnit:
    return OrgUnit.objects.get(code="U")


@pytest.fixture
def position(hospital: Tenant) -> Position:
    return Position.objects.get(code="P")


@pytest.fixture
def team(people: Callable[..., list[Employee]], now: datetime) -> Team:
    return make_team(people, now)


@pytest.fixture
def unlock(hospital: Tenant, now: datetime) -> Callable[..., None]:
    """``unlock(MARCH, "why")``: a clerk asks, an HR admin agrees."""

    def run(month: date = MARCH, reason: str = "补卡", now: datetime = now) -> None:
        clerk, admin = (
            actor_for_user(make_user(role, now=now), Origin()) for role in (Role.ATTENDANCE_CLERK, Role.HR_ADMIN)
        )
        settle(ask_unlock(month=month, reason=reason, actor=clerk, now=now), admin, now)

    return run


@pytest.fixture
def leave_types(hospital: Tenant, actor: Actor, now: datetime) -> dict[str, Any]:
    """The product's leave types in alpha, and in beta; alpha's by code."""
    with tenant_context(2):
        install_leave_types(actor=actor, now=now)
    install_leave_types(actor=actor, now=now)
    return {row.code: row for row in LeaveType.objects.all()}
