"""One plant for all fault tests of a process."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.faults.plants import Plant, running_plant


@pytest.fixture(scope="package")
def plant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Plant]:
    """Equal tenants with a month to close."""
    with running_plant(tmp_path_factory.mktemp("plant")) as plant:
        plant.scene("load", "mould")
        plant.copy_tenant("mould", "calm", "worker", "payer", "broker", "database", "starter", "gate")
        yield plant


@pytest.fixture(scope="package")
def undisturbed(plant: Plant) -> Any:
    """What closing the month comes to."""
    outcome = plant.scene("close_calmly", "calm")
    assert outcome["state"][:2] == ["succeeded", None]
    assert outcome["rows"]["payroll.Payslip"] > 0
    return outcome
