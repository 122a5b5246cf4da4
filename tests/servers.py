"""pytest plugin: embedded servers of this test run's own, one migrated template, one database per worker.

Loaded by ``-p`` before Django reads its settings. The first process starts the servers in a temporary folder and
removes it at the end; xdist's workers inherit the addresses and clone the template.
"""

from __future__ import annotations

import atexit
import base64
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from cryptography.fernet import Fernet

from hrsaas.devservers.cluster import Cluster, load_cluster, start

ROOT = Path(__file__).resolve().parent.parent
FOLDER = "HRSAAS_TEST_FOLDER"
TEMPLATE = "hrsaas"


def _boot() -> None:
    worker = os.environ.get("PYTEST_XDIST_WORKER", "")
    if FOLDER not in os.environ:
        _start_servers()
    cluster = load_cluster(Path(os.environ[FOLDER]))
    database = f"test_{worker or 'main'}"
    clone_template(cluster, database)
    os.environ.update(cluster.environment(database))
    os.environ["REDIS_URL"] = _own_redis_database(cluster, worker)
    os.environ["BASE_DOMAIN"] = "hr.test"


def _start_servers() -> None:
    folder = Path(tempfile.mkdtemp(prefix="hrsaas-test-"))
    os.environ[FOLDER] = str(folder)
    os.environ["DJANGO_SETTINGS_MODULE"] = "hrsaas.settings"
    cluster = load_cluster(folder)
    # Nothing here must survive a power cut: durability off makes the suite a good deal faster.
    cluster.postgres.options.update(fsync="off", synchronous_commit="off", full_page_writes="off")
    owner = os.getpid()
    atexit.register(lambda: _remove(cluster) if os.getpid() == owner else None)
    start(cluster)
    done = subprocess.run(
        [sys.executable, "manage.py", "migrate", "-v0"],
        cwd=ROOT, env={**os.environ, **cluster.environment(TEMPLATE)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise SystemExit(f"migrating the test template failed:\n{done.stderr}")
    _insert_tenants(cluster)


def _insert_tenants(cluster: Cluster) -> None:
    """Two tenants that every test may rely on."""
    connection = cluster.postgres.connect(TEMPLATE)
    with connection.cursor() as cursor:
        insert_tenants(cursor)
    connection.close()


def insert_tenants(cursor: object) -> None:
    rows = [
        (1, "alpha", "阿尔法零售", "Alpha Retail", "retail"),
        (2, "beta", "贝塔医院", "Beta Hospital", "healthcare"),
    ]
    for row in rows:
        cursor.execute(  # type: ignore[attr-defined]
            "INSERT INTO tenancy_tenant (id, slug, name_zh, name_en, industry, region, time_zone, language, status,"
            " modules, created_at) VALUES (%s, %s, %s, %s, %s, 'CN', 'Asia/Shanghai', 'zh-hans', 'active',"
            " '{recruiting,attendance,performance,payroll,integrations}', '2026-01-01T00:00Z')",
            row,
        )
        cursor.execute(  # type: ignore[attr-defined]
            "INSERT INTO tenancy_tenantkey (tenant_id, wrapped, created_at) VALUES (%s, %s, '2026-01-01T00:00Z')",
            (row[0], _wrapped_data_key(row[0])),
        )
    # Tenants that a test opens get ids that were never used before: processes keep data keys by id.
    sequence = "pg_get_serial_sequence('tenancy_tenant', 'id')"
    cursor.execute(f"SELECT setval({sequence}, greatest(nextval({sequence}), 100))")  # type: ignore[attr-defined]


def _wrapped_data_key(tenant_id: int) -> str:
    """Always the same data key for the same tenant: processes of one test may keep it past a wipe."""
    data_key = base64.urlsafe_b64encode(tenant_id.to_bytes(1, "big") * 32)
    master_key = load_cluster(Path(os.environ[FOLDER])).secrets["master_key"]
    return Fernet(master_key).encrypt(data_key).decode()


def clone_template(cluster: Cluster, database: str) -> None:
    connection = cluster.postgres.connect("postgres")
    with connection.cursor() as cursor:
        cursor.execute(f'CREATE DATABASE "{database}" TEMPLATE "{TEMPLATE}" OWNER hrsaas_owner')
    connection.close()


def _own_redis_database(cluster: Cluster, worker: str) -> str:
    number = 1 + int(worker.removeprefix("gw") or 0)
    return cluster.valkey.url.removesuffix("/0") + f"/{number}"


def _remove(cluster: Cluster) -> None:
    cluster.postgres.stop()
    cluster.valkey.stop()
    shutil.rmtree(cluster.folder, ignore_errors=True)


def superuser(database: str | None = None) -> object:
    """A superuser connection to this worker's database, for tampering and cleaning."""
    cluster = load_cluster(Path(os.environ[FOLDER]))
    return cluster.postgres.connect(database or f"test_{os.environ.get('PYTEST_XDIST_WORKER', '') or 'main'}")


def environment() -> dict[str, str]:
    """What a child process (worker, web server, command) needs to work on this worker's database."""
    return {**os.environ, "PYTHONPATH": str(ROOT)}


_boot()
