"""Who may do what to a run, in which order."""

from __future__ import annotations

from datetime import timedelta

import pytest

from hrsaas.approvals.models import ApprovalRequest
from hrsaas.approvals.services import requests
from hrsaas.audit.models import Entry
from hrsaas.errors import DomainError, NotAllowed
from payroll.models import PayRun, Payslip
from payroll.services import calculations, pay_runs
from payroll.services.monthly_inputs import EnteredValue, save_inputs
from tests.payroll.conftest import FEBRUARY, JANUARY, Payroll


@pytest.fixture
def january(shop: Payroll) -> PayRun:
    shop.hire("E1")
    shop.full_month("E1", JANUARY)
    return shop.calculate(JANUARY)


def code_of(call: object, *args: object, **kwargs: object) -> str:
    with pytest.raises(DomainError) as caught:
        call(*args, **kwargs)  # type: ignore[operator]
    return caught.value.code


def test_the_maker_cannot_approve_neither_here_nor_on_the_approvals_page(shop: Payroll, january: PayRun) -> None:
    maker = shop.officer("maker")
    run = shop.submit(january)
    request = ApprovalRequest.objects.get(kind=pay_runs.KIND)
    by = {"approve": True, "comment": "", "actor": maker, "now": shop.now}
    assert code_of(pay_runs.approve_run, run=run, **by) == "approvals.request.own"
    assert code_of(requests.decide, request=request, **by) == "approvals.request.own"
    assert PayRun.objects.get().state == PayRun.State.REVIEWED


def test_somebody_else_approves_and_then_it_may_be_locked(shop: Payroll, january: PayRun) -> None:
    run = shop.approve(JANUARY)
    assert (run.state, run.maker_label != run.checker_label) == (PayRun.State.APPROVED, True)
    run = pay_runs.lock_run(run=run, actor=shop.officer("checker"), now=shop.now)
    assert (run.state, run.chain[-1]) == (PayRun.State.LOCKED, run.result_digest)
    assert set(Entry.objects.filter(action__startswith="payroll.run.").values_list("action", flat=True)) >= {
        "payroll.run.calculate", "payroll.run.review", "payroll.run.submit", "payroll.run.approve", "payroll.run.lock",
    }  # fmt: skip


def test_a_refusal_opens_the_run_again(shop: Payroll, january: PayRun) -> None:
    run = shop.submit(january)
    by = {"actor": shop.officer("checker"), "now": shop.now}
    run = pay_runs.approve_run(run=run, approve=False, comment="?", **by)
    assert (run.state, run.is_open, run.maker) == (PayRun.State.REVIEWED, True, None)


def test_a_submitted_or_closed_run_is_not_calculated_again(shop: Payroll, january: PayRun) -> None:
    digest = january.result_digest
    shop.submit(january)
    shop.enter("E1", JANUARY, sales="100000")
    assert shop.calculate(JANUARY).result_digest == digest
    by = {"actor": shop.actor, "now": shop.now, "publish": False}
    assert code_of(calculations.start_calculation, month=JANUARY, **by) == "payroll.run.not_open"


def test_an_approved_month_takes_no_entered_values(shop: Payroll, january: PayRun) -> None:
    shop.approve(JANUARY)
    rows = [EnteredValue("E1", JANUARY, "sales", "1"), EnteredValue("E9", JANUARY, "销售额", "1.234")]
    with pytest.raises(DomainError) as caught:
        save_inputs(rows=rows, actor=shop.actor, now=shop.now)
    faults = [(fault["row"], fault["code"].split(".")[-1]) for fault in caught.value.extra["rows"]]
    assert faults == [(0, "month_closed"), (1, "unknown_employee"), (1, "month_closed"), (1, "bad_value")]


def test_a_run_with_errors_is_neither_submitted_nor_locked(shop: Payroll, january: PayRun) -> None:
    shop.hire("E2")
    run = shop.calculate(JANUARY)
    assert code_of(shop.submit, run=run) == "payroll.run.has_errors"


def test_an_empty_run_is_not_submitted(shop: Payroll) -> None:
    run = shop.calculate(JANUARY)
    assert code_of(shop.submit, run=run) == "payroll.run.empty"


def test_a_run_whose_earlier_months_changed_since_is_not_submitted(shop: Payroll, january: PayRun) -> None:
    shop.full_month("E1", FEBRUARY)
    february = shop.calculate(FEBRUARY)
    shop.enter("E1", JANUARY, sales="100000")
    shop.calculate(JANUARY)
    assert code_of(shop.submit, run=february) == "payroll.run.outdated"
    shop.submit(shop.calculate(FEBRUARY))


def test_months_are_locked_in_their_order(shop: Payroll, january: PayRun) -> None:
    shop.full_month("E1", FEBRUARY)
    shop.calculate(FEBRUARY)
    run = shop.approve(FEBRUARY)
    by = {"actor": shop.officer("checker"), "now": shop.now}
    assert code_of(pay_runs.lock_run, run=run, **by) == "payroll.run.earlier_open"


def test_submitting_twice_and_locking_before_the_approval_are_refused(shop: Payroll, january: PayRun) -> None:
    by = {"actor": shop.officer("maker"), "now": shop.now}
    assert code_of(pay_runs.lock_run, run=january, **by) == "payroll.run.not_approved"
    assert code_of(pay_runs.submit_run, run=january, **by) == "payroll.run.not_reviewed"
    shop.submit(january)
    assert code_of(pay_runs.submit_run, run=january, **by) == "payroll.run.already_submitted"


def test_payslips_changed_behind_the_services_are_not_approved_or_locked(shop: Payroll, january: PayRun) -> None:
    run = shop.submit(january)
    Payslip.objects.update(employee_name="someone else")
    by = {"actor": shop.officer("checker"), "now": shop.now + timedelta(hours=1)}
    run = pay_runs.approve_run(run=run, approve=True, comment="", **by)
    assert code_of(pay_runs.lock_run, run=run, **by) == "payroll.run.changed"


def test_each_step_needs_its_permission(shop: Payroll, january: PayRun) -> None:
    from hrsaas.access.actors import system_actor

    run = shop.approve(JANUARY)
    with pytest.raises(NotAllowed):
        pay_runs.lock_run(run=run, actor=system_actor("job"), now=shop.now)
