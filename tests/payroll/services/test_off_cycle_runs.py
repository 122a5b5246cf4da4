"""Runs beside the regular one: their people, their values, what they mean for the tax of the year."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from hrsaas.errors import DomainError
from hrsaas.people.models import Employee
from payroll.models import MonthlyInput, PayGroup, PayRun, Payslip
from payroll.queries.payslips import lines
from payroll.services import calculations, pay_runs
from payroll.services.monthly_inputs import EnteredValue, save_inputs
from tests.payroll.conftest import FEBRUARY, JANUARY, Payroll


def new_run(shop: Payroll, *employees: Employee, **given: Any) -> PayRun:
    usual = {"group": PayGroup.objects.get(), "month": JANUARY, "kind": "off_cycle", "title": "补发"}
    return pay_runs.create_run(**(usual | given), employees=employees, actor=shop.actor, now=shop.now)


def enter(shop: Payroll, run: PayRun, code: str, **values: str) -> None:
    rows = [EnteredValue(code, run.month, name, value, run) for name, value in values.items()]
    save_inputs(rows=rows, actor=shop.actor, now=shop.now)


def calculate(shop: Payroll, run: PayRun) -> PayRun:
    by: dict[str, Any] = {"actor": shop.actor, "now": shop.now}
    run = pay_runs.prepare_run(run=run, **by)
    for key in calculations.plan_run(run.id):
        calculations.calculate_part(key=key, **by)
    calculations.finish_run(run=run, **by)
    return PayRun.objects.get(id=run.id)


def codes(run: PayRun) -> list[str]:
    return sorted(Payslip.objects.filter(run=run).values_list("employee_code", flat=True))


def amount(run: PayRun, code: str, item: str) -> int | None:
    slip = Payslip.objects.select_related("run__formula_set").get(run=run, employee_code=code)
    return slip.amounts[slip.run.formula_set.item_position(item)]


@pytest.fixture
def two(shop: Payroll) -> tuple[Employee, Employee]:
    people = shop.hire("E1", base_pay_fen=2_000_000), shop.hire("E2")
    for code in ("E1", "E2"):
        shop.full_month(code, JANUARY)
    return people


def zeros() -> dict[str, str]:
    """Time of an off-cycle run: nothing but what is entered for it is paid."""
    return {"due_days": "22", "attended_days": "0", "paid_days": "0", "base_pay": "0"}


def test_it_pays_the_people_named_and_nobody_else(shop: Payroll, two: tuple[Employee, Employee]) -> None:
    shop.calculate(JANUARY)
    run = new_run(shop, two[1])
    enter(shop, run, "E2", sales="10000", **zeros())
    run = calculate(shop, run)
    assert (codes(run), run.error_count) == (["E2"], 0)
    assert amount(run, "E2", "commission") == 10_000


def test_without_names_it_pays_the_whole_group(shop: Payroll, two: tuple[Employee, Employee]) -> None:
    shop.calculate(JANUARY)
    run = new_run(shop)
    for code in ("E1", "E2"):
        enter(shop, run, code, **zeros())
    assert codes(calculate(shop, run)) == ["E1", "E2"]


def test_its_values_are_its_own(shop: Payroll, two: tuple[Employee, Employee]) -> None:
    shop.enter("E1", JANUARY, sales="50000")
    shop.calculate(JANUARY)
    regular = calculations.run_of(JANUARY)
    run = new_run(shop, two[0])
    enter(shop, run, "E1", **zeros())
    run = calculate(shop, run)
    assert amount(run, "E1", "commission") == 0
    assert calculations.run_of(JANUARY).result_digest == regular.result_digest
    assert MonthlyInput.objects.filter(run=run).count() == 4


def test_what_it_paid_counts_for_the_tax_of_the_next_month(shop: Payroll, two: tuple[Employee, Employee]) -> None:
    shop.calculate(JANUARY)
    regular = amount(calculations.run_of(JANUARY), "E1", "gross")
    run = new_run(shop, two[0])
    enter(shop, run, "E1", sales="100000", **zeros())
    run = calculate(shop, run)
    extra = amount(run, "E1", "gross")
    assert extra and extra > 0
    shop.full_month("E1", FEBRUARY)
    shop.full_month("E2", FEBRUARY)
    shop.calculate(FEBRUARY)
    slip = shop.slip(FEBRUARY, "E1")
    assert slip.inputs[slip.run.formula_set.input_position("ytd_income")] == regular + extra
    taxes = amount(calculations.run_of(JANUARY), "E1", "income_tax"), amount(run, "E1", "income_tax")
    assert slip.inputs[slip.run.formula_set.input_position("ytd_tax_withheld")] == sum(taxes)


def test_a_run_made_later_stands_on_the_one_before_it(shop: Payroll, two: tuple[Employee, Employee]) -> None:
    shop.calculate(JANUARY)
    run = new_run(shop, two[0])
    enter(shop, run, "E1", **zeros())
    calculate(shop, run)
    shop.enter("E1", JANUARY, sales="100000")
    shop.calculate(JANUARY)
    with pytest.raises(DomainError) as refused:
        shop.submit(run)
    assert refused.value.code == "payroll.run.outdated"


def test_it_is_taken_back_with_its_values_and_payslips(shop: Payroll, two: tuple[Employee, Employee]) -> None:
    shop.calculate(JANUARY)
    run = new_run(shop, two[0])
    enter(shop, run, "E1", **zeros())
    run = calculate(shop, run)
    pay_runs.remove_run(run=run, actor=shop.actor, now=shop.now)
    assert not MonthlyInput.objects.exclude(run=None).exists()
    assert PayRun.objects.get().is_regular
    with pytest.raises(DomainError) as refused:
        pay_runs.remove_run(run=PayRun.objects.get(), actor=shop.actor, now=shop.now)
    assert refused.value.code == "payroll.run.regular_stays"


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"kind": "regular"}, "regular_by_month"),
        ({"title": "  "}, "no_title"),
        ({"month": JANUARY + timedelta(days=1)}, "not_first_day"),
    ],
)
def test_a_run_that_makes_no_sense_is_refused(shop: Payroll, given: dict[str, Any], code: str) -> None:
    with pytest.raises(DomainError) as refused:
        new_run(shop, **given)
    assert refused.value.code == f"payroll.run.{code}"


def test_values_for_a_run_are_of_its_month(shop: Payroll, two: tuple[Employee, Employee]) -> None:
    run = new_run(shop, two[0])
    with pytest.raises(DomainError) as refused:
        save_inputs(rows=[EnteredValue("E1", FEBRUARY, "sales", "1", run)], actor=shop.actor, now=shop.now)
    assert [fault["code"] for fault in refused.value.extra["rows"]] == ["payroll.input.wrong_run"]


def test_some_people_are_calculated_again_at_once(shop: Payroll, two: tuple[Employee, Employee]) -> None:
    run = shop.calculate(JANUARY)
    other = shop.slip(JANUARY, "E2")
    shop.enter("E1", JANUARY, sales="100000")
    shop.enter("E2", JANUARY, sales="100000")
    result = calculations.recalculate(run=run, employees=[two[0]], actor=shop.actor, now=shop.now)
    assert result.counts == {"people": 1, "changed": 1, "errors": 0}
    again = calculations.run_of(JANUARY)
    assert again.gross_fen > run.gross_fen and again.result_digest != run.result_digest
    assert shop.slip(JANUARY, "E2").amounts == other.amounts


def test_one_run_never_mixes_two_versions_of_the_formulas(shop: Payroll, two: tuple[Employee, Employee]) -> None:
    from payroll.services.pay_items import save_item

    run = shop.calculate(JANUARY)
    save_item(code="commission", formula="销售额", actor=shop.actor, now=shop.now)
    with pytest.raises(DomainError) as refused:
        calculations.recalculate(run=run, employees=[two[0]], actor=shop.actor, now=shop.now)
    assert refused.value.code == "payroll.run.formulas_changed"


def test_a_review_holds_while_the_figures_do(shop: Payroll, two: tuple[Employee, Employee]) -> None:
    run = pay_runs.review_run(run=shop.calculate(JANUARY), note="ok", actor=shop.actor, now=shop.now)
    assert shop.calculate(JANUARY).state == PayRun.State.REVIEWED
    shop.enter("E1", JANUARY, sales="100000")
    again = shop.calculate(JANUARY)
    assert (run.reviewed_by != "", again.state, again.reviewed_by) == (True, PayRun.State.CALCULATED, "")


def test_a_locked_run_is_marked_as_paid_once_and_not_in_the_future(
    shop: Payroll, two: tuple[Employee, Employee]
) -> None:
    shop.calculate(JANUARY)
    by: dict[str, Any] = {"actor": shop.officer("checker"), "now": shop.now}
    with pytest.raises(DomainError) as refused:
        pay_runs.mark_paid(run=calculations.run_of(JANUARY), paid_on=shop.now.date(), **by)
    assert refused.value.code == "payroll.run.not_locked"
    run = shop.lock(JANUARY)
    with pytest.raises(DomainError) as refused:
        pay_runs.mark_paid(run=run, paid_on=shop.now.date() + timedelta(days=2), **by)
    assert refused.value.code == "payroll.run.paid_in_future"
    paid = pay_runs.mark_paid(run=run, paid_on=shop.now.date(), **by)
    assert (paid.state, paid.paid_on) == (PayRun.State.PAID, shop.now.date())
    assert lines(shop.slip(JANUARY, "E1"))
    with pytest.raises(DomainError) as refused:
        pay_runs.mark_paid(run=paid, paid_on=shop.now.date(), **by)
    assert refused.value.code == "payroll.run.not_locked"
