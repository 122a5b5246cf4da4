"""What the database itself refuses, whoever asks."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import DatabaseError, IntegrityError, connection, connections, transaction

from hrsaas.tenancy.context import tenant_context
from hrsaas.tenancy.models import Tenant
from payroll.models import PayRun
from tests.payroll.conftest import FEBRUARY, JANUARY, Payroll


@contextmanager
def refused(text: str = "closed|approved|locked") -> Iterator[None]:
    with pytest.raises(DatabaseError, match=text), transaction.atomic():
        yield


def execute(sql: str, alias: str = "default") -> None:
    with connections[alias].cursor() as cursor:
        cursor.execute(sql)


@pytest.fixture
def locked(shop: Payroll) -> PayRun:
    shop.hire("E1")
    shop.full_month("E1", JANUARY)
    shop.full_month("E1", FEBRUARY)
    shop.calculate(JANUARY)
    run = shop.lock(JANUARY)
    shop.hire("E2", hire_date=FEBRUARY)
    shop.calculate(FEBRUARY)
    return run


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE payroll_payslip SET net_fen = net_fen + 1 WHERE run_id = {run}",
        "UPDATE payroll_payslip SET run_id = {run} WHERE employee_code = 'E2'",
        "DELETE FROM payroll_payslip WHERE run_id = {run}",
        "UPDATE payroll_paysliptotal SET amount = 0 WHERE run_id = {run}",
        "DELETE FROM payroll_paysliptotal WHERE run_id = {run}",
        "INSERT INTO payroll_paysliptotal (tenant_id, run_id, unit_id, item_position, amount, people)"
        " SELECT tenant_id, run_id, unit_id, 999, 1, 1 FROM payroll_paysliptotal WHERE run_id = {run} LIMIT 1",
        "UPDATE payroll_payrun SET net_fen = 0 WHERE id = {run}",
        "UPDATE payroll_payrun SET state = 'calculated' WHERE id = {run}",
        "DELETE FROM payroll_payrun WHERE id = {run}",
    ],
)
def test_a_locked_run_and_its_payslips_never_change(locked: PayRun, sql: str) -> None:
    with refused():
        execute(sql.format(run=locked.id))


def test_no_payslip_is_added_to_a_locked_run(shop: Payroll, locked: PayRun) -> None:
    other = shop.hire("E3")
    names = (
        "employee_code, employee_name, unit_id, position_id, city, gross_fen, tax_fen, net_fen, cost_fen, amounts,"
        " inputs, texts, error, warnings"
    )
    with refused():
        execute(
            f"INSERT INTO payroll_payslip (tenant_id, run_id, employee_id, {names})"
            f" SELECT tenant_id, run_id, {other.id}, {names} FROM payroll_payslip WHERE run_id = {locked.id}"
        )


def test_payslips_of_an_open_run_may_still_change(locked: PayRun) -> None:
    execute(f"UPDATE payroll_payslip SET city = '北京' WHERE run_id <> {locked.id}")


def test_an_approved_run_may_only_be_locked(shop: Payroll) -> None:
    shop.hire("E1")
    shop.full_month("E1", JANUARY)
    shop.calculate(JANUARY)
    run = shop.approve(JANUARY)
    for sql in (
        "UPDATE payroll_payrun SET state = 'calculated'",
        "UPDATE payroll_payrun SET state = 'locked', locked_at = now(), net_fen = 0",
        "DELETE FROM payroll_payrun",
        "UPDATE payroll_payslip SET net_fen = 0",
    ):
        with refused():
            execute(sql)
    assert PayRun.objects.get().net_fen == run.net_fen


def test_a_run_cannot_be_born_closed_or_skip_its_approval(shop: Payroll) -> None:
    shop.hire("E1")
    shop.full_month("E1", JANUARY)
    run = shop.calculate(JANUARY)
    with refused("may not go"):
        execute("UPDATE payroll_payrun SET state = 'locked', locked_at = now()")
    with refused("begins as a draft"):
        PayRun.objects.create(
            group=run.group,
            scheme=run.scheme,
            entity=run.entity,
            month=FEBRUARY,
            state="calculated",
            created_at=shop.now,
        )


def test_maker_and_checker_differ_in_the_database_too(shop: Payroll) -> None:
    shop.hire("E1")
    shop.full_month("E1", JANUARY)
    shop.calculate(JANUARY)
    shop.approve(JANUARY)
    with refused("is approved and may only go on"):
        execute("UPDATE payroll_payrun SET checker_id = maker_id")
    with pytest.raises(IntegrityError, match="payroll_run_maker_checker"), transaction.atomic():
        PayRun.objects.create(
            group=PayRun.objects.get().group, scheme=PayRun.objects.get().scheme, entity=PayRun.objects.get().entity,
            month=FEBRUARY, created_at=shop.now,
            maker_id=PayRun.objects.get().maker_id, checker_id=PayRun.objects.get().maker_id,
        )  # fmt: skip


def test_formula_set_versions_never_change(locked: PayRun) -> None:
    for sql in ("UPDATE payroll_formulasetversion SET digest = 'x'", "DELETE FROM payroll_formulasetversion"):
        with refused("never change"):
            execute(sql)


@pytest.mark.parametrize("alias", ["owner", "maintenance"])
@pytest.mark.parametrize(
    "table", ["payroll_payslip", "payroll_paysliptotal", "payroll_payrun", "payroll_formulasetversion"]
)
def test_nobody_truncates(live_db: None, alias: str, table: str) -> None:
    with pytest.raises(DatabaseError, match="keeps its rows|permission denied"):
        execute(f"TRUNCATE {table} CASCADE", alias)
    connections[alias].close()


def test_the_owner_of_the_tables_cannot_change_a_locked_payslip(live_db: None, payroll_of, in_alpha: Tenant) -> None:  # type: ignore[no-untyped-def]
    with transaction.atomic():
        shop = payroll_of(in_alpha, "retail")
        shop.hire("E1")
        shop.full_month("E1", JANUARY)
        shop.calculate(JANUARY)
        shop.lock(JANUARY)
    with connections["owner"].cursor() as cursor:
        cursor.execute(f"BEGIN; SET LOCAL app.tenant_id = '{in_alpha.id}'")
        with pytest.raises(DatabaseError, match="closed"):
            cursor.execute("UPDATE payroll_payslip SET net_fen = 0")
        cursor.execute("ROLLBACK")
    with connections["maintenance"].cursor() as cursor, pytest.raises(DatabaseError, match="closed"):
        cursor.execute("DELETE FROM payroll_payslip")


def test_the_view_has_one_row_per_line_and_shows_no_other_tenant_s(shop: Payroll, ward: Payroll) -> None:
    shop.hire("E1")
    shop.full_month("E1", JANUARY)
    run = shop.calculate(JANUARY)
    with connection.cursor() as cursor:
        cursor.execute("SELECT item_code, amount FROM payroll_payslip_line WHERE item_code = 'net'")
        assert cursor.fetchall() == [("net", run.net_fen)]
        cursor.execute("SELECT count(*) FROM payroll_payslip_line")
        assert cursor.fetchone()[0] == len(run.formula_set.items)
    with tenant_context(ward.tenant.id), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM payroll_payslip_line")
        assert cursor.fetchone()[0] == 0
