"""Punches that come in while the web server or the database is killed: none is lost, none is doubled."""

from __future__ import annotations

import http.client
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from django.conf import settings

from hrsaas.devservers import processes
from tests.faults.plants import Plant, ending
from tests.servers import ROOT

pytestmark = pytest.mark.fault
BATCHES, BATCH = 40, 100


@dataclass
class Sender:
    """A program that sends each batch until it is answered with 200, as the API asks of programs."""

    host: str
    port: int
    token: str
    answered: int = 0
    lost: int = 0
    trouble: list[str] = field(default_factory=list)

    def run(self) -> None:
        for number in range(BATCHES):
            while not self._send(number):
                self.lost += 1
                time.sleep(0.05)
            self.answered += 1

    def _send(self, number: int) -> bool:
        rows = [
            {"employee_code": f"P{at:05}", "punched_at": f"2026-05-04T08:{number:02}:{at % 60:02}+08:00"}
            for at in range(BATCH)
        ]
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        headers = {"Host": self.host, "Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        try:
            body = json.dumps({"source": "gate", "punches": rows})
            line.request("POST", "/api/v1/attendance/punches/bulk/", body, headers)
            answer = line.getresponse()
            text = answer.read().decode()
        except (OSError, http.client.HTTPException):
            return False
        finally:
            line.close()
        if answer.status not in (200, 500, 503):
            self.trouble.append(text)
        return answer.status == 200


@pytest.fixture
def sender(plant: Plant) -> Sender:
    plant.cluster.valkey.start()
    plant.cluster.postgres.start()
    slug, token = plant.scene("gate", "gate")
    return Sender(f"{slug}.{settings.BASE_DOMAIN}", processes.free_port(), token)


@contextmanager
def sending(sender: Sender) -> Iterator[None]:
    """Batches come in during the block, and until all are answered."""
    thread = threading.Thread(target=sender.run)
    thread.start()
    yield
    thread.join(120)
    assert not thread.is_alive(), sender


def web(plant: Plant, port: int) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "gunicorn", "hrsaas.wsgi", f"--bind=127.0.0.1:{port}", "--workers=1",
               "--threads=2", "--no-control-socket", "--log-level=critical"]  # fmt: skip
    environment = {**plant.environment, "API_RATE": "100000/min"}
    with plant.log.open("ab") as output:
        return subprocess.Popen(command, cwd=ROOT, env=environment, stdout=output, stderr=output)


def until(sender: Sender, answered: int) -> None:
    assert processes.wait_until(lambda: sender.answered >= answered, 60), sender


def outcome(plant: Plant) -> tuple[int, int]:
    """Punches from the gate, and how many of them differ."""
    connection = plant.cluster.postgres.connect("hrsaas")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*), count(DISTINCT (tenant_id, employee_id, punched_at)) FROM attendance_punch"
            " WHERE source = 'gate' AND tenant_id = (SELECT id FROM tenancy_tenant WHERE slug = 'gate')"
        )
        found = cursor.fetchone()
    connection.close()
    return found


def test_kill_9_of_the_web_server_the_database_and_the_broker(plant: Plant, sender: Sender) -> None:
    server = web(plant, sender.port)
    with ending(server), sending(sender):
        until(sender, 5)
        _kill_workers(server)
        until(sender, 15)
        plant.kill_database()
        plant.cluster.postgres.start()
        until(sender, 25)
        plant.kill_broker()  # limits are counted in it
        plant.cluster.valkey.start()
    assert sender.lost > 0, "nothing was ever interrupted"
    assert sender.trouble == []
    assert outcome(plant) == (BATCHES * BATCH, BATCHES * BATCH)
    plant.scene("audit", "gate")


def _kill_workers(master: subprocess.Popen[bytes]) -> None:
    """kill -9 of the process that answers; its master starts another."""
    for worker in Path(f"/proc/{master.pid}/task/{master.pid}/children").read_text().split():
        os.kill(int(worker), signal.SIGKILL)
