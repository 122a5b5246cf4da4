"""Punches by the bulk API, over HTTP, through the web server of production, durable when they are answered."""

from __future__ import annotations

import http.client
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.utils import timezone

from attendance.models import Punch
from benchmarks.costs import cpu_of
from benchmarks.figures import Figure, benchmark
from benchmarks.tenants import ACTOR, analyze, tenants_with_people
from hrsaas.access.rules.permissions import Role
from hrsaas.access.services.tokens import issue_token
from hrsaas.access.services.users import create_user
from hrsaas.devservers import processes
from hrsaas.tenancy.context import tenant_context
from hrsaas.tenancy.models import Tenant

ROOT = Path(__file__).resolve().parent.parent
PEOPLE, BATCH, BATCHES, CLIENTS, WARM_UP = 5_000, 1_000, 120, 2, 6
PATH = "/api/v1/attendance/punches/bulk/"


@benchmark("attendance.punches_per_s")
def punches_per_s() -> Figure:
    """Punches a second: two clients with batches of 1,000, gunicorn as deploy/ has it (two processes), PostgreSQL that
    flushes each commit. Some batches once more: they add nothing. Without the TLS proxy.
    """
    tenant = tenants_with_people("punches", tenants=1, people=PEOPLE)[0]
    analyze()
    bodies = [_body(number) for number in range(WARM_UP + BATCHES)]
    token = _token(tenant)
    with _web() as web:
        port = web.port
        _send(port, tenant, token, bodies[:WARM_UP])
        before = web.cpu_s(), _postgres_cpu_s()
        taken = _at_once(port, tenant, token, bodies[WARM_UP:])
        after = web.cpu_s(), _postgres_cpu_s()
        again = _send(port, tenant, token, bodies[::20])
    assert all(counts == {"added": 0, "repeated": BATCH} for counts in again), again[:3]
    with tenant_context(tenant.id):
        stored = Punch.objects.count()
    assert stored == len(bodies) * BATCH, stored
    sides = {
        "punches": BATCHES * BATCH, "seconds": taken, "batch_ms": taken / BATCHES * CLIENTS * 1000,
        "web_cpu_s": after[0] - before[0], "postgres_cpu_s": after[1] - before[1],
    }  # fmt: skip
    _require_durable()
    rate = BATCHES * BATCH / taken
    return Figure("attendance.punches_per_s", rate, "punches/s", 10_000, at_most=False, sides=sides)


def _require_durable() -> None:
    with connection.cursor() as cursor:
        for name in ("synchronous_commit", "fsync", "full_page_writes"):
            cursor.execute(f"SHOW {name}")
            assert cursor.fetchone() == ("on",), name


def _body(number: int) -> bytes:
    """1,000 punches of different people at different seconds; each batch at times of its own."""
    begin = datetime(2026, 3, 2, tzinfo=timezone.get_fixed_timezone(480)) + timedelta(minutes=17 * number)
    rows = [
        {"employee_code": f"P{(7 * at + 13 * number) % PEOPLE:05}",
         "punched_at": (begin + timedelta(seconds=at)).isoformat()}
        for at in range(BATCH)
    ]  # fmt: skip
    return json.dumps({"source": "gate", "punches": rows}).encode()


def _at_once(port: int, tenant: Tenant, token: str, bodies: Sequence[bytes]) -> float:
    """Seconds until all are answered."""
    shares = [bodies[at::CLIENTS] for at in range(CLIENTS)]
    threads = [threading.Thread(target=_send, args=(port, tenant, token, share)) for share in shares]
    start = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return time.perf_counter() - start


def _send(port: int, tenant: Tenant, token: str, bodies: Sequence[bytes]) -> list[dict[str, int]]:
    """What became of each, over one connection that is kept."""
    headers = {"Host": _host(tenant), "Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    line, counts = http.client.HTTPConnection("127.0.0.1", port, timeout=60), []
    for body in bodies:
        line.request("POST", PATH, body, headers)
        answer = line.getresponse()
        text = answer.read()
        assert answer.status == 200, text
        counts.append({name: json.loads(text)[name] for name in ("added", "repeated")})
    line.close()
    return counts


def _host(tenant: Tenant) -> str:
    return f"{tenant.slug}.{settings.BASE_DOMAIN}"


def _token(tenant: Tenant) -> str:
    now = timezone.now()
    with tenant_context(tenant.id):
        user = create_user(
            email="gate@example.com", name="gate", password=None, roles=[Role.INTEGRATION], actor=ACTOR, now=now
        )
        _row, secret = issue_token(
            user=user, name="gate", scopes=["attendance.punch.view", "attendance.punch.change"],
            expires_at=now + timedelta(days=1), actor=ACTOR, now=now,
        )  # fmt: skip
    return secret


@dataclass(frozen=True)
class Web:
    """A running web server."""

    port: int
    pid: int

    def cpu_s(self) -> float:
        """CPU seconds of all threads of its processes so far."""
        threads = (path for pid in _children(self.pid) for path in Path(f"/proc/{pid}/task").iterdir())
        return sum(cpu_of(thread) for thread in threads)


def _postgres_cpu_s() -> float:
    """CPU seconds of all processes of the server so far, those that have ended excepted."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        status = Path(f"/proc/{cursor.fetchone()[0]}/status").read_text()
    postmaster = next(line for line in status.splitlines() if line.startswith("PPid:")).split()[1]
    return sum(cpu_of(Path(f"/proc/{pid}")) for pid in _children(int(postmaster)))


def _children(pid: int) -> list[str]:
    return Path(f"/proc/{pid}/task/{pid}/children").read_text().split()


@contextmanager
def _web() -> Iterator[Web]:
    """gunicorn by deploy/gunicorn.conf.py. One client is not held up by the limit of calls."""
    port = processes.free_port()
    environment = {**os.environ, "API_RATE": "100000/min", "WEB_PROCESSES": "2", "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "gunicorn", "hrsaas.wsgi", "--config=deploy/gunicorn.conf.py",
               f"--bind=127.0.0.1:{port}"]  # fmt: skip
    server = subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.DEVNULL)
    try:
        assert processes.wait_until(lambda: not processes.port_is_free(port), 60)
        yield Web(port, server.pid)
    finally:
        server.terminate()
        server.wait(30)
