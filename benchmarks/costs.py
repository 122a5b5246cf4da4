"""What a piece of work costs: CPU of this process and of its database backend, wall time, memory."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.db import connection

GIB_IN_MB = 1024


@dataclass
class Cost:
    """python_s, postgres_s: CPU seconds of this process and of its backend. memory_mb: this process at its highest."""

    python_s: float = 0.0
    postgres_s: float = 0.0
    wall_s: float = 0.0
    memory_mb: float = 0.0

    @property
    def cpu_s(self) -> float:
        return self.python_s + self.postgres_s


@contextmanager
def measured() -> Iterator[Cost]:
    """What the block costs. PostgreSQL has to be on this machine: its backend's times are read from /proc."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        backend = Path(f"/proc/{cursor.fetchone()[0]}")
    Path("/proc/self/clear_refs").write_text("5")  # forget the highest memory so far
    cost, begun, postgres, python = Cost(), time.perf_counter(), cpu_of(backend), time.process_time()
    yield cost
    cost.python_s = time.process_time() - python
    cost.postgres_s = cpu_of(backend) - postgres
    cost.wall_s = time.perf_counter() - begun
    cost.memory_mb = _highest_memory_mb()


def cpu_of(process: Path) -> float:
    """CPU seconds, user and system, with the resolution of the scheduler's own clock (nanoseconds on Linux)."""
    return int((process / "schedstat").read_text().split()[0]) / 1e9


def _highest_memory_mb() -> float:
    lines = Path("/proc/self/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("VmHWM")).split()[1]) / 1024
