"""Day results refer to rows of their own tenant, and those stay; triggers keep this in place of foreign keys."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, connections, transaction
from psycopg2.errors import ForeignKeyViolation, LockNotAvailable

from attendance.models import DayResult, Shift
from attendance.services.day_results import compute_month
from attendance.services.rosters import plan_roster
from hrsaas.people.models import Employee
from hrsaas.tenancy.backend.connection import set_local
from hrsaas.tenancy.context import tenant_context
from hrsaas.tenancy.models import Tenant
from tests.attendance.conftest import MARCH, _settle, hire_people

REFERENCES = {"employee_id": "people_employee", "shift_id": "attendance_shift"}


@contextmanager
def refused(constraint: str = "attendance_dayresult_references") -> Iterator[None]:
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


@pytest.mark.parametrize(("column", "model"), [("employee_id", Employee), ("shift_id", Shift)])
def test_a_day_cannot_refer_to_another_tenants_row(
    computed: DayResult, tenant_b: Tenant, column: str, model: Any
) -> None:
    with tenant_context(tenant_b.id):
        theirs = model.objects.values_list("id", flat=True)[0]
    for id_ in (theirs, 1):
        with refused():
            execute(f"UPDATE attendance_dayresult SET {column} = %s WHERE id = %s", id_, computed.id)


def test_one_bad_row_of_many_is_found(computed: DayResult) -> None:
    names = [field.column for field in DayResult._meta.concrete_fields if field.column not in ("id", "employee_id")]
    columns = ", ".join(names)
    with refused():
        execute(
            f"INSERT INTO attendance_dayresult (employee_id, {columns}) SELECT n, {columns} FROM attendance_dayresult"
            " CROSS JOIN generate_series(1, 3) AS n WHERE id = %s",
            computed.id,
        )


@pytest.mark.parametrize(("column", "table"), REFERENCES.items())
def test_what_a_day_refers_to_stays_and_keeps_its_key(computed: DayResult, column: str, table: str) -> None:
    """All else that refers to the row is out of the way: the trigger is asked alone."""
    for sql in ("DELETE FROM {} WHERE id = %s", "UPDATE {} SET id = id + 1 WHERE id = %s"):
        with refused():
            execute("SET CONSTRAINTS ALL DEFERRED")
            execute(sql.format(table), getattr(computed, column))


@pytest.mark.parametrize("table", REFERENCES.values())
def test_unused_rows_may_go(computed: DayResult, table: str) -> None:
    """Only what a day refers to is kept."""
    DayResult.objects.all().delete()
    with pytest.raises(IntegrityError) as raised, transaction.atomic():  # the plain foreign keys of others
        execute(f"DELETE FROM {table}")
        execute("SET CONSTRAINTS ALL IMMEDIATE")
    assert "is in day results" not in str(raised.value)


def test_a_row_cannot_go_while_a_day_for_it_is_being_written(
    live_db: None, tenant_a: Tenant, actor: Any, now: Any
) -> None:
    with tenant_context(tenant_a.id):
        with transaction.atomic():
            _settle("healthcare", actor, now)
            (employee,) = hire_people(["E1"], actor=actor, now=now)
            plan_roster(first=MARCH, end=date(2026, 4, 1), actor=actor, now=now)
        with transaction.atomic():
            compute_month(month=MARCH, actor=actor, now=now)
            with connections["owner"].cursor() as other:
                other.execute(f"BEGIN; {set_local(tenant_a.id)} SET LOCAL lock_timeout = '200ms'")
                with pytest.raises(DatabaseError) as raised:
                    other.execute("DELETE FROM people_employee WHERE id = %s", [employee.id])
                other.execute("ROLLBACK")
        assert isinstance(raised.value.__cause__, LockNotAvailable)
        assert DayResult.objects.count() == 31
    connections["owner"].close()
