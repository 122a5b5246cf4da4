"""Two people at the same run at the same moment: one of them does it, the other one reads why not."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection, transaction

from hrsaas.approvals.models import ApprovalRequest
from hrsaas.approvals.services import requests
from hrsaas.audit.models import Entry
from hrsaas.errors import DomainError
from hrsaas.jobs.models import Job
from hrsaas.jobs.services import jobs
from hrsaas.people.models import Employee
from hrsaas.tenancy.context import tenant_context
from hrsaas.tenancy.models import Tenant
from payroll.models import PayFile, PayRun, RetroDifference
from payroll.packs.bank_layouts import bank_layouts
from payroll.queries.digests import digests_of
from payroll.services import calculations, pay_files, pay_runs
from payroll.services.reviews import acknowledge_findings
from tests import servers
from tests.payroll.conftest import JANUARY, Payroll

Deed = Callable[[], Any]


@pytest.fixture
def shop(live_db: None, tenant_a: Tenant, payroll_of: Callable[[Tenant, str], Payroll]) -> Iterator[Payroll]:
    """Committed: three people, January calculated."""
    with tenant_context(tenant_a.id):
        shop = payroll_of(tenant_a, "retail")
        for code in ("E1", "E2", "E3"):
            shop.hire(code, 1_000_000, bank_account="6222020200112233445")
            shop.full_month(code, JANUARY)
        shop.calculate(JANUARY)
        yield shop


def at_once(run: PayRun, *deeds: Deed) -> list[str]:
    """Every deed is begun while somebody else holds the run, in this order; what became of each."""
    with ThreadPoolExecutor(len(deeds)) as pool:
        with transaction.atomic():
            pay_runs.locked_run(run.id)
            begun = []
            for count, deed in enumerate(deeds, start=1):
                begun.append(pool.submit(_tried, deed, run.tenant_id))
                _wait_for_waiting(count)
        return [one.result(timeout=30) for one in begun]


def _tried(deed: Deed, tenant_id: int) -> str:
    try:
        with tenant_context(tenant_id):
            deed()
    except DomainError as error:
        return error.code
    finally:
        connection.close()
    return "done"


def _wait_for_waiting(count: int) -> None:
    watching: Any = servers.superuser()
    with watching.cursor() as cursor:
        for _turn in range(1_000):
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
            )
            if cursor.fetchone()[0] == count:
                break
            time.sleep(0.01)
        else:
            raise AssertionError("nobody waits for the run")
    watching.close()


def approving(shop: Payroll, run: PayRun, name: str) -> Deed:
    checker = shop.officer(name)
    return lambda: pay_runs.approve_run(run=run, approve=True, comment="", actor=checker, now=shop.now)


def times(action: str) -> int:
    return Entry.objects.filter(action=action).count()


def test_approved_once_by_whichever_pages_two_people_use(shop: Payroll) -> None:
    run = shop.submit(calculations.run_of(JANUARY))
    request, other = ApprovalRequest.objects.get(), shop.officer("two")
    decide = {"request": request, "approve": True, "comment": "", "actor": other, "now": shop.now}
    answers = at_once(run, approving(shop, run, "one"), lambda: requests.decide(**decide), approving(shop, run, "two"))
    assert answers == ["done", "approvals.request.finished", "payroll.run.not_submitted"]
    assert (times("payroll.run.approve"), PayRun.objects.get().state) == (1, PayRun.State.APPROVED)


def test_approved_or_withdrawn_and_never_both(shop: Payroll) -> None:
    run = shop.submit(calculations.run_of(JANUARY))
    request, maker = ApprovalRequest.objects.get(), shop.officer("maker")
    withdraw: Deed = lambda: requests.withdraw(request=request, actor=maker, now=shop.now)  # noqa: E731
    assert at_once(run, withdraw, approving(shop, run, "one")) == ["done", "payroll.run.not_submitted"]
    run.refresh_from_db()
    assert (run.state, run.submitted_at, times("payroll.run.approve")) == (PayRun.State.REVIEWED, None, 0)


def test_locked_once_and_not_calculated_meanwhile(shop: Payroll) -> None:
    run, checker = shop.approve(JANUARY), shop.officer("checker")
    by: dict[str, Any] = {"actor": shop.actor, "now": shop.now}
    people = list(Employee.objects.filter(code="E1"))
    lock: Deed = lambda: pay_runs.lock_run(run=run, actor=checker, now=shop.now)  # noqa: E731
    answers = at_once(
        run, lock, lambda: calculations.recalculate(run=run, employees=people, **by), lock,
        lambda: calculations.start_run(run=run, **by, publish=False),
    )  # fmt: skip
    assert answers == ["done", "payroll.run.not_open", "payroll.run.not_approved", "payroll.run.not_open"]
    run.refresh_from_db()
    assert (run.state, times("payroll.run.lock"), run.chain[-1]) == ("locked", 1, digests_of(run).result)


@pytest.mark.parametrize("submit_first", [True, False])
def test_what_is_submitted_is_what_was_reviewed(shop: Payroll, submit_first: bool) -> None:
    by: dict[str, Any] = {"actor": shop.officer("maker"), "now": shop.now}
    run = pay_runs.review_run(run=calculations.run_of(JANUARY), note="", **by)
    shop.enter("E1", JANUARY, sales="60000")
    acknowledge_findings(run=run, kind="inputs_changed", reason="the next month carries it", **by)
    people = list(Employee.objects.filter(code="E1"))
    submit: Deed = lambda: pay_runs.submit_run(run=run, **by)  # noqa: E731
    again: Deed = lambda: calculations.recalculate(run=run, employees=people, **by)  # noqa: E731
    first, second = (submit, again) if submit_first else (again, submit)
    refused = "payroll.run.not_open" if submit_first else "payroll.run.not_reviewed"
    assert at_once(run, first, second) == ["done", refused]
    run.refresh_from_db()
    assert (run.submitted_at is not None) == submit_first
    assert run.result_digest == digests_of(run).result


def test_two_bank_files_asked_for_at_once_are_one(shop: Payroll) -> None:
    run = shop.lock(JANUARY)
    by: dict[str, Any] = {"actor": shop.officer("checker"), "now": shop.now}
    ask: Deed = lambda: pay_files.request_file(run=run, kind="bank", options={}, **by)  # noqa: E731
    other = {"layout": list(bank_layouts())[1]}
    ask_other: Deed = lambda: pay_files.request_file(run=run, kind="bank", options=other, **by)  # noqa: E731
    assert at_once(run, ask, ask, ask_other) == ["done", "done", "payroll.file.being_made"]
    file = PayFile.objects.get()
    assert Job.objects.filter(kind=pay_files.JOB).count() == times("payroll.file.create") == 1
    assert jobs.run(file.job_id).state == Job.State.SUCCEEDED
    file.refresh_from_db()
    assert (file.row_count, file.amount_fen) == (3, run.net_fen)
    with pytest.raises(DomainError) as refused:
        ask_other()
    assert refused.value.code == "payroll.file.nothing_to_pay"


def test_calculate_pressed_twice_is_one_job_and_refused_once_it_is_at_work(shop: Payroll) -> None:
    run = calculations.run_of(JANUARY)
    by: dict[str, Any] = {"actor": shop.actor, "now": shop.now, "publish": False}
    press: Deed = lambda: calculations.start_run(run=run, **by)  # noqa: E731
    assert at_once(run, press, press) == ["done", "done"]
    job = Job.objects.get(kind=calculations.JOB, state=Job.State.QUEUED)
    month: Deed = lambda: calculations.start_calculation(month=JANUARY, **by)  # noqa: E731
    assert at_once(run, month) == ["payroll.run.being_calculated"]
    Job.objects.filter(id=job.id).update(state=Job.State.RUNNING)
    assert at_once(run, press, month) == ["payroll.run.being_calculated"] * 2
    Job.objects.filter(id=job.id).update(state=Job.State.QUEUED)
    assert jobs.run(job.id).state == Job.State.SUCCEEDED
    assert at_once(run, month, month) == ["done", "done"]
    assert Job.objects.filter(kind=calculations.JOB, state=Job.State.QUEUED).count() == 1


def test_two_calculations_at_once_come_to_one_result(shop: Payroll, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calculations, "CHUNK", 1)
    before = calculations.run_of(JANUARY)
    by: dict[str, Any] = {"actor": shop.actor, "now": shop.now}
    for code in ("E1", "E2", "E3"):
        shop.enter(code, JANUARY, sales="60000")
    params = {"run": before.id}
    ids = [jobs.enqueue(kind=calculations.JOB, params=params, **by, publish=False).id for _turn in range(2)]
    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(lambda id_: _tried(lambda: jobs.run(id_), shop.tenant.id), ids)) == ["done", "done"]
    run = calculations.run_of(JANUARY)
    assert [Job.objects.get(id=id_).state for id_ in ids] == ["succeeded", "succeeded"]
    assert (run.state, run.headcount, run.gross_fen - before.gross_fen) == ("calculated", 3, 330_000)
    assert run.result_digest == digests_of(run).result
    assert RetroDifference.objects.count() == 0
