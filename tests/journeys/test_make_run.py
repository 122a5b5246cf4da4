"""``make run`` on a checkout of its own: two employers to look at, Ctrl-C leaves nothing, the next start is quick."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from hrsaas.devservers import processes
from hrsaas.devservers.cluster import load_cluster
from tests.servers import ROOT

READY = "Ctrl-C stops everything."
# Alone on the machine it takes half of this; here other tests use the same cores.
SECOND_START_SECONDS = 20
_NOT_COPIED = shutil.ignore_patterns(".git", ".venv", ".local", ".*_cache", ".hypothesis", "__pycache__")
_OF_THE_TESTS = ("DATABASE", "REDIS_URL", "SECRET_KEY", "MASTER_KEYS", "BASE_DOMAIN", "HRSAAS", "PYTHONPATH", "DJANGO")

pytestmark = pytest.mark.fault


class Product:
    """A copy of the checkout and the process that `make run` is."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port, self.log = folder, processes.free_port(), folder.with_suffix(".log")
        shutil.copytree(ROOT, folder, ignore=_NOT_COPIED)

    @property
    def environment(self) -> dict[str, str]:
        own = {name: value for name, value in os.environ.items() if not name.startswith(_OF_THE_TESTS)}
        return {**own, "PUBLIC_PORT": str(self.port)}

    def start(self) -> subprocess.Popen[bytes]:
        with self.log.open("wb") as log:
            return subprocess.Popen(
                [sys.executable, "-u", "-m", "hrsaas.devservers.run"], cwd=self.folder, env=self.environment,
                stdout=log, stderr=log,
            )  # fmt: skip

    @contextmanager
    def running(self, seconds: float) -> Iterator[str]:
        """Ready within so many seconds; what it printed. Ctrl-C at the end stops all that was started."""
        process = self.start()
        try:
            ready = processes.wait_until(lambda: READY in self.printed or process.poll() is not None, seconds)
            assert ready and process.poll() is None, self.printed[-4000:]
            yield self.printed
            started = list(_descendants(process.pid))
            assert len(started) > 5
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(60)
        assert process.returncode == 0
        assert [command for pid, command in started if command and _command(pid) == command] == []

    @property
    def printed(self) -> str:
        return self.log.read_text(errors="replace")

    def get(self, host: str, path: str) -> tuple[int, str]:
        """Status and text, as a browser asks that resolves every name below localhost to this machine."""
        request = Request(f"http://127.0.0.1:{self.port}{path}", headers={"Host": f"{host}:{self.port}"})
        try:
            with urlopen(request, timeout=60) as answer:
                return answer.status, answer.read().decode()
        except HTTPError as error:
            return error.code, error.read().decode()

    def ports(self) -> list[int]:
        cluster = load_cluster(self.folder / ".local")
        return [self.port, cluster.postgres.port, cluster.valkey.port]

    def contents(self) -> dict[str, Any]:
        """Table → digest of its rows."""
        connection = load_cluster(self.folder / ".local").postgres.connect("hrsaas")
        with connection.cursor() as cursor:
            cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
            found = {}
            for (table,) in cursor.fetchall():
                cursor.execute(f"SELECT count(*), md5(string_agg(t::text, ' ' ORDER BY t::text)) FROM {table} t")
                found[table] = cursor.fetchone()
        connection.close()
        return found


def _descendants(pid: int) -> Iterator[tuple[int, bytes]]:
    """Process ids below this one, with their command lines; b'' for one that has ended."""
    for text in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
        yield int(text), _command(int(text))
        yield from _descendants(int(text))


def _command(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Product:
    return Product(tmp_path_factory.mktemp("make-run") / "checkout")


def test_make_run_serves_two_tenants_until_ctrl_c_and_starts_again_at_once(product: Product) -> None:
    with product.running(seconds=400) as printed:
        assert f"Closing {_last_month()} of retail" in printed and f"Closing {_last_month()} of hospital" in printed
        assert printed.count("succeeded") == 2 and printed.count("payslips, gross") == 2
        assert f"http://retail.localhost:{product.port}/admin/" in printed
        assert "Password of all demo logins:" in printed
        _answers(product)
        before = product.contents()
    assert before["payroll_payslip"][0] > 100
    assert all(processes.port_is_free(port) for port in product.ports())
    begin = time.monotonic()
    with product.running(seconds=60):
        seconds = time.monotonic() - begin
        assert product.contents() == before
        assert product.get("retail.localhost", "/admin/login/")[0] == 200
    assert seconds < SECOND_START_SECONDS


def _last_month() -> str:
    year, month = time.gmtime()[:2]
    return f"{year - (month == 1)}-{(month - 2) % 12 + 1:02}"


def _answers(product: Product) -> None:
    for host in ("retail.localhost", "hospital.localhost", "localhost"):
        status, text = product.get(host, "/admin/login/")
        assert (status, "password" in text) == (200, True), (host, status)
    assert product.get("retail.localhost", "/api/docs/")[0] == 200
    assert product.get("retail.localhost", "/api/v1/people/employees/")[0] == 401
    assert product.get("nobody.localhost", "/admin/login/")[0] == 404


def test_a_taken_port_is_named_with_what_to_do(product: Product) -> None:
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind(("0.0.0.0", product.port))
        taken.listen()
        process = product.start()
        assert process.wait(30) == 1
    assert f"Port {product.port} is taken" in product.printed and "PUBLIC_PORT=" in product.printed
    assert "Traceback" not in product.printed
