"""Tenants full of people, for benchmarks."""

from __future__ import annotations

from datetime import date

from django.utils import timezone

from hrsaas.access.actors import system_actor
from hrsaas.people.rules.new_hires import NewHire
from hrsaas.people.services.employees import hire_many
from hrsaas.people.services.units import create_position, create_unit
from hrsaas.tenancy.context import tenant_context
from hrsaas.tenancy.models import Tenant
from hrsaas.tenancy.services.tenants import create_tenant

ACTOR = system_actor("benchmark")


def tenants_with_people(prefix: str, *, tenants: int, people: int) -> list[Tenant]:
    """New tenants ``prefix0`` … with that many people each, hired through the service."""
    made = []
    for number in range(tenants):
        tenant = create_tenant(
            slug=f"{prefix}{number}", name_zh=prefix, industry="retail", actor=ACTOR, now=timezone.now()
        )
        with tenant_context(tenant.id):
            hire_people(people)
        made.append(tenant)
    return made


def hire_people(count: int) -> list[str]:
    """Hire so many into ten units of the entered tenant, all in one position; their numbers."""
    now = timezone.now()
    for number in range(10):
        create_unit(code=f"U{number}", name=f"门店{number}", actor=ACTOR, now=now)
    create_position(code="staff", name="店员", actor=ACTOR, now=now)
    rows = [
        NewHire(
            code=f"P{number:05}", name=f"员工{number}", unit=f"U{number % 10}", position="staff",
            hire_date=date(2024, 1, 1), base_pay_fen=600_000 + number, work_city="上海",
        )
        for number in range(count)
    ]  # fmt: skip
    hire_many(rows=rows, actor=ACTOR, now=now)
    return [row.code for row in rows]
