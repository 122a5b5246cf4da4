"""A past month's input changes: the next run pays the difference, and says what it is made of."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from hrsaas.audit.models import Entry
from hrsaas.errors import DomainError
from hrsaas.people.models import Employee
from hrsaas.people.services.assignments import change_pay, leave
from payroll.models import PayGroup, PayItem, PayRun, PayScheme, Payslip, RetroDifference
from payroll.queries.retro_differences import findings
from payroll.services import calculations, pay_runs
from payroll.services.monthly_inputs import EnteredValue, save_inputs
from payroll.services.pay_items import remove_item, save_item
from payroll.services.retro_differences import add_retro_items
from tests.payroll.conftest import FEBRUARY, JANUARY, MARCH, Payroll, inside


def months(payroll: Payroll, *codes: str, until: date = FEBRUARY) -> None:
    for month in (JANUARY, FEBRUARY, MARCH):
        if month <= until:
            for code in codes:
                payroll.full_month(code, month)


def carried(run: PayRun) -> dict[str, int]:
    """Amount by item over the run's people."""
    rows = RetroDifference.objects.filter(run=run, is_carried=True)
    found: dict[str, int] = {}
    for row in rows:
        found[row.item] = found.get(row.item, 0) + row.amount
    return found


def year(payroll: Payroll, code: str, *items: str) -> list[int]:
    sums = dict.fromkeys(items, 0)
    for slip in Payslip.objects.filter(employee_code=code).select_related("run__formula_set"):
        for item in items:
            place = slip.run.formula_set.item_position(item)
            sums[item] += slip.amounts[place]
    return [sums[item] for item in items]


def close(payroll: Payroll, month: date) -> PayRun:
    payroll.calculate(month)
    return payroll.lock(month)


def test_a_late_sale_is_paid_by_the_next_run(shop: Payroll) -> None:
    """60,000 of January come in February: 1,100 of commission, its tax falls into February."""
    shop.hire("E1", 1_000_000)
    months(shop, "E1")
    before = close(shop, JANUARY)
    digest = before.result_digest
    shop.enter("E1", JANUARY, sales="60000")
    shop.calculate(FEBRUARY)
    run = calculations.run_of(FEBRUARY)
    amounts = shop.amounts(FEBRUARY, "E1")
    assert carried(run) == {"commission": 110_000}
    assert amounts["retro_pay"] == 110_000
    assert amounts["gross"] == shop.amounts(JANUARY, "E1")["gross"] + 110_000
    assert amounts["employer_cost"] >= amounts["gross"]
    january = PayRun.objects.get(id=before.id)
    assert (january.result_digest, shop.amounts(JANUARY, "E1")["commission"]) == (digest, 0)
    row = RetroDifference.objects.get()
    assert (row.paid, row.due, row.origin_id) == (0, 110_000, before.id)


def test_a_rise_from_a_closed_month_on_changes_pay_and_contributions(shop: Payroll) -> None:
    employee = shop.hire("E1", 1_000_000)
    months(shop, "E1")
    close(shop, JANUARY)
    change_pay(employee=employee, on_date=JANUARY, base_pay_fen=1_200_000, actor=shop.actor, now=shop.now)
    shop.calculate(FEBRUARY)
    found = carried(calculations.run_of(FEBRUARY))
    assert (found["attended_pay"], found["pension_employee"], found["fund_employee"]) == (200_000, 16_000, 10_000)
    amounts = shop.amounts(FEBRUARY, "E1")
    own = sum(amounts[code] for code in (
        "pension_employee", "medical_employee", "unemployment_employee", "supplementary_employee", "fund_employee"
    ))  # fmt: skip
    assert amounts["contributions_employee"] == own + amounts["retro_contribution"]
    assert amounts["net"] == amounts["gross"] - amounts["contributions_employee"] - amounts["income_tax"]
    assert amounts["retro_employer_contribution"] > 0
    assert 2 * shop.amounts(FEBRUARY, "E1")["attended_pay"] == 2_400_000


