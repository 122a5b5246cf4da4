"""Small facts about processes and ports that both embedded servers need."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path


class ServerError(RuntimeError):
    """An embedded server could not be started; the text says what to do."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def port_is_free(port: int, host: str = "127.0.0.1") -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def port_comes_free(port: int) -> bool:
    """Waits a little: a server that was killed a moment ago is gone before its sockets are."""
    return wait_until(lambda: port_is_free(port), 5)


def is_alive(pid: int, name: str) -> bool:
    """Whether the process lives and is the program we think: a recycled pid is not, and a zombie has no name."""
    try:
        command = Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False
    return name.encode() in command


def stop(pid: int, name: str, *, how: signal.Signals, seconds: float) -> None:
    """Ask a process to end, by id; insist after a while."""
    for signum, patience in ((how, seconds), (signal.SIGKILL, 5.0)):
        if not is_alive(pid, name):
            return
        os.kill(pid, signum)
        wait_until(lambda: not is_alive(pid, name), patience)


def leave_running(process: subprocess.Popen[bytes]) -> None:
    """The server outlives whoever started it; its pid file finds it again."""
    process.returncode = 0  # what it does from here on is not this object's to complain about
    _left_running.append(process.pid)


def see_off_ended() -> None:
    """Servers of ours that were killed are zombies until then, and PostgreSQL takes them for living ones."""
    _left_running[:] = [pid for pid in _left_running if _is_running_child(pid)]


def _is_running_child(pid: int) -> bool:
    try:
        return os.waitpid(pid, os.WNOHANG) == (0, 0)
    except ChildProcessError:
        return False


def wait_until(ready: Callable[[], bool], seconds: float) -> bool:
    """Poll until ready() or the time is over; returns whether it came true."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if ready():
            return True
        time.sleep(0.03)
    return ready()


@cache
def can_map_user() -> bool:
    """Whether root may run a program in a user namespace, where it is nobody special."""
    try:
        done = subprocess.run([*MAP_USER, "true"], capture_output=True, check=False)
    except FileNotFoundError:
        return False
    return done.returncode == 0


_left_running: list[int] = []
MAP_USER = ["unshare", "--user", "--map-user=1000", "--map-group=1000"]
