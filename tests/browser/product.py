"""The whole product as `make run` starts it, on this test run's own servers: web, worker and beat, two demo tenants."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from hrsaas.devservers import processes
from hrsaas.devservers.cluster import load_cluster
from tests import servers

PASSWORD = "Browse-2026-safely"
OPERATOR = "operator@example.com"
# Behind those that the workers of the test run take for themselves.
FIRST_REDIS_DATABASE = 8


@dataclass(frozen=True)
class Product:
    """A running product. Nothing but its addresses is needed to use it."""

    port: int

    def at(self, slug: str, path: str = "/admin/") -> str:
        """An address at a tenant; '' is the operator console."""
        return f"http://{f'{slug}.' if slug else ''}localhost:{self.port}{path}"


@contextmanager
def running(folder: Path) -> Iterator[Product]:
    """Up inside the block; every process that was started ends with it. folder: for logs."""
    port = processes.free_port()
    environment = _environment(port)
    with ExitStack() as stack:
        _run(environment, "-m", "tests.browser.tenants", OPERATOR, PASSWORD)
        for name, command in _commands(port, folder).items():
            stack.callback(_end, _start(command, environment, folder / f"{name}.log"))
        if not processes.wait_until(lambda: not processes.port_is_free(port), 30):
            raise AssertionError((folder / "web.log").read_text())
        yield Product(port)


def _environment(port: int) -> Mapping[str, str]:
    """A database of its own, cloned from the template."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "")
    cluster = load_cluster(Path(os.environ[servers.FOLDER]))
    database = f"browser_{worker or 'main'}"
    servers.clone_template(cluster, database)
    number = FIRST_REDIS_DATABASE + int(worker.removeprefix("gw") or 0)
    return {
        **servers.environment(),
        **cluster.environment(database),
        "REDIS_URL": cluster.valkey.url.removesuffix("/0") + f"/{number}",
        "BASE_DOMAIN": "localhost",
        "PUBLIC_PORT": str(port),
    }


def _commands(port: int, folder: Path) -> dict[str, list[str]]:
    celery = ["-m", "celery", "-A", "hrsaas"]
    return {
        "worker": [*celery, "worker", "--pool=solo", "--loglevel=WARNING", "--without-gossip", "--without-mingle"],
        "beat": [*celery, "beat", "--loglevel=WARNING", f"--schedule={folder / 'beat'}", "--pidfile="],
        "web": [
            "-m",
            "gunicorn",
            "hrsaas.wsgi",
            f"--bind=127.0.0.1:{port}",
            "--threads=4",
            "--log-level=warning",
            "--no-control-socket",
        ],
    }


def _run(environment: Mapping[str, str], *command: str) -> None:
    done = subprocess.run(
        [sys.executable, *command], cwd=servers.ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def _start(command: list[str], environment: Mapping[str, str], log: Path) -> subprocess.Popen[bytes]:
    with log.open("ab") as output:
        return subprocess.Popen(
            [sys.executable, *command], cwd=servers.ROOT, env=environment, stdout=output, stderr=output
        )


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