def test_corrected_twice_pays_each_difference_once(shop: Payroll) -> None:
    shop.hire("E1", 1_000_000)
    months(shop, "E1", until=MARCH)
    close(shop, JANUARY)
    shop.enter("E1", JANUARY, sales="60000")
    close(shop, FEBRUARY)
    shop.enter("E1", JANUARY, sales="10000")
    shop.calculate(MARCH)
    run = calculations.run_of(MARCH)
    row = RetroDifference.objects.get(run=run)
    assert (row.paid, row.due, row.amount) == (110_000, 10_000, -100_000)
    assert year(shop, "E1", "retro_pay") == [10_000]


def test_taken_back_to_what_was_paid_takes_back_what_was_carried(shop: Payroll) -> None:
    shop.hire("E1", 1_000_000)
    months(shop, "E1", until=MARCH)
    close(shop, JANUARY)
    shop.enter("E1", JANUARY, sales="60000")
    close(shop, FEBRUARY)
    shop.enter("E1", JANUARY, sales="0")
    shop.calculate(MARCH)
    assert year(shop, "E1", "retro_pay") == [0]


def test_calculating_again_changes_nothing_and_an_open_run_follows_what_is_entered(shop: Payroll) -> None:
    shop.hire("E1")
    months(shop, "E1")
    close(shop, JANUARY)
    shop.enter("E1", JANUARY, sales="60000")
    shop.calculate(FEBRUARY)
    run, rows = calculations.run_of(FEBRUARY), list(RetroDifference.objects.values())
    shop.calculate(FEBRUARY)
    again = calculations.run_of(FEBRUARY)
    assert (again.input_digest, again.version, list(RetroDifference.objects.values())) == (
        run.input_digest, run.version, rows,
    )  # fmt: skip
    assert sum(result.counts.get("changed", 0) for result in shop.results) == 0
    shop.enter("E1", JANUARY, sales="70000")
    shop.calculate(FEBRUARY)
    assert carried(calculations.run_of(FEBRUARY)) == {"commission": 140_000}
    assert calculations.run_of(FEBRUARY).input_digest != run.input_digest


def test_late_values_are_refused_only_between_approval_and_lock_and_are_in_the_trail(shop: Payroll) -> None:
    shop.hire("E1")
    months(shop, "E1")
    shop.calculate(JANUARY)
    run = shop.approve(JANUARY)
    with pytest.raises(DomainError) as refused:
        shop.enter("E1", JANUARY, sales="1")
    assert refused.value.extra["rows"][0]["code"] == "payroll.input.month_closed"
    pay_runs.lock_run(run=run, actor=shop.officer("checker"), now=shop.now)
    shop.enter("E1", JANUARY, sales="1")
    entry = Entry.objects.get(action="payroll.input.retro")
    assert entry.new == {"months": ["2026-01"], "employees": ["E1"], "inputs": ["sales"]}


def test_late_tax_relief_lowers_the_tax_of_the_year_once(shop: Payroll) -> None:
    shop.hire("E1", 3_000_000)
    shop.hire("E2", 3_000_000)
    months(shop, "E1", "E2", until=MARCH)
    shop.enter("E2", JANUARY, additional_deduction="2000")
    close(shop, JANUARY)
    shop.enter("E1", JANUARY, additional_deduction="2000")
    close(shop, FEBRUARY)
    close(shop, MARCH)
    wanted = ("gross", "contributions_employee", "income_tax", "net")
    assert year(shop, "E1", *wanted) == year(shop, "E2", *wanted)
    assert shop.amounts(MARCH, "E1")["cumulative_taxable"] == shop.amounts(MARCH, "E2")["cumulative_taxable"]


def test_whoever_left_is_named_and_an_off_cycle_run_of_his_last_month_pays(shop: Payroll) -> None:
    gone = shop.hire("E1", 1_000_000)
    shop.hire("E2")
    months(shop, "E1", "E2", until=MARCH)
    close(shop, JANUARY)
    leave(employee=gone, leave_date=date(2026, 1, 31), actor=shop.actor, now=shop.now)
    shop.enter("E1", JANUARY, sales="60000", due_days="22")
    shop.calculate(FEBRUARY)
    left = [finding for finding in findings(calculations.run_of(FEBRUARY)) if finding["code"] == "payroll.retro.left"]
    assert "E1" in left[0]["en"]
    assert carried(calculations.run_of(FEBRUARY)) == {}
    by: dict[str, Any] = {"actor": shop.actor, "now": shop.now}
    run = pay_runs.create_run(
        group=PayGroup.objects.get(), month=JANUARY, kind="off_cycle", title="补发", employees=[gone], **by
    )
    zeros = {
        "due_days": "22",
        "attended_days": "0",
        "paid_days": "0",
        "base_pay": "0",
        "social_base": "0",
        "fund_base": "0",
    }
    save_inputs(rows=[EnteredValue("E1", JANUARY, name, value, run) for name, value in zeros.items()], **by)
    run = pay_runs.prepare_run(run=run, **by)
    for key in calculations.plan_run(run.id):
        calculations.calculate_part(key=key, **by)
    calculations.finish_run(run=run, **by)
    assert carried(run)["commission"] == 110_000
    shop.calculate(FEBRUARY)
    assert findings(calculations.run_of(FEBRUARY)) == []


