"""``make run``: the whole product on one machine until Ctrl-C."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path

from hrsaas.devservers import processes
from hrsaas.devservers.cluster import running
from hrsaas.devservers.processes import ServerError

ROOT = Path(__file__).resolve().parent.parent.parent
PORT = int(os.environ.get("PUBLIC_PORT", "8000"))
REQUEST_LOG = ROOT / ".local" / "requests.log"
# Python's warnings that are for a production host: here root may run workers, and assets come from the packages.
_QUIET = ("-W", "ignore:You're running the worker with superuser", "-W", "ignore:No directory at")


def main() -> int:
    # A plain `kill` ends us the way Ctrl-C does, so that nothing we started stays behind. Ctrl-C itself is ignored in
    # what a script starts in the background, unless somebody asks for it.
    for signum in (signal.SIGINT, signal.SIGTERM):
        signal.signal(signum, signal.default_int_handler)
    try:
        with ExitStack() as stack:
            _serve(stack)
    except ServerError as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped.")
    return 0


def _serve(stack: ExitStack) -> None:
    _require_port()
    _join_servers(stack)
    _say("Bringing the database up to date …")
    _manage("migrate", "-v0")
    _manage("check_tenancy")
    _say("Starting worker, beat and web …")
    for command in (_worker(), _beat()):
        stack.callback(_end, _start(command))
    environment = {"PROMETHEUS_MULTIPROC_DIR": str(_fresh_metrics()), "LOG_FILE": str(REQUEST_LOG)}
    stack.callback(_end, _start(_web(), **environment))
    _manage("load_demo", "--if-empty", "--close-last-month")
    _wait_for_web()
    _manage("show_demo")
    _say(f"Requests are logged in {REQUEST_LOG.relative_to(ROOT)}; only what is wrong is shown here.")
    _say("Ctrl-C stops everything.\n")
    signal.pause()


def _say(text: str) -> None:
    print(text, flush=True)


def _require_port() -> None:
    if not processes.port_is_free(PORT, "0.0.0.0"):  # noqa: S104  # only probed, never listened on
        raise ServerError(
            f"Port {PORT} is taken. Stop the program that uses it (`ss -ltnp | grep :{PORT}` names it),"
            f" or choose another: PUBLIC_PORT=8001 make run"
        )


def _join_servers(stack: ExitStack) -> None:
    """Real servers when the environment names them, else the embedded ones."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hrsaas.settings")
    os.environ.setdefault("EMAIL_URL", "consolemail://")
    if "DATABASE_URL" not in os.environ:
        _say("Starting PostgreSQL and Valkey …")
        for name, value in stack.enter_context(running(ROOT / ".local")).environment().items():
            os.environ.setdefault(name, value)


def _manage(command: str, *options: str) -> None:
    """A management command in this process: setting Django up once instead of four times halves the start."""
    import django
    from django.core.management import CommandError, call_command
    from django.db import connections

    django.setup()
    try:
        call_command(command, *options)
    except CommandError as error:
        raise ServerError(f"`manage.py {command}` failed: {error}") from error
    finally:
        connections.close_all()


def _worker() -> list[str]:
    options = ["--concurrency=2", "--loglevel=WARNING", "--without-gossip", "--without-mingle"]
    return [*_QUIET, "-m", "celery", "--quiet", "-A", "hrsaas", "worker", *options]


def _beat() -> list[str]:
    options = ["--loglevel=WARNING", "--schedule=.local/beat", "--pidfile="]
    return ["-m", "celery", "--quiet", "-A", "hrsaas", "beat", *options]


def _web() -> list[str]:
    return [*_QUIET, "-m", "gunicorn", "hrsaas.wsgi", "--config=deploy/gunicorn.conf.py", f"--bind=127.0.0.1:{PORT}"]


def _fresh_metrics() -> Path:
    """Each web process counts for itself in this folder; counts of the last start must not join in."""
    folder = ROOT / ".local" / "metrics"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def _start(command: list[str], **more: str) -> subprocess.Popen[bytes]:
    (ROOT / ".local").mkdir(exist_ok=True)
    # Sessions of their own: the terminal's Ctrl-C comes to us alone, and we end them in order.
    return subprocess.Popen([sys.executable, *command], cwd=ROOT, env={**os.environ, **more}, start_new_session=True)


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(timeout=10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _wait_for_web() -> None:
    if not processes.wait_until(lambda: not processes.port_is_free(PORT), 20):
        raise ServerError("The web server did not start; the lines above say why.")
    time.sleep(0.1)


if __name__ == "__main__":
    sys.exit(main())
