"""Servers and workers of the fault tests' own, so that killing them disturbs nobody else."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hrsaas.devservers import processes
from hrsaas.devservers.cluster import Cluster, load_cluster, start
from tests.servers import ROOT

LEASE_SECONDS, SWEEP_SECONDS = 2, 1


@dataclass(frozen=True)
class Plant:
    """One embedded PostgreSQL and one Valkey in a folder, and the processes that work on them."""

    cluster: Cluster
    folder: Path

    @property
    def environment(self) -> dict[str, str]:
        seconds = {"JOB_LEASE_SECONDS": str(LEASE_SECONDS), "JOB_SWEEP_SECONDS": str(SWEEP_SECONDS)}
        return {**os.environ, **self.cluster.environment(), **seconds, "PYTHONPATH": str(ROOT)}

    def scene(self, deed: str, slug: str) -> Any:
        """As ``tests.faults.scenes`` names them; None if it was to die."""
        done = self.begin(deed, slug)
        printed, errors = done.communicate(timeout=300)
        assert done.returncode == (-signal.SIGKILL if deed.endswith("_and_die") else 0), errors[-4000:]
        return json.loads(printed.splitlines()[-1]) if printed else None

    def begin(self, deed: str, slug: str) -> subprocess.Popen[str]:
        """The same, without waiting for its end."""
        return subprocess.Popen(
            [sys.executable, "-m", "tests.faults.scenes", deed, slug], cwd=ROOT, env=self.environment, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip

    @contextmanager
    def closing(self, slug: str, reached: Callable[[str, int, str], bool], deed: str = "close") -> Iterator[None]:
        """A clerk starts the close (or another deed); the block begins when the job has come that far."""
        with self.begin(deed, slug) as clerk:
            self.wait_for(slug, reached)
            yield
            _printed, errors = clerk.communicate(timeout=300)
        assert clerk.returncode == 0, errors[-4000:]

    def copy_tenant(self, source: str, *slugs: str) -> None:
        """Equal tenants: the same rows under the same ids, only the audit trail begins anew."""
        connection = self.cluster.postgres.connect("hrsaas")
        with connection.cursor() as cursor:
            cursor.execute("SET session_replication_role = replica")  # the rows were checked in the first tenant
            for slug in slugs:
                cursor.execute(_NEW_TENANT, {"slug": slug, "source": source})
                (new, old) = cursor.fetchone()
                cursor.execute(_COPIES, {"new": new, "old": old})
                for (copy,) in cursor.fetchall():
                    cursor.execute(copy)
        connection.close()

    def worker(self) -> subprocess.Popen[bytes]:
        """One slot in one process, so that killing the process kills the work."""
        return self._celery("worker", "--pool=solo", "-I", "tests.faults.small_chunks", "--without-gossip",
                            "--without-mingle")  # fmt: skip

    def beat(self) -> subprocess.Popen[bytes]:
        return self._celery("beat", f"--schedule={self.folder / 'beat'}", "--pidfile=")

    def _celery(self, *arguments: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "celery", "-A", "hrsaas", *arguments, "--loglevel=INFO"]
        with self.log.open("ab") as output:
            return subprocess.Popen(command, cwd=ROOT, env=self.environment, stdout=output, stderr=output)

    @property
    def log(self) -> Path:
        return self.folder / "celery.log"

    def progress(self, slug: str) -> tuple[str, int, str]:
        """state, steps done and stage of the tenant's newest job; '' before there was one."""
        connection = self.cluster.postgres.connect("hrsaas")
        try:
            with connection.cursor() as cursor:
                cursor.execute(_PROGRESS, [slug])
                return cursor.fetchone() or ("", 0, "")
        finally:
            connection.close()

    def wait_for(self, slug: str, reached: Callable[[str, int, str], bool], seconds: float = 120) -> None:
        """Until ``reached(state, steps done, stage)``; fails at once if the job ended without coming by there."""
        deadline = time.monotonic() + seconds
        while not reached(*(progress := self.progress(slug))):
            waiting = progress[0] in ("", "queued", "running") and time.monotonic() < deadline
            assert waiting, f"{slug} stands at {progress}\n{self.log.read_text()[-3000:]}"
            time.sleep(0.01)

    @contextmanager
    def barrier(self, sql: str, slug: str) -> Iterator[Barrier]:
        """Inside the block nobody gets past what the statement locks. It may name the %(tenant)s."""
        connection = self.cluster.postgres.connect("hrsaas")
        connection.autocommit = False
        with connection.cursor() as cursor:
            cursor.execute("SELECT id FROM tenancy_tenant WHERE slug = %s", [slug])
            cursor.execute(sql, {"tenant": cursor.fetchone()[0]})
        try:
            yield Barrier(self, connection.info.backend_pid)
        finally:
            connection.close()

    def kill_broker(self) -> None:
        assert self.cluster.valkey.pid
        processes.stop(self.cluster.valkey.pid, "valkey", how=signal.SIGKILL, seconds=5)

    def kill_database(self) -> None:
        """The postmaster dies by kill -9; its children notice by themselves."""
        postmaster = self.cluster.postgres.pid
        assert postmaster
        children = Path(f"/proc/{postmaster}/task/{postmaster}/children").read_text().split()
        processes.stop(postmaster, "postgres", how=signal.SIGKILL, seconds=5)
        for child in children:
            assert processes.wait_until(lambda pid=int(child): not processes.is_alive(pid, "postgres"), 20)


