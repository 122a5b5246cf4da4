"""A pay run whose workers die at every stage, that is cancelled midway, whose formulas are edited meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

import pytest

from tests.faults.plants import Plant, ended, ending

pytestmark = pytest.mark.fault

# What a worker runs into: while it reads the inputs of the first part, writes the payslips of a middle one, and when
# totals are written and digests chained, and the state is to follow.
READING = "LOCK TABLE payroll_monthlyinput IN ACCESS EXCLUSIVE MODE"
WRITING = """
SELECT 1 FROM payroll_payslip WHERE tenant_id = %(tenant)s ORDER BY employee_id OFFSET 70 LIMIT 1 FOR UPDATE
"""
SETTLING = "LOCK TABLE audit_entry IN SHARE MODE"
# The second of three parts of a file, and the directory of the ZIP after them.
PART = """
INSERT INTO payroll_payfilepart (tenant_id, file_id, position, size, entries, content)
SELECT tenant_id, id, {position}, 0, '[]', '' FROM payroll_payfile WHERE tenant_id = %(tenant)s
"""
FILE = (PART.format(position=1), PART.format(position=3))


@pytest.fixture(scope="module")
def paid(plant: Plant, undisturbed: Any) -> Any:
    """What calculating, locking and printing come to, of three equal tenants with a closed month."""
    plant.copy_tenant("calm", "paid", "struck", "cancelled")
    outcome = plant.scene("pay_calmly", "paid")
    assert outcome["run"][:2] == ["locked", 150]
    assert outcome["files"][0][:6] == ["ready", 150, outcome["run"][3], 4, 151, 151]
    return outcome


def kill_at_each(plant: Plant, slug: str, deed: str, stages: tuple[str, ...], meanwhile: Callable[[], Any]) -> None:
    """A worker dies at the first stage, the one after it at the second; one is let through after the last."""
    plant.scene(deed, slug)
    with ExitStack() as barriers:
        barrier = barriers.enter_context(plant.barrier(stages[0], slug))
        for following in (*stages[1:], None):
            with ending(plant.worker()):
                barrier.wait_for_somebody()
                meanwhile()
            # The next barrier is up before the last one falls.
            with barriers.pop_all():
                barrier = barriers.enter_context(plant.barrier(following, slug)) if following else barrier
        assert plant.progress(slug)[0] == "running"
    with ending(plant.worker()):
        plant.wait_for(slug, ended)


def test_kill_9_at_every_stage_while_somebody_edits_a_formula(plant: Plant, paid: Any) -> None:
    edits = iter(["edit"])

    def edit_once() -> None:
        for deed in edits:
            plant.scene(deed, "struck")

    with ending(plant.beat()):
        kill_at_each(plant, "struck", "recalculate", (READING, WRITING, SETTLING), edit_once)
        plant.scene("approve_and_die", "struck")
        kill_at_each(plant, "struck", "lock_and_ask", FILE, lambda: None)
    assert plant.scene("pay_outcome", "struck") == paid


def test_cancelled_midway_and_calculated_again(plant: Plant, paid: Any) -> None:
    with ending(plant.worker(), plant.beat()):
        with plant.barrier(WRITING, "cancelled") as barrier:
            plant.scene("recalculate", "cancelled")
            barrier.wait_for_somebody()
            plant.scene("cancel", "cancelled")
        plant.wait_for("cancelled", ended)
        assert plant.progress("cancelled")[0] == "cancelled"
        assert plant.scene("run_outcome", "cancelled")["run"][0] == "calculating"
        plant.scene("recalculate", "cancelled")
        plant.wait_for("cancelled", ended)
    outcome = plant.scene("run_outcome", "cancelled")
    assert outcome["run"][:5] == ["calculated", *paid["run"][1:5]]
    assert [outcome[name] for name in ("payslips", "totals")] == [paid[name] for name in ("payslips", "totals")]
