"""People of alpha: a maker with a manager, a deputy, another HR admin; and a kind that notes its outcomes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from types import SimpleNamespace

import pytest

from hrsaas.access.actors import Actor
from hrsaas.access.models import Membership, User
from hrsaas.access.rules.permissions import ROLE_PERMISSIONS, Role
from hrsaas.approvals.kinds import ApprovalKind, register
from hrsaas.approvals.services.requests import submit
from hrsaas.people.models import Assignment, Employee, OrgUnit, Position
from hrsaas.tenancy.context import tenant_context

KIND = "test.offer"


@pytest.fixture
def outcomes() -> list[tuple[str, str]]:
    """(outcome, state) as the kind saw them."""
    seen: list[tuple[str, str]] = []
    register(
        ApprovalKind(
            KIND, "录用", "Offer",
            lambda request, actor, now: seen.append(("approved", request.state)),
            lambda request, actor, now: seen.append(("rejected", request.state)),
        )
    )  # fmt: skip
    return seen


@pytest.fixture
def person(now) -> Callable[..., Actor]:
    """person("li", Role.MANAGER, tenant_id=1) → the actor of a new user with that role."""

    def make(name: str, role: Role = Role.HR_ADMIN, employee: Employee | None = None, tenant_id: int = 1) -> Actor:
        with tenant_context(tenant_id):
            user = User.objects.create(
                email=f"{name}@example.test", name=name, language="en", employee=employee, created_at=now
            )
            unit = employee and employee.assignments.get().unit
            Membership.objects.create(user=user, role=role.value, unit=unit, created_at=now)
        return Actor(
            label=name, permissions=ROLE_PERMISSIONS[role], user_id=user.pk, employee_id=employee and employee.pk,
            unit_ids=frozenset() if role in (Role.MANAGER, Role.EMPLOYEE) else None,
        )  # fmt: skip

    return make


@pytest.fixture
def employee() -> Callable[..., Employee]:
    def make(code: str, manager: Employee | None = None) -> Employee:
        unit = OrgUnit.objects.get_or_create(code="U", defaults={"name": "U"})[0]
        position = Position.objects.get_or_create(code="P", defaults={"name": "P"})[0]
        hired = Employee.objects.create(code=code, name=code, pinyin=code, hire_date=date(2025, 1, 1))
        Assignment.objects.create(
            employee=hired, start_date=date(2025, 1, 1), unit=unit, position=position, manager=manager,
            work_city="shanghai", base_pay_fen=0,
        )  # fmt: skip
        return hired

    return make


@pytest.fixture
def team(db, in_alpha, person, employee, outcomes):
    """boss manages maker; deputy is another manager; hr is an HR admin."""
    boss = employee("boss")
    maker = employee("maker", manager=boss)
    return SimpleNamespace(
        boss=person("boss", Role.MANAGER, boss),
        maker=person("maker", Role.MANAGER, maker),
        deputy=person("deputy", Role.MANAGER, employee("deputy")),
        hr=person("hr"),
    )


@pytest.fixture
def ask(team, in_alpha, now):
    """ask(*steps, actor=…) → a request about the tenant itself."""

    def make(*steps, actor=None, subject=in_alpha, **payload):
        return submit(kind=KIND, subject=subject, steps=steps, payload=payload, actor=actor or team.maker, now=now)

    return make
