"""How gunicorn serves the application behind the proxy."""

from __future__ import annotations

import os
from typing import Any

from prometheus_client import multiprocess

bind = f"{os.environ.get('BIND_ADDRESS', '0.0.0.0')}:{os.environ.get('PORT', '8000')}"  # noqa: S104  # inside a container
workers = int(os.environ.get("WEB_PROCESSES", "2"))
threads = int(os.environ.get("WEB_THREADS", "4"))
# Seconds. Nothing that takes longer belongs in a request: it is a job.
timeout = 60
graceful_timeout = 30
keepalive = 75  # longer than the proxy keeps its idle connections, so that it never writes to a closed one
max_requests = 20_000
max_requests_jitter = 2_000
control_socket_disable = True  # it would lie in a home folder that the service does not have
loglevel = "warning"  # the application logs each request itself, without personal data


def child_exit(server: Any, worker: Any) -> None:
    """Gauges of a process that has ended must not be summed up for ever."""
    multiprocess.mark_process_dead(worker.pid)
