"""A small organisation in each tenant, made through the services."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import pytest

from hrsaas.access.actors import Actor
from hrsaas.people.models import Employee, OrgUnit, Position
from hrsaas.people.services.employees import hire
from hrsaas.people.services.units import create_position, create_unit
from hrsaas.tenancy.context import tenant_context
from hrsaas.tenancy.models import Tenant


@dataclass(frozen=True)
class Organisation:
    """head office ← shop ← till."""

    office: OrgUnit
    shop: OrgUnit
    till: OrgUnit
    cashier: Position
    manager: Position


@pytest.fixture
def organise(actor: Actor, now: datetime) -> Callable[[], Organisation]:
    """Make the organisation in the tenant that is active."""

    def make() -> Organisation:
        by = {"actor": actor, "now": now}
        office = create_unit(code="hq", name="总部", name_en="Head office", **by)
        shop = create_unit(code="shop", name="门店", name_en="Shop", parent=office, **by)
        till = create_unit(code="till", name="收银", name_en="Till", parent=shop, **by)
        cashier = create_position(code="cashier", name="收银员", name_en="Cashier", **by)
        manager = create_position(code="manager", name="店长", name_en="Shop manager", **by)
        return Organisation(office, shop, till, cashier, manager)

    return make


@pytest.fixture
def organisation(db: None, in_alpha: Tenant, organise: Callable[[], Organisation]) -> Organisation:
    return organise()


@pytest.fixture
def hired(organisation: Organisation, actor: Actor, now: datetime) -> Callable[..., Employee]:
    """Hire somebody into the shop of alpha on 2026-01-01; any argument of ``hire`` may be given."""
    return hiring(organisation, actor, now)


def hiring(organisation: Organisation, actor: Actor, now: datetime) -> Callable[..., Employee]:
    numbers = iter(range(1, 10_000))

    def make(**given: Any) -> Employee:
        usual = {
            "code": f"E{next(numbers):04}", "name": "张三", "unit": organisation.shop, "position": organisation.cashier,
            "hire_date": date(2026, 1, 1), "base_pay_fen": 500_000, "work_city": "上海",
        }  # fmt: skip
        return hire(**(usual | given), actor=actor, now=now)

    return make


@pytest.fixture
def beta_organisation(db: None, tenant_b: Tenant, organise: Callable[[], Organisation]) -> Organisation:
    with tenant_context(tenant_b.id):
        return organise()
