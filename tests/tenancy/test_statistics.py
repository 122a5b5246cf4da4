"""After a bulk load the planner knows the rows, whoever loaded them; after a few rows nobody is bothered."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connections, transaction

from attendance.services.punches import PunchRow, record_punches
from attendance.services.rosters import plan_roster
from attendance.services.setups import install_pack
from hrsaas.access.actors import Actor
from hrsaas.people.services.units import create_position, create_unit
from hrsaas.tenancy.models import Tenant
from hrsaas.tenancy.router import MAINTENANCE, OWNER
from hrsaas.tenancy.services.statistics import BULK, refresh_statistics
from integrations.services.imports import apply_import, preview_import
from tests.attendance.conftest import at, hire_people
from tests.jobs.workers import in_process, wait_for, worker

DAY = date(2026, 3, 1)


def known_rows(table: str) -> int:
    """What the planner thinks; -1: it was never told."""
    with connections[MAINTENANCE].cursor() as cursor:
        cursor.execute("SELECT reltuples::int FROM pg_class WHERE relname = %s", [table])
        return int(cursor.fetchone()[0])


def known_columns(table: str) -> set[str]:
    with connections[MAINTENANCE].cursor() as cursor:
        cursor.execute("SELECT attname FROM pg_stats WHERE tablename = %s AND n_distinct <> 0", [table])
        return {name for (name,) in cursor.fetchall()}


@pytest.fixture
def quiet(live_db: None) -> Iterator[None]:
    """Autovacuum, which analyses too, keeps off the tables: what is known comes from the product."""
    tables = ("people_employee", "people_assignment", "attendance_rosterday", "attendance_punch")
    with connections[OWNER].cursor() as cursor:
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} SET (autovacuum_enabled = off)")
        yield
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} RESET (autovacuum_enabled)")


@pytest.fixture
def by(quiet: None, in_alpha: Tenant, actor: Actor, now: datetime) -> dict[str, Any]:
    """Actor and clock, in a tenant that works by the retail template."""
    with transaction.atomic():
        install_pack(code="retail", actor=actor, now=now)
        create_unit(code="U", name="部门", actor=actor, now=now)
        create_position(code="P", name="岗位", actor=actor, now=now)
    return {"actor": actor, "now": now}


def people_file(count: int) -> bytes:
    lines = [f"N{number:05},王芳,U,P,2025-03-01,6500,上海" for number in range(count)]
    return "\n".join(["code,name,unit,position,hire_date,base_pay,city", *lines]).encode()


def test_thousands_hired_at_once_are_known(by: dict[str, Any]) -> None:
    hire_people([f"E{number}" for number in range(BULK)], **by)
    for table in ("people_employee", "people_assignment"):
        assert known_rows(table) == BULK
        assert {"tenant_id", "id"} <= known_columns(table)


def test_a_few_are_not_worth_it_and_what_was_rolled_back_is_nothing(by: dict[str, Any]) -> None:
    hire_people(["E1", "E2"], **by)
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        hire_people([f"R{number}" for number in range(BULK)], **by)
        raise ZeroDivisionError
    assert known_rows("people_employee") == -1


def test_an_imported_file_of_people_is_known(by: dict[str, Any]) -> None:
    found = preview_import(kind="people", file_name="a.csv", content=people_file(BULK), **by)
    apply_import(import_id=found.id, **by)
    assert known_rows("people_employee") == BULK


def test_punches_and_a_roster_are_known(by: dict[str, Any]) -> None:
    codes = [f"E{number}" for number in range(40)]
    hire_people(codes, **by)
    planned = plan_roster(first=DAY, end=DAY + timedelta(days=31), **by)
    assert planned >= BULK and known_rows("attendance_rosterday") == planned
    stamps = [at(f"2026-03-{day:02}T08:00") for day in range(1, 32)]
    record_punches(rows=[PunchRow(code, stamp) for code in codes for stamp in stamps], source="door", **by)
    assert known_rows("attendance_punch") == 40 * 31


def test_tables_that_have_not_doubled_are_left_alone(by: dict[str, Any]) -> None:
    hire_people([f"E{number}" for number in range(BULK)], **by)
    assert "people_employee" not in refresh_statistics()
    hire_people([f"F{number}" for number in range(BULK + 200)], **by)
    assert known_rows("people_employee") == 2 * BULK + 200


def test_the_maintenance_role_may_analyse_every_table_and_the_runtime_role_none(live_db: None) -> None:
    query = """
        SELECT relname, has_table_privilege('hrsaas_maintenance', oid, 'MAINTAIN'),
               has_table_privilege('hrsaas_app', oid, 'MAINTAIN')
        FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
    """
    with connections[MAINTENANCE].cursor() as cursor:
        cursor.execute(query)
        rows = cursor.fetchall()
    assert len(rows) > 20 and {row[1:] for row in rows} == {(True, False)}


HIRE = """
from datetime import date, datetime, UTC
from hrsaas.access.actors import system_actor
from hrsaas.people.services.employees import NewHire, hire_many
from hrsaas.tenancy.context import tenant_context
rows = [NewHire(f"W{n}", "李四", "U", "P", date(2025, 1, 1), 1, "上海") for n in range(1000)]
with tenant_context(1):
    print(len(hire_many(rows=rows, actor=system_actor("t"), now=datetime.now(UTC))))
"""


@pytest.mark.fault
def test_a_process_without_the_maintenance_role_asks_a_worker(by: dict[str, Any], tmp_path: Path) -> None:
    with worker(tmp_path / "log"):
        assert in_process(HIRE, DATABASE_MAINTENANCE_URL="").strip() == "1000"
        wait_for(lambda: known_rows("people_employee") == 1000, log=tmp_path / "log")


@pytest.mark.fault
def test_without_a_broker_the_rows_are_written_all_the_same(by: dict[str, Any]) -> None:
    gone = {"DATABASE_MAINTENANCE_URL": "", "REDIS_URL": "redis://127.0.0.1:1/0"}
    assert in_process(HIRE, **gone).strip() == "1000"
    assert known_rows("people_employee") == -1