@dataclass(frozen=True)
class Barrier:
    """A lock that somebody is to run into."""

    plant: Plant
    backend: int

    def wait_for_somebody(self, seconds: float = 60) -> None:
        connection = self.plant.cluster.postgres.connect("hrsaas")
        with connection.cursor() as cursor:
            reached = processes.wait_until(lambda: self._somebody_waits(cursor), seconds)
        connection.close()
        assert reached, self.plant.log.read_text()[-3000:]

    def _somebody_waits(self, cursor: Any) -> bool:
        cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE %s = ANY(pg_blocking_pids(pid))", [self.backend])
        return bool(cursor.fetchone()[0])


_NEW_TENANT = """
INSERT INTO tenancy_tenant
    (slug, name_zh, name_en, industry, region, time_zone, language, status, modules, created_at)
SELECT %(slug)s, name_zh, name_en, industry, region, time_zone, language, status, modules, created_at
FROM tenancy_tenant WHERE slug = %(source)s
RETURNING id, (SELECT id FROM tenancy_tenant WHERE slug = %(source)s)
"""
_COPIES = """
SELECT format('INSERT INTO %%1$I (tenant_id, %%2$s) SELECT %(new)s, %%2$s FROM %%1$I WHERE tenant_id = %(old)s',
              table_name, string_agg(quote_ident(column_name), ', '))
FROM information_schema.columns c JOIN information_schema.tables USING (table_schema, table_name)
WHERE table_schema = 'public' AND table_type = 'BASE TABLE' AND table_name NOT LIKE 'audit%%'
  AND column_name <> 'tenant_id' AND is_generated = 'NEVER' AND EXISTS (
    SELECT 1 FROM information_schema.columns t
    WHERE (t.table_schema, t.table_name, t.column_name) = (c.table_schema, c.table_name, 'tenant_id'))
GROUP BY table_name
"""
_PROGRESS = """
SELECT state, position, stage FROM jobs_job
WHERE tenant_id = (SELECT id FROM tenancy_tenant WHERE slug = %s) ORDER BY created_at DESC LIMIT 1
"""


def ended(state: str, position: int, stage: str) -> bool:
    """For ``Plant.wait_for``."""
    return state not in ("", "queued", "running")


@contextmanager
def running_plant(folder: Path) -> Iterator[Plant]:
    cluster = load_cluster(folder)
    plant = Plant(cluster, folder)
    start(cluster)
    try:
        yield plant
    finally:
        cluster.postgres.stop()
        cluster.valkey.stop()


@contextmanager
def ending(*started: subprocess.Popen[bytes]) -> Iterator[None]:
    """The processes are gone after the block."""
    try:
        yield
    finally:
        for process in started:
            process.kill()
            process.wait()
