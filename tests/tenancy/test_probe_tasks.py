"""A real worker, one slot for all tenants: each task sees what its message's tenant may see, and nothing after it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from django.conf import settings

from hrsaas.celery import TENANT_HEADER, app
from hrsaas.devservers import processes
from hrsaas.people.models import Position
from hrsaas.tenancy.context import tenant_context
from tests import servers
from tests.tenancy.probe_tasks import see, seen

BOTH = {1: "1|of 1|of 1", 2: "2|of 2|of 2"}
NOBODY = "None||"


@pytest.fixture
def worker(live_db: None, tmp_path: Path) -> Iterator[None]:
    """One Celery process with one slot; a position of each tenant to be seen."""
    for tenant_id in (1, 2):
        with tenant_context(tenant_id):
            Position.objects.create(code=f"of {tenant_id}", name="x")
    command = [sys.executable, "-m", "celery", "-A", "hrsaas.celery", "worker", "--pool", "solo"]
    quiet = ["-I", "tests.tenancy.probe_tasks", "--without-gossip", "--without-mingle", "--without-heartbeat"]
    with (tmp_path / "log").open("wb") as log:
        process = subprocess.Popen(
            [*command, *quiet], env=servers.environment(), stdout=log, stderr=log, cwd=servers.ROOT
        )
        yield
        process.terminate()
        process.wait(30)


def _wait(key: str, count: int) -> list[str]:
    assert processes.wait_until(lambda: len(seen(settings.REDIS_URL, key)) >= count, 60)
    return seen(settings.REDIS_URL, key)


def test_tasks_see_what_their_own_tenant_may_see(worker: None) -> None:
    """Also right after a task of the other tenant failed on the same connection."""
    key = f"seen:{uuid4().hex}"
    for tenant_id in (1, 2, None, 1):
        with tenant_context(tenant_id):
            see.delay(settings.REDIS_URL, key, fail=tenant_id == 1)
    assert _wait(key, 4) == [BOTH[1], BOTH[2], NOBODY, BOTH[1]]


def test_a_caller_cannot_choose_the_header(worker: None) -> None:
    """The publisher's own tenant wins over headers that it is handed; nobody outside the broker can set it."""
    key = f"seen:{uuid4().hex}"
    with tenant_context(1):
        see.apply_async((settings.REDIS_URL, key), headers={TENANT_HEADER: 2})
    see.apply_async((settings.REDIS_URL, key), headers={TENANT_HEADER: 2})
    assert _wait(key, 2) == [BOTH[1], NOBODY]


def test_a_message_without_the_header_sees_nothing(worker: None) -> None:
    key = f"seen:{uuid4().hex}"
    with tenant_context(1):
        app.send_task("tests.tenancy.see", args=(settings.REDIS_URL, key))
    assert _wait(key, 1) == [NOBODY]


def test_a_task_called_in_place_has_no_tenant_of_its_own(live_db: None) -> None:
    """Called like a function it has no message, so it sees nothing, even inside a tenant."""
    key = f"seen:{uuid4().hex}"
    with tenant_context(1):
        Position.objects.create(code="of 1", name="x")
        see(settings.REDIS_URL, key)
    assert seen(settings.REDIS_URL, key) == [NOBODY]
