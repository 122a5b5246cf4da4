"""Fresh statistics before bulk work, by the maintenance role."""

from __future__ import annotations

from django.db import connection, transaction

from attendance import jobs
from attendance.services.setups import install_pack
from hrsaas.people.services.units import create_position, create_unit
from tests.attendance.conftest import MARCH, hire_people


def analysed(table: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT reltuples > 0 FROM pg_class WHERE relname = %s", [table])
        return cursor.fetchone()[0]


def test_the_stage_analyses_tables_that_were_filled_just_now(live_db, in_alpha, actor, now):
    with transaction.atomic():
        install_pack(code="retail", actor=actor, now=now)
        create_unit(code="U", name="部门", actor=actor, now=now)
        create_position(code="P", name="岗位", actor=actor, now=now)
        hire_people([f"E{number}" for number in range(300)], actor=actor, now=now)
    assert not analysed("people_employee")
    with transaction.atomic():
        jobs.run_step(MARCH, jobs.PREPARE, actor, now)
    assert analysed("people_employee")
    assert analysed("people_assignment")
