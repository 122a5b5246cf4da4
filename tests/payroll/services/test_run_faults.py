"""Two at once, stopped halfway, edited meanwhile: nothing lost, nothing doubled."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from hrsaas.errors import DomainError
from hrsaas.jobs.services import jobs
from hrsaas.people.models import Employee
from hrsaas.tenancy.context import tenant_context
from hrsaas.tenancy.models import Tenant
from payroll.models import PayGroup, PayRun, PayScheme, Payslip, RetroDifference
from payroll.services import calculations, pay_runs
from payroll.services.pay_groups import assign_members, save_group
from payroll.services.pay_items import save_item
from payroll.services.reviews import acknowledge_findings
from tests.payroll.conftest import FEBRUARY, JANUARY, Payroll

PEOPLE = ("E1", "E2", "E3", "E4")


@pytest.fixture
def staffed(shop: Payroll, monkeypatch: pytest.MonkeyPatch) -> Payroll:
    """Four people in two parts, January closed, a late sale of January for each of them."""
    monkeypatch.setattr(calculations, "CHUNK", 2)
    for code in PEOPLE:
        shop.hire(code, 1_000_000)
        for month in (JANUARY, FEBRUARY):
            shop.full_month(code, month)
    shop.calculate(JANUARY)
    shop.lock(JANUARY)
    for code in PEOPLE:
        shop.enter(code, JANUARY, sales="60000")
    return shop


def outcome(run: PayRun) -> tuple[Any, ...]:
    run.refresh_from_db()
    rows = RetroDifference.objects.filter(run=run).values_list("employee__code", "item", "amount")
    return run.headcount, run.gross_fen, run.net_fen, run.input_digest, sorted(rows)


def test_a_calculation_stopped_after_any_part_ends_as_if_it_had_not_been(staffed: Payroll) -> None:
    """Each part is a transaction: what a killed or cancelled worker leaves is whole parts."""
    by: dict[str, Any] = {"actor": staffed.actor, "now": staffed.now}
    keys = calculations.plan(FEBRUARY)
    expected = outcome(staffed.calculate(FEBRUARY))
    assert len(expected[-1]) == len(PEOPLE)
    for stop in range(1, len(keys) + 1):
        staffed.enter("E1", JANUARY, sales="10000")
        for key in keys[:stop]:
            calculations.calculate_part(month=FEBRUARY, key=key, **by)
        run = calculations.run_of(FEBRUARY)
        with pytest.raises(DomainError) as refused:
            pay_runs.review_run(run=run, note="", **by)
        assert refused.value.code == "payroll.run.not_calculated"
        staffed.enter("E1", JANUARY, sales="60000")
        for key in keys:  # the next worker does not know how far the other one came
            calculations.calculate_part(month=FEBRUARY, key=key, **by)
        calculations.finish_calculation(month=FEBRUARY, **by)
        assert outcome(run) == expected


def test_formulas_edited_during_a_run_wait_for_the_next_one(staffed: Payroll) -> None:
    by: dict[str, Any] = {"actor": staffed.actor, "now": staffed.now}
    for code in PEOPLE:
        staffed.enter(code, FEBRUARY, sales="10000")
    keys = calculations.plan(FEBRUARY)
    for key in keys[:2]:
        calculations.calculate_part(month=FEBRUARY, key=key, **by)
    save_item(code="commission", formula="销售额", **by)
    for key in keys[2:]:
        calculations.calculate_part(month=FEBRUARY, key=key, **by)
    calculations.finish_calculation(month=FEBRUARY, **by)
    assert {staffed.amounts(FEBRUARY, code)["commission"] for code in PEOPLE} == {10_000}
    staffed.calculate(FEBRUARY)
    assert {staffed.amounts(FEBRUARY, code)["commission"] for code in PEOPLE} == {1_000_000}
    assert {staffed.amounts(FEBRUARY, code)["retro_pay"] for code in PEOPLE} == {110_000}, "January's own formulas"


def test_a_run_that_lacks_people_is_not_finished_by_calculating_one_of_them(staffed: Payroll) -> None:
    """Stopped halfway, then "Recalculate people": the other half would never have been paid."""
    by: dict[str, Any] = {"actor": staffed.actor, "now": staffed.now}
    for key in calculations.plan(FEBRUARY)[:2]:
        calculations.calculate_part(month=FEBRUARY, key=key, **by)
    run, one = calculations.run_of(FEBRUARY), Employee.objects.get(code="E1")
    with pytest.raises(DomainError) as refused:
        calculations.recalculate(run=run, employees=[one], **by)
    assert refused.value.code == "payroll.run.not_calculated"
    with pytest.raises(DomainError) as refused:
        calculations.finish_run(run=run, **by)
    assert refused.value.code == "payroll.run.incomplete"
    run.refresh_from_db()
    assert (run.state, run.calculated_at) == (PayRun.State.CALCULATING, None)
    assert staffed.calculate(FEBRUARY).headcount == len(PEOPLE)


def test_two_calculations_by_different_formulas_leave_no_mixture(staffed: Payroll) -> None:
    """Started again with other formulas while the first is at work: what the first has done counts no more."""
    by: dict[str, Any] = {"actor": staffed.actor, "now": staffed.now}
    for code in PEOPLE:
        staffed.enter(code, FEBRUARY, sales="10000")
    keys = calculations.plan(FEBRUARY)
    for key in keys[:2]:
        calculations.calculate_part(month=FEBRUARY, key=key, **by)
    save_item(code="commission", formula="销售额", **by)
    run = pay_runs.prepare_run(run=calculations.run_of(FEBRUARY), **by)
    for key in keys[2:]:
        calculations.calculate_part(month=FEBRUARY, key=key, **by)
    with pytest.raises(DomainError) as refused:
        calculations.finish_calculation(month=FEBRUARY, **by)
    assert refused.value.code == "payroll.run.incomplete"
    for key in calculations.plan_run(run.id):
        calculations.calculate_part(key=key, **by)
    calculations.finish_run(run=run, **by)
    assert {staffed.amounts(FEBRUARY, code)["commission"] for code in PEOPLE} == {1_000_000}


def test_the_job_of_a_run_that_was_taken_back_says_so(staffed: Payroll) -> None:
    by: dict[str, Any] = {"actor": staffed.actor, "now": staffed.now}
    made = {"group": PayGroup.objects.get(), "month": FEBRUARY, "kind": "off_cycle", "title": "补发"}
    run = pay_runs.create_run(**made, **by)
    job = calculations.start_run(run=run, **by, publish=False)
    pay_runs.remove_run(run=run, **by)
    assert jobs.run(job.id).error["code"] == "payroll.run.gone"


def test_nobody_is_paid_a_month_by_two_groups(shop: Payroll) -> None:
    by: dict[str, Any] = {"actor": shop.actor, "now": shop.now}
    moved = shop.hire("E1")
    for code in ("E1", "E2"):
        if code == "E2":
            shop.hire(code)
        shop.full_month(code, JANUARY)
    shop.calculate(JANUARY)
    other = save_group(code="sales", changes={"name": "销售", "scheme": PayScheme.objects.get()}, **by)
    assign_members(group=other, employees=[moved], start_date=JANUARY, **by)
    second = pay_runs.prepare_run(run=pay_runs.regular_run_of(other, JANUARY, shop.now), **by)
    for key in calculations.plan_run(second.id):
        calculations.calculate_part(key=key, **by)
    calculations.finish_run(run=second, **by)
    first = calculations.run_of(JANUARY)
    acknowledge_findings(run=first, kind="payslip_surplus", reason="somebody overlooks what the review says", **by)
    shop.approve(JANUARY)
    second = shop.submit(PayRun.objects.get(id=second.id))
    assert Payslip.objects.filter(employee=moved).count() == 2
    with pytest.raises(DomainError) as refused:
        pay_runs.approve_run(run=second, approve=True, comment="", actor=shop.officer("checker"), now=shop.now)
    assert refused.value.code == "payroll.run.paid_twice"
    with pytest.raises(IntegrityError, match="payroll_paid_once|paid twice"), transaction.atomic():
        checker = shop.officer("checker")
        PayRun.objects.filter(id=second.id).update(
            state="approved", approved_at=shop.now, checker=checker.user_id, checker_label="x"
        )


def test_two_people_approving_at_once_approve_once(
    live_db: None, tenant_a: Tenant, payroll_of: Callable[[Tenant, str], Payroll]
) -> None:
    with tenant_context(tenant_a.id):
        shop = payroll_of(tenant_a, "retail")
        shop.hire("E1")
        shop.full_month("E1", JANUARY)
        run = shop.submit(shop.calculate(JANUARY))
        checkers = [shop.officer("one"), shop.officer("two")]

    def decide(actor: Any) -> str:
        try:
            with tenant_context(tenant_a.id):
                pay_runs.approve_run(run=run, approve=True, comment="", actor=actor, now=shop.now)
        except DomainError as error:
            return error.code
        finally:
            connection.close()
        return "approved"

    with ThreadPoolExecutor(2) as pool:
        answers = sorted(pool.map(decide, checkers))
    assert answers == ["approved", "payroll.run.not_submitted"]
    with tenant_context(tenant_a.id):
        assert PayRun.objects.get(group=PayGroup.objects.get()).state == PayRun.State.APPROVED