def test_a_scheme_without_the_items_says_so_and_gets_them(shop: Payroll) -> None:
    by: dict[str, Any] = {"actor": shop.actor, "now": shop.now}
    for code, formula in (
        ("net", "应发合计 - 社保公积金个人合计 - 个人所得税 - 税后扣款"),
        ("contributions_employee", "养老保险个人 + 医疗保险个人 + 失业保险个人 + 补充医疗与长护险个人 + 公积金个人"),
    ):
        save_item(code=code, formula=formula, **by)
    for code in ("retro_pay", "retro_contribution", "retro_deduction", "retro_employer_contribution"):
        remove_item(code=code, **by)
    shop.hire("E1", 1_000_000)
    months(shop, "E1")
    close(shop, JANUARY)
    shop.enter("E1", JANUARY, sales="60000")
    shop.calculate(FEBRUARY)
    run = calculations.run_of(FEBRUARY)
    assert [finding["code"] for finding in findings(run)] == ["payroll.retro.no_items"]
    assert (carried(run), RetroDifference.objects.filter(run=run).count()) == ({}, 1)
    assert add_retro_items(scheme=PayScheme.objects.get(), **by) == 4
    with pytest.raises(DomainError) as refused:
        add_retro_items(scheme=PayScheme.objects.get(), **by)
    assert refused.value.code == "payroll.retro.has_items"
    shop.calculate(FEBRUARY)
    assert findings(calculations.run_of(FEBRUARY)) == []
    assert shop.amounts(FEBRUARY, "E1")["retro_pay"] == 110_000
    assert PayItem.objects.get(code="net").formula.endswith("- [@retro_deduction]")


def test_one_tenant_s_change_is_nothing_to_the_other(shop: Payroll, ward: Payroll) -> None:
    shop.hire("E1")
    months(shop, "E1")
    close(shop, JANUARY)
    with inside(ward):
        ward.hire("E1")
        months(ward, "E1")
        close(ward, JANUARY)
    shop.enter("E1", JANUARY, sales="60000")
    with inside(ward):
        ward.calculate(FEBRUARY)
        assert RetroDifference.objects.count() == 0
    shop.calculate(FEBRUARY)
    assert RetroDifference.objects.count() == 1


def test_a_carried_difference_stays_once_its_run_is_approved(shop: Payroll) -> None:
    shop.hire("E1")
    months(shop, "E1")
    close(shop, JANUARY)
    shop.enter("E1", JANUARY, sales="60000")
    shop.calculate(FEBRUARY)
    shop.approve(FEBRUARY)
    row = RetroDifference.objects.get()
    for change in ("UPDATE payroll_retrodifference SET is_carried = false", "DELETE FROM payroll_retrodifference"):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(change)
    assert RetroDifference.objects.get().id == row.id


def test_what_an_approved_run_carries_is_carried_by_no_other(shop: Payroll) -> None:
    employee: Employee = shop.hire("E1", 1_000_000)
    months(shop, "E1")
    close(shop, JANUARY)
    shop.enter("E1", JANUARY, sales="60000")
    shop.calculate(FEBRUARY)
    shop.approve(FEBRUARY)
    by: dict[str, Any] = {"actor": shop.actor, "now": shop.now}
    run = pay_runs.create_run(
        group=PayGroup.objects.get(), month=JANUARY, kind="off_cycle", title="补发", employees=[employee], **by
    )
    run = pay_runs.prepare_run(run=run, **by)
    for key in calculations.plan_run(run.id):
        calculations.calculate_part(key=key, **by)
    assert RetroDifference.objects.filter(run=run).count() == 0
