"""Day results refer to rows of their own tenant, and those stay; triggers keep this in place of foreign keys."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, connections, transaction
from psycopg2.errors import ForeignKeyViolation, LockNotAvailable

from attendance.models import DayResult, MonthResult, Shift
from attendance.services.day_results import compute_month
from attendance.services.rosters import plan_roster
from hrsaas.people.models import Employee
from hrsaas.tenancy.backend.connection import set_local
from hrsaas.tenancy.context import tenant_context
from hrsaas.tenancy.models import Tenant
from tests.attendance.conftest import MARCH, _settle, hire_people


@contextmanager
def refused(constraint: str = "attendance_monthresult_references") -> Iterator[None]:
    with pytest.raises(IntegrityError) as raised, transaction.atomic():
        yield
    cause = raised.value.__cause__
    assert isinstance(cause, ForeignKeyViolation)
    assert cause.diag.constraint_name == constraint


def execute(sql: str, *params: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)


@pytest.fixture
def computed(people: Callable[..., Any], actor: Any, now: Any) -> DayResult:
    """A worked day of E1; nobody stamped, but the roster is planned."""
    people("E1")
    compute_month(month=MARCH, actor=actor, now=now)
    return DayResult.objects.filter(shift__isnull=False).earliest("date")


def test_a_day_cannot_refer_to_another_tenants_shift(computed: DayResult, tenant_b: Tenant) -> None:
    with tenant_context(tenant_b.id):
        theirs = Shift.objects.values_list("id", flat=True)[0]
    for id_ in (theirs, 1):
        with refused():
            execute("UPDATE attendance_monthresult SET shift_ids[7] = %s", id_)


def test_one_bad_row_of_many_is_found(computed: DayResult, people: Callable[..., Any]) -> None:
    columns = "tenant_id, start_date, cells, computed_at"
    people(*(f"N{number}" for number in range(3)))
    with refused():
        execute(
            f"INSERT INTO attendance_monthresult (employee_id, shift_ids, {columns})"
            f" SELECT e.id, CASE e.code WHEN 'N1' THEN array_fill(5::bigint, ARRAY[31]) ELSE shift_ids END, {columns}"
            " FROM attendance_monthresult JOIN people_employee e USING (tenant_id) WHERE e.code <> 'E1'"
        )


def test_a_month_cannot_be_of_another_tenants_person(computed: DayResult, tenant_b: Tenant) -> None:
    with tenant_context(tenant_b.id):
        theirs = Employee.objects.values_list("id", flat=True)[0]
    with pytest.raises(IntegrityError), transaction.atomic():
        execute("UPDATE attendance_monthresult SET employee_id = %s", theirs)
        execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_a_shift_in_results_stays_and_keeps_its_key(computed: DayResult) -> None:
    """All else that refers to the row is out of the way: the trigger is asked alone."""
    for sql in ("DELETE FROM attendance_shift WHERE id = %s", "UPDATE attendance_shift SET id = id + 1 WHERE id = %s"):
        with refused():
            execute("SET CONSTRAINTS ALL DEFERRED")
            execute(sql, computed.shift_id)


def test_unused_shifts_may_go(computed: DayResult) -> None:
    """Only what a day refers to is kept."""
    MonthResult.objects.all().delete()
    with pytest.raises(IntegrityError) as raised, transaction.atomic():  # the plain foreign keys of others
        execute("DELETE FROM attendance_shift")
        execute("SET CONSTRAINTS ALL IMMEDIATE")
    assert "is in day results" not in str(raised.value)


@pytest.mark.parametrize(
    ("change", "constraint"),
    {
        "shift_ids = shift_ids || 0::bigint": "attendance_result_days",
        "cells = cells[1:19]": "attendance_result_days",
        "cells = cells[1:20][1:30]": "attendance_result_days",
        "computed_at = '{}'": "attendance_result_days",
        "cells[2][3] = NULL": "attendance_result_status",
        "shift_ids[3] = NULL": "attendance_result_status",
        "cells[16][3] = 3": "attendance_result_half_days",
        "start_date = '2026-03-02'": "attendance_result_first",
        "id = id + 1": "attendance_result_id",
    }.items(),
)
def test_the_database_refuses_a_month_that_is_none(computed: DayResult, change: str, constraint: str) -> None:
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        execute(f"UPDATE attendance_monthresult SET {change}")


def test_a_shift_cannot_go_while_a_day_on_it_is_being_written(
    live_db: None, tenant_a: Tenant, actor: Any, now: Any
) -> None:
    with tenant_context(tenant_a.id):
        with transaction.atomic():
            _settle("healthcare", actor, now)
            hire_people(["E1"], actor=actor, now=now)
            plan_roster(first=MARCH, end=date(2026, 4, 1), actor=actor, now=now)
        with transaction.atomic():
            compute_month(month=MARCH, actor=actor, now=now)
            shift_id = DayResult.objects.filter(shift__isnull=False).earliest("date").shift_id
            with connections["owner"].cursor() as other:
                other.execute(f"BEGIN; {set_local(tenant_a.id)} SET LOCAL lock_timeout = '200ms'")
                with pytest.raises(DatabaseError) as raised:
                    other.execute("DELETE FROM attendance_shift WHERE id = %s", [shift_id])
                other.execute("ROLLBACK")
        assert isinstance(raised.value.__cause__, LockNotAvailable)
        assert DayResult.objects.count() == 31
    connections["owner"].close()
