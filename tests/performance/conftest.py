"""Two small organisations with the retail KPIs, and what performance does in them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from hrsaas.access.actors import Actor
from hrsaas.people.models import Employee
from hrsaas.tenancy.context import tenant_context
from hrsaas.tenancy.models import Tenant
from performance.services.goals import GoalTerms, set_goals
from performance.services.kpis import install_pack
from performance.services.readings import ReadingRow, record_readings
from tests.people.conftest import Organisation, beta_organisation, hiring, organisation, organise

__all__ = ["beta_organisation", "organisation", "organise"]

MARCH, APRIL = date(2026, 3, 1), date(2026, 4, 1)


@dataclass(frozen=True)
class Performance:
    """One tenant's verbs, with actor and now filled in; months are March 2026 unless said."""

    organisation: Organisation
    actor: Actor
    now: datetime

    @property
    def by(self) -> dict[str, Any]:
        return {"actor": self.actor, "now": self.now}

    def goals(self, people: list[Employee], *terms: GoalTerms, start: date = MARCH, end: date = APRIL) -> Any:
        ids = [person.id for person in people]
        return set_goals(employee_ids=ids, start_date=start, end_date=end, goals=terms, **self.by)

    def read(self, employee: Employee, kpi: str, value: str, *, month: date = MARCH, **by: Any) -> Any:
        rows = [ReadingRow(employee.code, kpi, month, Decimal(value))]
        return record_readings(rows=rows, source="crm", **(self.by | by))


@pytest.fixture
def alpha(organisation: Organisation, actor: Actor, now: datetime) -> Performance:
    install_pack(code="retail", actor=actor, now=now)
    return Performance(organisation, actor, now)


@pytest.fixture
def hired(alpha: Performance) -> Callable[..., Employee]:
    """Hire somebody into the shop of alpha on 2026-01-01."""
    return hiring(alpha.organisation, alpha.actor, alpha.now)


@pytest.fixture
def beta_person(beta_organisation: Organisation, tenant_b: Tenant, actor: Actor, now: datetime) -> Employee:
    """Somebody of beta with the same number, KPI and goal as the first hire of alpha, and a reading of 100."""
    with tenant_context(tenant_b.id):
        install_pack(code="retail", actor=actor, now=now)
        person = hiring(beta_organisation, actor, now)()
        beta = Performance(beta_organisation, actor, now)
        beta.goals([person], GoalTerms("sales_vs_plan"))
        beta.read(person, "sales_vs_plan", "100")
        return person
