"""Segments, chunks and headcounts: one statement each, the tenant's own rows only."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hrsaas.people.queries.assignments import (
    Headcount,
    employee_id_ranges,
    headcount_by_day,
    headcount_by_unit,
    segments,
)
from hrsaas.people.services.assignments import leave, transfer
from hrsaas.people.services.employees import create_digital_worker
from hrsaas.tenancy.context import TenantMissing, tenant_context
from tests.people.conftest import hiring

MARCH, APRIL = date(2026, 3, 1), date(2026, 4, 1)


@pytest.fixture
def by(actor, now):
    return {"actor": actor, "now": now}


@pytest.fixture
def staff(organisation, hired, by):
    people = [hired() for _ in range(5)]
    transfer(employee=people[0], on_date=date(2026, 3, 16), unit=organisation.till, base_pay_fen=600_000, **by)
    leave(employee=people[1], leave_date=date(2026, 3, 10), **by)
    leave(employee=people[2], leave_date=date(2026, 2, 10), **by)
    return people


def test_segments_are_cut_to_the_period(organisation, staff):
    found = segments(MARCH, APRIL)
    shop, till = organisation.shop.id, organisation.till.id
    assert [(one.employee_id, one.start_date, one.end_date, one.unit_id, one.base_pay_fen) for one in found] == [
        (staff[0].id, MARCH, date(2026, 3, 16), shop, 500_000),
        (staff[0].id, date(2026, 3, 16), APRIL, till, 600_000),
        (staff[1].id, MARCH, date(2026, 3, 10), shop, 500_000),
        (staff[3].id, MARCH, APRIL, shop, 500_000),
        (staff[4].id, MARCH, APRIL, shop, 500_000),
    ]
    assert (found[0].work_city, found[0].employment_type, found[0].kind) == ("上海", "full_time", "human")


def test_segments_take_one_statement(staff):
    with CaptureQueriesContext(connection) as queries:
        segments(MARCH, APRIL)
    assert len(queries) == 1


def test_chunks_cover_everybody_once(staff):
    ranges = employee_id_ranges(MARCH, APRIL, size=2)
    chunks = [segments(MARCH, APRIL, first_id=first, last_id=last) for first, last in ranges]
    assert [len({one.employee_id for one in chunk}) for chunk in chunks] == [2, 2]
    assert sum(chunks, []) == segments(MARCH, APRIL)
    assert employee_id_ranges(date(2020, 1, 1), date(2020, 2, 1), size=2) == []


def test_digital_workers_can_be_left_out(organisation, staff, by):
    create_digital_worker(
        code="AI1", name="小智", unit=organisation.shop, position=organisation.cashier, owner=staff[0],
        start_date=MARCH, work_city="上海", **by,
    )  # fmt: skip
    assert len(segments(MARCH, APRIL, kind="human")) == 5
    assert [one.kind for one in segments(MARCH, APRIL, kind="digital")] == ["digital"]
    assert headcount_by_unit(MARCH)[organisation.shop.id] == Headcount(people=4, digital=1)


def test_headcount_follows_transfers_and_leavers(organisation, staff):
    assert headcount_by_unit(date(2026, 3, 31)) == {
        organisation.shop.id: Headcount(2, 0), organisation.till.id: Headcount(1, 0),
    }  # fmt: skip
    with CaptureQueriesContext(connection) as queries:
        months = headcount_by_day([date(2025, 12, 1), date(2026, 1, 1), MARCH, APRIL])
    assert [month.people for month in months] == [0, 5, 4, 3]
    assert len(queries) == 1
    assert headcount_by_day([]) == []


def test_another_tenants_people_are_in_nothing(staff, beta_organisation, tenant_b, actor, now):
    with tenant_context(tenant_b.id):
        stranger = hiring(beta_organisation, actor, now)()
        assert [one.employee_id for one in segments(MARCH, APRIL)] == [stranger.id]
        assert employee_id_ranges(MARCH, APRIL, size=9) == [(stranger.id, stranger.id)]
        assert headcount_by_day([MARCH]) == [Headcount(1, 0)]
    assert stranger.id not in {one.employee_id for one in segments(MARCH, APRIL)}


def test_without_a_tenant_there_are_no_segments_but_an_error(staff):
    with tenant_context(None), pytest.raises(TenantMissing):
        segments(MARCH, APRIL)
