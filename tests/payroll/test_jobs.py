"""Payroll as a job of its own and as the last stage of a month close."""

from __future__ import annotations

from hrsaas.jobs.models import Job, JobError
from hrsaas.jobs.services import runner
from hrsaas.months.services import closes
from payroll.models import PayRun
from payroll.services import calculations, pay_runs
from payroll.services.reviews import acknowledge_findings
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


def test_who_came_after_the_lock_of_attendance_reads_what_to_do_on_the_payslip_and_in_the_job(shop: Payroll) -> None:
    close(shop)
    shop.hire("E2")
    late = shop.hire("E3", name="张三")
    shop.enter("E2", JANUARY, due_days="22", attended_days="22", paid_days="22")
    shop.hire("E4", work_city="火星城")
    close(shop)
    (error,) = (one for one in shop.slip(JANUARY, late.code).error if "timesheet" in one["code"])
    assert (error["code"], error["item"]) == ("payroll.payslip.no_timesheet", "")
    assert "2026-01 的考勤已锁定，其中没有 张三（E3）" in error["zh"] and "unlock" in error["en"].lower()
    told = JobError.objects.filter(item="E3", job=Job.objects.latest("id"))
    assert sorted(told.values_list("code", flat=True)) == [
        "attendance.month.no_timesheet", "payroll.payslip.no_timesheet"
    ]  # fmt: skip
    assert not told.filter(en__contains="no value for").exists()
    others = {one["code"] for one in shop.slip(JANUARY, "E4").error}
    assert "payroll.payslip.no_timesheet" in others and len(others) > 1


def test_a_run_that_is_not_open_any_more_names_whom_it_lacks(shop: Payroll) -> None:
    close(shop)
    by = {"actor": shop.actor, "now": shop.now}
    acknowledge_findings(run=PayRun.objects.get(), kind="net_negative", reason="a month without punches", **by)
    run = shop.submit(PayRun.objects.get())
    shop.hire("E2", name="张三")
    (error,) = close(shop).errors.filter(code="payroll.run.left_out")
    assert error.item == "E2"
    assert "waits for its approval" in error.en and "张三（E2）" in error.zh and "撤回" in error.zh
    pay_runs.approve_run(run=run, approve=True, comment="", actor=shop.officer("checker"), now=shop.now)
    (error,) = close(shop).errors.filter(code="payroll.run.left_out")
    assert "cannot be changed any more" in error.en and "补发" in error.zh


def close(shop: Payroll) -> Job:
    """January of E1, closed; whoever else is there, too."""
    if not PayRun.objects.exists():
        shop.hire("E1")
    job = closes.start(month=JANUARY, actor=shop.actor, now=shop.now, publish=False)
    runner.run(job.id)
    job.refresh_from_db()
    assert job.state == Job.State.SUCCEEDED, job.error
    return job


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
