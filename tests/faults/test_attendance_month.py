"""Computing the timesheets of a month while processes die: every day, timesheet and hour of time off is there once."""

from __future__ import annotations

from typing import Any

import pytest

from tests.faults.plants import Plant, ended, ending
from tests.faults.test_month_close import _servers_are_up, amid  # noqa: F401  # a fixture

pytestmark = pytest.mark.fault
KILLED = ("sheets_worker", "sheets_broker", "sheets_database")


@pytest.fixture(scope="module")
def undisturbed(plant: Plant) -> Any:
    """What computing comes to. Everybody has overtime approved that becomes time off."""
    plant.copy_tenant("mould", "sheets")
    plant.scene("approve_time_off", "sheets")
    plant.copy_tenant("sheets", "sheets_calm", *KILLED)
    outcome = plant.scene("sheets_calmly", "sheets_calm")
    assert outcome["state"][:2] == ["succeeded", None]
    assert outcome["time_off"][1] > 0
    return outcome


def test_kill_9_of_the_worker(plant, undisturbed):
    worker = plant.worker()
    with ending(worker, plant.beat()), plant.closing("sheets_worker", amid("attendance", 3), "sheets"):
        worker.kill()
        assert plant.progress("sheets_worker")[0] == "running"
        with ending(plant.worker()):
            plant.wait_for("sheets_worker", ended)
    assert plant.scene("sheets_outcome", "sheets_worker") == undisturbed


def test_kill_9_of_the_broker(plant, undisturbed):
    with ending(plant.worker(), plant.beat()), plant.closing("sheets_broker", amid("attendance", 2), "sheets"):
        plant.kill_broker()
        plant.cluster.valkey.start()
        plant.wait_for("sheets_broker", ended)
    assert plant.scene("sheets_outcome", "sheets_broker") == undisturbed


def test_kill_9_of_the_database(plant, undisturbed):
    with ending(plant.worker(), plant.beat()), plant.closing("sheets_database", amid("attendance", 3), "sheets"):
        plant.kill_database()
        plant.cluster.postgres.start()
        assert plant.progress("sheets_database")[0] == "running"
        plant.wait_for("sheets_database", ended)
    assert plant.scene("sheets_outcome", "sheets_database") == undisturbed
