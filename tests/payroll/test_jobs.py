"""Payroll as a job of its own and as the last stage of a month close."""

from __future__ import annotations

from hrsaas.jobs.models import Job, JobError
from hrsaas.jobs.services import runner
from hrsaas.months.services import closes
from payroll.models import PayRun
from payroll.services import calculations
from tests.payroll.conftest import JANUARY, Payroll


def test_the_job_leaves_the_run_calculated_and_lists_who_could_not_be_paid(shop: Payroll) -> None:
    shop.hire("E1")
    shop.full_month("E1", JANUARY)
    shop.hire("E2")
    job = calculations.start_calculation(month=JANUARY, actor=shop.actor, now=shop.now, publish=False)
    runner.run(job.id)
    job.refresh_from_db()
    assert (job.state, job.counts["people"], job.counts["errors"]) == (Job.State.SUCCEEDED, 2, 1)
    assert job.summary["net_fen"] == PayRun.objects.get().net_fen
    assert set(JobError.objects.values_list("item", flat=True)) == {"E2"}


def test_a_month_close_ends_with_a_calculated_run_and_changes_nothing_when_repeated(shop: Payroll) -> None:
    shop.hire("E1")
    shop.full_month("E1", JANUARY)
    results = []
    for _turn in range(2):
        job = closes.start(month=JANUARY, actor=shop.actor, now=shop.now, publish=False)
        runner.run(job.id)
        job.refresh_from_db()
        assert job.state == Job.State.SUCCEEDED, job.error
        run = PayRun.objects.get()
        results.append((run.state, run.result_digest, run.calculated_at, run.version))
    assert results[0] == results[1]
    assert results[0][0] == PayRun.State.CALCULATED
