"""Closing a month while its processes die: it ends by itself, in the same result, with nothing done twice."""

from __future__ import annotations

from typing import Any

import pytest

from tests.faults.plants import Plant, ended, ending

pytestmark = pytest.mark.fault


@pytest.fixture(autouse=True)
def _servers_are_up(plant: Plant) -> None:
    """Also after a test that failed while one was down."""
    plant.cluster.valkey.start()
    plant.cluster.postgres.start()


def amid(stage: str, steps: int) -> Any:
    """The stage is at work, at least so many steps are done, and more are to come."""
    return lambda state, position, at: state == "running" and at == stage and position >= steps


@pytest.mark.parametrize(("slug", "stage", "steps"), [("worker", "attendance", 3), ("payer", "payroll", 25)])
def test_kill_9_of_the_worker(plant, undisturbed, slug, stage, steps):
    worker, beat = plant.worker(), plant.beat()
    with ending(worker, beat), plant.closing(slug, amid(stage, steps)):
        worker.kill()
        assert plant.progress(slug)[0] == "running"
        with ending(plant.worker()):
            plant.wait_for(slug, ended)
    assert plant.scene("outcome", slug) == undisturbed


def test_kill_9_of_the_broker(plant, undisturbed):
    with ending(plant.worker(), plant.beat()), plant.closing("broker", amid("attendance", 2)):
        plant.kill_broker()
        plant.cluster.valkey.start()
        plant.wait_for("broker", ended)
    assert plant.scene("outcome", "broker") == undisturbed


def test_kill_9_of_the_database(plant, undisturbed):
    with ending(plant.worker(), plant.beat()), plant.closing("database", amid("payroll", 25)):
        plant.kill_database()
        plant.cluster.postgres.start()
        assert plant.progress("database")[0] == "running"
        plant.wait_for("database", ended)
    assert plant.scene("outcome", "database") == undisturbed


def test_kill_9_between_the_commit_and_the_message(plant, undisturbed):
    plant.scene("close_and_die", "starter")
    assert plant.progress("starter")[:2] == ("queued", 0)
    with ending(plant.worker(), plant.beat()):
        plant.wait_for("starter", ended)
    assert plant.scene("outcome", "starter") == undisturbed
