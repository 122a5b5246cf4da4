"""A shop in alpha and a ward in beta, both with their pay item packs; months of time are entered, not clocked."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import pytest
from django.test import Client

from attendance.services.setups import install_pack as install_attendance
from hrsaas.access.actors import Actor, Origin
from hrsaas.access.models import User
from hrsaas.access.queries.actors import actor_for_user
from hrsaas.access.rules.permissions import Role
from hrsaas.access.services.users import create_user
from hrsaas.people.models import Employee, OrgUnit, Position
from hrsaas.people.services.employees import hire
from hrsaas.people.services.units import create_position, create_unit
from hrsaas.tenancy.context import tenant_context
from hrsaas.tenancy.models import Tenant
from payroll.models import PayRun, Payslip
from payroll.services import calculations, pay_runs, pay_schemes
from payroll.services.monthly_inputs import EnteredValue, save_inputs

JANUARY, FEBRUARY, MARCH = (date(2026, month, 1) for month in (1, 2, 3))
FULL_MONTH = {"due_days": "22", "attended_days": "22", "paid_days": "22"}


@dataclass
class Payroll:
    """The tenant's payroll, as a payroll officer uses it."""

    tenant: Tenant
    unit: OrgUnit
    position: Position
    actor: Actor
    now: datetime

    def hire(self, code: str, base_pay_fen: int = 600_000, **given: Any) -> Employee:
        usual = {
            "name": f"员工{code}", "unit": self.unit, "position": self.position, "hire_date": date(2025, 3, 1),
            "work_city": "上海",
        }  # fmt: skip
        return hire(code=code, base_pay_fen=base_pay_fen, actor=self.actor, now=self.now, **(usual | given))

    def enter(self, code: str, month: date, **values: str) -> None:
        rows = [EnteredValue(code, month, name, value) for name, value in values.items()]
        save_inputs(rows=rows, actor=self.actor, now=self.now)

    def full_month(self, code: str, month: date, **values: str) -> None:
        self.enter(code, month, **(FULL_MONTH | values))

    def calculate(self, month: date) -> PayRun:
        """The whole path of the month stage."""
        by = {"actor": self.actor, "now": self.now}
        self.results = [calculations.calculate_part(month=month, key=key, **by) for key in calculations.plan(month)]
        self.summary = calculations.finish_calculation(month=month, **by)
        return calculations.run_of(month)

    def slip(self, month: date, code: str) -> Payslip:
        return Payslip.objects.select_related("run__formula_set").get(run__month=month, employee_code=code)

    def amounts(self, month: date, code: str) -> dict[str, int | None]:
        slip = self.slip(month, code)
        return dict(zip((item["code"] for item in slip.run.formula_set.items), slip.amounts, strict=True))

    def officer(self, name: str) -> Actor:
        """A payroll officer with an own login."""
        user = User.objects.filter(email=f"{name}@example.com").first() or create_user(
            email=f"{name}@example.com", name=name, password=None, roles=[Role.PAYROLL_OFFICER], actor=self.actor,
            now=self.now,
        )  # fmt: skip
        return actor_for_user(user, Origin(via="api"))

    def submit(self, run: PayRun, **more: Any) -> PayRun:
        """Reviewed and submitted by the maker."""
        by = {"actor": self.officer("maker"), "now": self.now} | more
        return pay_runs.submit_run(run=pay_runs.review_run(run=run, note="", **by), **by)

    def approve(self, month: date) -> PayRun:
        run = self.submit(calculations.run_of(month))
        by = {"actor": self.officer("checker"), "now": self.now}
        return pay_runs.approve_run(run=run, approve=True, comment="", **by)

    def lock(self, month: date) -> PayRun:
        return pay_runs.lock_run(run=self.approve(month), actor=self.officer("checker"), now=self.now)


@pytest.fixture
def payroll_of(actor: Actor, now: datetime) -> Callable[[Tenant, str], Payroll]:
    """Set up the tenant that is entered, with a pack."""

    def make(tenant: Tenant, pack: str) -> Payroll:
        by: dict[str, Any] = {"actor": actor, "now": now}
        install_attendance(code="healthcare" if pack == "healthcare" else "retail", **by)
        pay_schemes.install_pack(code=pack, **by)
        unit = create_unit(code="one", name="一部", name_en="One", **by)
        position = create_position(code="staff", name="员工", name_en="Staff", **by)
        return Payroll(tenant, unit, position, actor, now)

    return make


@pytest.fixture
def shop(db: None, in_alpha: Tenant, payroll_of: Callable[[Tenant, str], Payroll]) -> Payroll:
    """Alpha, retail."""
    return payroll_of(in_alpha, "retail")


@pytest.fixture
def ward(db: None, tenant_b: Tenant, payroll_of: Callable[[Tenant, str], Payroll]) -> Payroll:
    """Beta, healthcare; enter it with ``tenant_context``."""
    with tenant_context(tenant_b.id):
        return payroll_of(tenant_b, "healthcare")


@contextmanager
def inside(payroll: Payroll) -> Iterator[Payroll]:
    with tenant_context(payroll.tenant.id):
        yield payroll


@pytest.fixture
def sign_in(client_for: Callable[..., Client], actor: Actor, now: datetime) -> Callable[..., Client]:
    """sign_in(payroll, role, **options of create_user): somebody of the tenant, in English."""

    def make(payroll: Payroll, role: Role, **more: Any) -> Client:
        with tenant_context(payroll.tenant.id):
            email = f"{role}-{User.objects.count()}@example.com"
            user = create_user(email=email, name=role, password=None, roles=[role], actor=actor, now=now, **more)
        return client_for(payroll.tenant, user, headers={"Accept-Language": "en"})

    return make
