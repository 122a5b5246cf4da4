"""Behind PgBouncer in transaction mode two server connections serve everybody, and nobody sees another's rows."""

from __future__ import annotations

import os
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import DatabaseError, connection, connections, transaction

from hrsaas.devservers import processes
from hrsaas.people.models import Position
from hrsaas.tenancy.context import tenant_context
from tests.tools import require_tool

THREADS, ROUNDS = 8, 150


@pytest.fixture
def through_pgbouncer(live_db: None, tmp_path: Path) -> Iterator[None]:
    """Send the default alias through a PgBouncer with two server connections."""
    program = require_tool("pgbouncer", "/usr/sbin/pgbouncer")
    target = settings.DATABASES["default"]
    port, direct = processes.free_port(), target["PORT"]
    server = subprocess.Popen(_command(program, _config(tmp_path, port, target)))
    connection.close()
    target["PORT"] = str(port)
    try:
        assert processes.wait_until(lambda: not processes.port_is_free(port), 10)
        yield
    finally:
        connection.close()
        target["PORT"] = direct
        server.terminate()
        server.wait(10)


def _config(folder: Path, port: int, target: dict[str, Any]) -> Path:
    (folder / "users").write_text(f'"{target["USER"]}" "{target["PASSWORD"]}"\n')
    config = folder / "pgbouncer.ini"
    config.write_text(
        f"[databases]\n{target['NAME']} = host=127.0.0.1 port={target['PORT']}\n"
        f"[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\nauth_type = scram-sha-256\n"
        f"auth_file = {folder / 'users'}\npool_mode = transaction\ndefault_pool_size = 2\nmax_client_conn = 100\n"
        f"unix_socket_dir =\nlogfile = {folder / 'log'}\n"
    )
    return config


def _command(program: str, config: Path) -> list[str]:
    command = [program, "--quiet", str(config)]
    return [*processes.MAP_USER, *command] if os.geteuid() == 0 else command


def test_no_request_of_many_sees_another_tenants_rows(through_pgbouncer: None) -> None:
    for tenant_id in (1, 2):
        with tenant_context(tenant_id):
            Position.objects.create(code=f"of {tenant_id}", name="x")
    seen: list[tuple[int | None, list[str]]] = []
    threads = [threading.Thread(target=_requests, args=(number, seen)) for number in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    expected = {1: ["of 1"], 2: ["of 2"], None: []}
    assert len(seen) == THREADS * ROUNDS
    assert [one for one in seen if one[1] != expected[one[0]]] == []


def _requests(number: int, seen: list[tuple[int | None, list[str]]]) -> None:
    """What requests do: read in and out of transactions, fail, roll back, run without a tenant."""
    for turn in range(ROUNDS):
        tenant_id = (1, 2, None)[(number + turn) % 3]
        with tenant_context(tenant_id):
            seen.append((tenant_id, _one_request(turn)))
    connections.close_all()


def _one_request(turn: int) -> list[str]:
    if turn % 5 == 0:
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("SELECT 1/0")
        except DatabaseError:
            connection.ensure_connection()
    if turn % 2:
        with transaction.atomic():
            return _read()
    return _read()


def _read() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT code FROM people_position")
        return [row[0] for row in cursor.fetchall()]
