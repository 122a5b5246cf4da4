"""Tenants full of people, for benchmarks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import connections
from django.db.models import Model
from django.utils import timezone

from hrsaas.access.actors import system_actor
from hrsaas.people.models import Assignment, Employee, OrgUnit, Position
from hrsaas.people.rules.new_hires import NewHire
from hrsaas.people.services.employees import hire_many
from hrsaas.people.services.units import create_position, create_unit
from hrsaas.tenancy.context import tenant_context
from hrsaas.tenancy.models import Tenant
from hrsaas.tenancy.router import MAINTENANCE
from hrsaas.tenancy.services.tenants import create_tenant

ACTOR = system_actor("benchmark")
_COPIED: tuple[type[Model], ...] = (OrgUnit, Position, Employee, Assignment)


def tenants_with_people(prefix: str, *, tenants: int, people: int) -> list[Tenant]:
    """New tenants ``prefix0`` … with that many people each. Those of the first are hired; the others get copies."""
    made = [_create(f"{prefix}{number}") for number in range(tenants)]
    first, *others = made
    with tenant_context(first.id):
        hire_people(people)
    for model in _COPIED:
        _copy(model, first, others)
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


def analyze() -> None:
    """What autovacuum does within a minute of a bulk load: without statistics each foreign key is checked slowly."""
    with connections[MAINTENANCE].cursor() as cursor:
        cursor.execute("ANALYZE")


def _create(slug: str) -> Tenant:
    return create_tenant(slug=slug, name_zh=slug, industry="retail", actor=ACTOR, now=timezone.now())


def _copy(model: type[Any], source: Tenant, targets: Sequence[Tenant]) -> None:
    """The same rows under the same ids: the tenant is part of every key."""
    columns = ", ".join(f'"{field.column}"' for field in model._meta.concrete_fields if field.column != "tenant_id")
    table, params = model._meta.db_table, {"source": source.id, "targets": [tenant.id for tenant in targets]}
    with connections[MAINTENANCE].cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} (tenant_id, {columns}) SELECT target, {columns} FROM {table},"
            " unnest(%(targets)s::bigint[]) AS target WHERE tenant_id = %(source)s",
            params,
        )
    analyze()
