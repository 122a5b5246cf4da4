"""Whole runs, to the cent."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from attendance.models import AttendanceMonth, Timesheet
from attendance.queries.setups import load_setup
from attendance.rules.calendars import DayKind
from attendance.rules.timesheets import TOTAL_COLUMNS
from hrsaas.errors import DomainError
from hrsaas.people.models import Employee
from hrsaas.people.services.assignments import leave, transfer
from hrsaas.people.services.employees import NewHire, hire_many
from hrsaas.tenancy.models import Tenant
from payroll.models import FormulaSetVersion, PayRun, Payslip, PayslipTotal
from payroll.packs.income_tax import income_tax
from payroll.rules.statutory.salary_tax import YearToDate, withhold
from payroll.services import calculations
from payroll.services.pay_items import save_item
from tests.payroll.conftest import FEBRUARY, JANUARY, MARCH, Payroll, inside


def test_a_shop_assistant_with_commission_to_the_cent(shop: Payroll) -> None:
    """6,000 + 200 for full attendance + 1 %, 2 %, 3 % of 60,000; insured at the floor of Shanghai."""
    shop.hire("E1", 600_000)
    shop.full_month("E1", JANUARY, sales="60000")
    run = shop.calculate(JANUARY)
    paid = shop.amounts(JANUARY, "E1")
    assert (paid["commission"], paid["gross"]) == (110_000, 730_000)
    assert (paid["pension_employee"], paid["medical_employee"], paid["unemployment_employee"]) == (
        59_680,
        14_920,
        3_730,
    )
    assert (paid["fund_employee"], paid["income_tax"], paid["net"]) == (30_000, 3_650, 618_020)
    assert (run.state, run.headcount, run.error_count) == (PayRun.State.CALCULATED, 1, 0)
    assert (run.gross_fen, run.tax_fen, run.net_fen) == (730_000, 3_650, 618_020)


def test_a_nurse_with_nights_to_the_cent(ward: Payroll) -> None:
    """Three evenings at 45, five nights at 80, six years of nursing, two hours of overtime on a workday."""
    with inside(ward):
        ward.hire("N1", 700_000)
        ward.full_month(
            "N1", JANUARY, night_shifts="8", evening_shifts="3", nursing_years="6", workday_overtime_minutes="120",
            social_base="8000", fund_base="8000", fund_rate="0.07",
        )  # fmt: skip
        ward.calculate(JANUARY)
        paid = ward.amounts(JANUARY, "N1")
    assert (paid["evening_fee"], paid["night_fee"], paid["nursing_allowance"]) == (13_500, 40_000, 5_000)
    assert (paid["workday_overtime"], paid["gross"], paid["contributions_employee"]) == (12_069, 770_569, 140_000)
    assert (paid["income_tax"], paid["net"]) == (3_917, 626_652)


def test_an_office_worker_two_days_absent_to_the_cent(
    db: None, in_alpha: Tenant, payroll_of: Callable[[Tenant, str], Payroll]
) -> None:
    office = payroll_of(in_alpha, "office")
    office.hire("O1", 2_000_000, hire_date=date(2026, 1, 1))
    office.enter(
        "O1", JANUARY, due_days="22", attended_days="20", paid_days="20", late_count="5", late_minutes="60",
        performance_base="3000", performance_coefficient="1.1", additional_deduction="2000",
    )  # fmt: skip
    office.calculate(JANUARY)
    paid = office.amounts(JANUARY, "O1")
    assert (paid["attended_pay"], paid["performance_pay"], paid["attendance_deduction"]) == (1_818_182, 330_000, 11_494)
    assert (paid["meal_allowance"], paid["transport_allowance"], paid["phone_allowance"]) == (40_000, 18_182, 9_091)
    assert (paid["gross"], paid["contributions_employee"]) == (2_203_961, 310_000)
    assert (paid["income_tax"], paid["net"]) == (35_819, 1_858_142)


def test_tax_of_january_to_march_is_the_law_s_cumulative_withholding(shop: Payroll) -> None:
    shop.hire("E1", 4_500_000)
    shop.enter("E1", JANUARY, additional_deduction="1500")
    income = social = withheld = 0
    for at, (month, sales) in enumerate([(JANUARY, "0"), (FEBRUARY, "900000"), (MARCH, "1234.56")], start=1):
        shop.full_month("E1", month, sales=sales)
        assert shop.calculate(month).error_count == 0
        paid = shop.amounts(month, "E1")
        income, social = income + paid["gross"], social + paid["contributions_employee"]
        year = YearToDate(
            income_fen=income, basic_deduction_fen=at * 500_000, social_fen=social, additional_fen=at * 150_000,
            withheld_fen=withheld,
        )  # fmt: skip
        expected = withhold(year, income_tax(month).cumulative)
        assert (paid["cumulative_taxable"], paid["income_tax"]) == (expected.taxable_fen, expected.tax_fen)
        withheld += paid["income_tax"]
    assert withheld > 300_000


def test_an_opening_balance_stands_for_the_months_before(shop: Payroll) -> None:
    """Somebody whose January and February were paid by another system."""
    shop.hire("E1", 2_000_000)
    shop.full_month("E1", MARCH, ytd_income="40000", ytd_contributions="5000", ytd_tax_withheld="750")
    shop.calculate(MARCH)
    paid = shop.amounts(MARCH, "E1")
    year = YearToDate(
        income_fen=4_000_000 + paid["gross"], basic_deduction_fen=3 * 500_000,
        social_fen=500_000 + paid["contributions_employee"], withheld_fen=75_000,
    )  # fmt: skip
    assert paid["income_tax"] == withhold(year, income_tax(MARCH).cumulative).tax_fen


def test_without_earlier_months_the_basic_deduction_covers_only_the_months_that_are_known(shop: Payroll) -> None:
    shop.hire("E1", 2_000_000)
    shop.full_month("E1", MARCH)
    shop.calculate(MARCH)
    paid = shop.amounts(MARCH, "E1")
    assert paid["cumulative_taxable"] == paid["gross"] - paid["contributions_employee"] - 500_000


def test_who_joins_in_the_month_is_paid_the_working_days_since(shop: Payroll) -> None:
    """From 19 January on, with 10 days worked; the calendar asks working days of the others before that."""
    employee = shop.hire("E1", 600_000, hire_date=date(2026, 1, 19))
    month = AttendanceMonth.objects.create(start_date=JANUARY)
    sheet = dict.fromkeys(TOTAL_COLUMNS, 0) | {"due_days": 10, "worked_days": 10}
    Timesheet.objects.create(month=month, employee=employee, **sheet)
    shop.calculate(JANUARY)
    before = int((load_setup().calendar(JANUARY, 18) == DayKind.WORKDAY).sum())
    paid = shop.amounts(JANUARY, "E1")
    assert before >= 11
    assert paid["attended_pay"] == round(600_000 * 10 / (10 + before))
    assert paid["full_attendance"] == 0


def test_a_raise_in_the_month_is_weighted_by_working_days(shop: Payroll) -> None:
    """January 2026 has 21 working days, 6 of them before the 11th: (6 × 6,000 + 15 × 9,000) / 21 = 8,142.857…"""
    employee = shop.hire("E1", 600_000)
    transfer(
        employee=employee, on_date=date(2026, 1, 11), base_pay_fen=900_000, actor=shop.actor, now=shop.now,
    )  # fmt: skip
    shop.full_month("E1", JANUARY)
    shop.calculate(JANUARY)
    days = load_setup().calendar(JANUARY, 31) == DayKind.WORKDAY
    assert (int(days[:10].sum()), int(days.sum())) == (6, 21)
    assert shop.amounts(JANUARY, "E1")["attended_pay"] == 814_286
    assert shop.slip(JANUARY, "E1").inputs[place(shop, "social_base")] == 900_000


def place(payroll: Payroll, code: str) -> int:
    return FormulaSetVersion.objects.latest("created_at").input_position(code)


def test_one_person_s_error_stops_nobody_else_and_is_never_a_silent_zero(shop: Payroll) -> None:
    for code in ("E1", "E2", "E3"):
        shop.hire(code)
        shop.full_month(code, JANUARY)
    shop.enter("E2", JANUARY, due_days="0")
    shop.hire("E4")
    run = shop.calculate(JANUARY)
    bad, lost = shop.slip(JANUARY, "E2"), shop.slip(JANUARY, "E4")
    assert (run.headcount, run.error_count, run.net_fen) == (4, 2, 2 * shop.slip(JANUARY, "E1").net_fen)
    assert (bad.gross_fen, bad.net_fen) == (None, None)
    assert bad.error[0]["code"] == "payroll.payslip.div0"
    assert "出勤工资" in bad.error[0]["zh"] and "pay for days" in bad.error[0]["en"]
    assert lost.error[0]["code"] == "payroll.payslip.missing"
    assert "应出勤天数" in lost.error[0]["zh"] and "days due" in lost.error[0]["en"]
    errors = [error for result in shop.results for error in result.errors]
    assert {error.item for error in errors} == {"E2", "E4"}


def test_an_error_of_january_stops_the_person_in_february_until_it_is_put_right(shop: Payroll) -> None:
    shop.hire("E1")
    shop.full_month("E1", FEBRUARY)
    shop.calculate(JANUARY)
    shop.calculate(FEBRUARY)
    assert shop.slip(FEBRUARY, "E1").error[-1]["code"] == "payroll.payslip.earlier_failed"
    shop.full_month("E1", JANUARY)
    shop.calculate(JANUARY)
    shop.calculate(FEBRUARY)
    assert shop.slip(FEBRUARY, "E1").error is None


def test_calculating_twice_changes_nothing(shop: Payroll) -> None:
    shop.hire("E1")
    shop.full_month("E1", JANUARY)
    first, slip, totals = shop.calculate(JANUARY), shop.slip(JANUARY, "E1"), list(PayslipTotal.objects.values())
    shop.now = shop.now.replace(hour=23)
    second = shop.calculate(JANUARY)
    assert sum(result.counts.get("changed", 0) for result in shop.results) == 0
    assert (second.input_digest, second.result_digest) == (first.input_digest, first.result_digest)
    assert (second.calculated_at, second.version) == (first.calculated_at, first.version)
    assert shop.slip(JANUARY, "E1").id == slip.id
    assert list(PayslipTotal.objects.values()) == totals
    assert FormulaSetVersion.objects.count() == 1


def test_a_changed_input_rewrites_only_that_payslip(shop: Payroll) -> None:
    for code in ("E1", "E2"):
        shop.hire(code)
        shop.full_month(code, JANUARY)
    before = shop.calculate(JANUARY)
    shop.enter("E2", JANUARY, sales="1000")
    after = shop.calculate(JANUARY)
    assert sum(result.counts.get("changed", 0) for result in shop.results) == 1
    assert after.input_digest != before.input_digest
    assert after.net_fen > before.net_fen


def test_who_is_no_longer_employed_in_the_month_loses_the_payslip(shop: Payroll) -> None:
    for code in ("E1", "E2"):
        shop.hire(code, hire_date=date(2025, 12, 1))
        shop.full_month(code, JANUARY)
    shop.calculate(JANUARY)
    employee = Employee.objects.get(code="E2")
    leave(employee=employee, leave_date=date(2026, 1, 1), actor=shop.actor, now=shop.now)
    assert shop.calculate(JANUARY).headcount == 1
    assert list(Payslip.objects.values_list("employee_code", flat=True)) == ["E1"]


def test_totals_by_unit_and_item_add_up_to_the_payslips(shop: Payroll) -> None:
    for code in ("E1", "E2"):
        shop.hire(code)
        shop.full_month(code, JANUARY)
    run = shop.calculate(JANUARY)
    items = run.formula_set.items
    totals = {items[total.item_position]["code"]: total for total in PayslipTotal.objects.all()}
    assert len(totals) == len(items)
    assert (totals["net"].amount, totals["net"].people) == (run.net_fen, 2)


def test_the_number_of_statements_does_not_grow_with_the_people(shop: Payroll) -> None:
    def statements(count: int, start: int) -> int:
        rows = [
            NewHire(
                code=f"P{start + at}", name="张三", unit="one", position="staff", hire_date=date(2025, 1, 1),
                base_pay_fen=600_000, work_city="上海",
            )
            for at in range(count)
        ]  # fmt: skip
        hire_many(rows=rows, actor=shop.actor, now=shop.now)
        with CaptureQueriesContext(connection) as captured:
            run = shop.calculate(JANUARY)
        assert run.headcount == start + count
        return len(captured)

    statements(1, 0)
    few = statements(9, 1)
    assert statements(1_990, 10) == few


def test_a_run_uses_the_formulas_of_its_beginning(shop: Payroll) -> None:
    shop.hire("E1")
    shop.full_month("E1", JANUARY)
    by = {"actor": shop.actor, "now": shop.now}
    keys = calculations.plan(JANUARY)
    calculations.calculate_part(month=JANUARY, key=keys[0], **by)
    save_item(code="commission", formula="销售额 + 1000", **by)
    for key in keys[1:]:
        calculations.calculate_part(month=JANUARY, key=key, **by)
    calculations.finish_calculation(month=JANUARY, **by)
    assert shop.amounts(JANUARY, "E1")["commission"] == 0
    assert shop.calculate(JANUARY).net_fen and shop.amounts(JANUARY, "E1")["commission"] == 100_000


@pytest.mark.parametrize(("item", "code"), [("commission", "audit_failed"), ("net", "control_sum")])
def test_a_stored_payslip_that_the_formulas_do_not_give_fails_the_run(shop: Payroll, item: str, code: str) -> None:
    shop.hire("E1")
    shop.full_month("E1", JANUARY)
    run = shop.calculate(JANUARY)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE payroll_payslip SET amounts[%s] = 1", [run.formula_set.item_position(item) + 1])
    with pytest.raises(DomainError) as caught:
        calculations.finish_calculation(month=JANUARY, actor=shop.actor, now=shop.now)
    assert caught.value.code == f"payroll.run.{code}"


def test_one_tenant_s_run_leaves_the_other_s_alone(shop: Payroll, ward: Payroll) -> None:
    shop.hire("E1")
    shop.full_month("E1", JANUARY)
    with inside(ward):
        ward.hire("E1", 900_000)
        ward.full_month("E1", JANUARY)
        theirs = ward.calculate(JANUARY).result_digest
    shop.calculate(JANUARY)
    assert Payslip.objects.get().gross_fen == 620_000
    with inside(ward):
        assert Payslip.objects.get().gross_fen == 900_000
        assert PayRun.objects.get().result_digest == theirs
