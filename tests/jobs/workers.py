"""Real Celery workers and other processes, on the test's database and broker."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests import servers

LEASE_SECONDS = 1


def environment(**more: str) -> dict[str, str]:
    return {**servers.environment(), "JOB_LEASE_SECONDS": str(LEASE_SECONDS), **more}


class Worker:
    """One Celery worker process with one solo slot, so that killing the process kills the work."""

    def __init__(self, log: Path, **more: str) -> None:
        self.log = log
        command = [
            sys.executable,
            "-m",
            "celery",
            "-A",
            "hrsaas.celery",
            "worker",
            "--pool",
            "solo",
            "-I",
            "tests.jobs.kinds",
        ]
        quiet = ["--without-gossip", "--without-mingle", "--without-heartbeat", "--loglevel", "INFO"]
        with log.open("ab") as output:
            self.process = subprocess.Popen(
                [*command, *quiet], env=environment(**more), stdout=output, stderr=output, cwd=servers.ROOT
            )

    def kill(self) -> None:
        """kill -9: no time to say good-bye."""
        self.process.kill()
        self.process.wait()

    def stop(self) -> None:
        """Celery's cold shutdown."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGQUIT)
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.kill()


@contextmanager
def worker(log: Path, **more: str) -> Iterator[Worker]:
    running = Worker(log, **more)
    try:
        yield running
    finally:
        running.stop()


def in_process(code: str, **more: str) -> str:
    """Run Python with Django set up in a process of its own; returns what it prints."""
    begin = "import django; django.setup(); import tests.jobs.kinds\n"
    done = subprocess.run(
        [sys.executable, "-c", begin + code], env=environment(**more), cwd=servers.ROOT,
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


def wait_for(ready: Callable[[], bool], seconds: float = 30, log: Path | None = None) -> None:
    deadline = time.monotonic() + seconds
    while not ready():
        if time.monotonic() > deadline:
            raise AssertionError(f"did not happen within {seconds} s\n{log.read_text()[-4000:] if log else ''}")
        time.sleep(0.05)
