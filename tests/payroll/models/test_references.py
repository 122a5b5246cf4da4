"""Payslips refer to rows of their own tenant, and those stay; triggers keep this in place of foreign keys."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from django.db import DatabaseError, IntegrityError, connection, connections, transaction
from psycopg2.errors import ForeignKeyViolation, LockNotAvailable

from hrsaas.tenancy.backend.connection import set_local
from hrsaas.tenancy.models import Tenant
from payroll.models import PayRun, Payslip
from tests.payroll.conftest import JANUARY, Payroll, inside

REFERENCES = {
    "run_id": "payroll_payrun", "employee_id": "people_employee", "unit_id": "people_orgunit",
    "position_id": "people_position",
}  # fmt: skip


@contextmanager
def refused() -> Iterator[None]:
    with pytest.raises(IntegrityError) as raised, transaction.atomic():
        yield
    assert isinstance(raised.value.__cause__, ForeignKeyViolation)


def execute(sql: str, *params: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)


@pytest.fixture
def paid(shop: Payroll) -> Payroll:
    shop.hire("E1")
    shop.full_month("E1", JANUARY)
    shop.calculate(JANUARY)
    return shop


@pytest.mark.parametrize("column", [name for name in REFERENCES if name != "run_id"])
def test_a_payslip_cannot_refer_to_another_tenants_row(paid: Payroll, ward: Payroll, column: str) -> None:
    with inside(ward):
        ward.hire("N1")
        ward.full_month("N1", JANUARY)
        ward.calculate(JANUARY)
        theirs = Payslip.objects.values_list(column, flat=True).get()
    for id_ in (theirs, 1):
        with refused():
            execute(f"UPDATE payroll_payslip SET {column} = %s", id_)


def test_a_payslip_needs_a_run_that_is_there(paid: Payroll) -> None:
    with pytest.raises(DatabaseError, match="closed|does not have"), transaction.atomic():
        execute("UPDATE payroll_payslip SET run_id = 1")


def test_one_bad_row_of_many_is_found(paid: Payroll) -> None:
    names = (
        "run_id, employee_code, employee_name, unit_id, position_id, city, gross_fen, tax_fen, net_fen, cost_fen,"
        " amounts, inputs, texts"
    )
    with refused():
        execute(
            f"INSERT INTO payroll_payslip (tenant_id, employee_id, {names}) SELECT tenant_id, n, {names}"
            " FROM payroll_payslip CROSS JOIN generate_series(1, 3) AS n"
        )


@pytest.mark.parametrize(("column", "table"), REFERENCES.items())
def test_what_a_payslip_refers_to_stays_and_keeps_its_key(paid: Payroll, column: str, table: str) -> None:
    """All else that refers to the row is out of the way: the trigger is asked alone."""
    id_ = Payslip.objects.values_list(column, flat=True).get()
    for sql in ("DELETE FROM {} WHERE id = %s", "UPDATE {} SET id = id + 1 WHERE id = %s"):
        with refused():
            execute("SET CONSTRAINTS ALL DEFERRED")
            execute(sql.format(table), id_)


@pytest.mark.parametrize("table", [table for table in REFERENCES.values() if table != "payroll_payrun"])
def test_unused_rows_may_go(paid: Payroll, table: str) -> None:
    """Only the one that a payslip refers to is kept."""
    Payslip.objects.all().delete()
    with pytest.raises(IntegrityError) as raised, transaction.atomic():  # the plain foreign keys of others
        execute(f"DELETE FROM {table}")
        execute("SET CONSTRAINTS ALL IMMEDIATE")
    assert "is in payslips" not in str(raised.value)


def test_a_row_cannot_go_while_a_payslip_for_it_is_being_written(
    live_db: None, payroll_of: Callable[[Tenant, str], Payroll], in_alpha: Tenant
) -> None:
    with transaction.atomic():
        shop = payroll_of(in_alpha, "retail")
        employee = shop.hire("E1")
        shop.full_month("E1", JANUARY)
    with transaction.atomic():
        shop.calculate(JANUARY)
        with connections["owner"].cursor() as other:
            other.execute(f"BEGIN; {set_local(in_alpha.id)} SET LOCAL lock_timeout = '200ms'")
            with pytest.raises(DatabaseError) as raised:
                other.execute("DELETE FROM people_employee WHERE id = %s", [employee.id])
            other.execute("ROLLBACK")
    assert isinstance(raised.value.__cause__, LockNotAvailable)
    assert PayRun.objects.get().headcount == 1
    connections["owner"].close()
