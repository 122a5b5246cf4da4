"""The admin among ten thousand employees."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from urllib.parse import quote

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from hrsaas.access.actors import Actor
from hrsaas.access.rules.permissions import Role
from hrsaas.people.rules.new_hires import NewHire
from hrsaas.people.services.employees import hire_many
from hrsaas.people.services.units import create_position, create_unit
from hrsaas.tenancy.context import tenant_context
from tests.factories import make_user
from tests.tenancy.intruders import Resident

MOST = 25
EMPLOYEES = 10_000


@pytest.fixture
def ten_thousand(live_db: None, actor: Actor, now: datetime) -> Iterator[Resident]:
    """A tenant with ten thousand people and its HR admin."""
    cache.clear()
    with tenant_context(1):
        unit = create_unit(code="hq", name="总部", actor=actor, now=now)
        create_position(code="clerk", name="店员", actor=actor, now=now)
        rows = [_row(number) for number in range(EMPLOYEES)]
        hire_many(rows=rows, actor=actor, now=now)
        yield Resident(1, make_user(Role.HR_ADMIN, now=timezone.now(), unit=unit), "")


def _row(number: int) -> NewHire:
    return NewHire(
        code=f"E{number:05}", name=f"员工{number}", unit="hq", position="clerk", hire_date=date(2026, 1, 1),
        base_pay_fen=600_000, work_city="上海", phone=f"139{number:08}",
    )  # fmt: skip


def test_the_change_list_of_ten_thousand_employees_takes_few_queries(ten_thousand: Resident) -> None:
    client = ten_thousand.browser()
    for path in ("", f"?q={quote('员工77')}", "?q=E00042", "?unit=1", "?p=3", "?o=1"):
        client.get(f"/admin/people/employee/{path}")
        with CaptureQueriesContext(connection) as queries:
            answer = client.get(f"/admin/people/employee/{path}")
        assert answer.status_code == 200
        assert len(queries) <= MOST, path
    assert "E00000" in client.get("/admin/people/employee/").content.decode()
