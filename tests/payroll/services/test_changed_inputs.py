"""A calculated run says what is not as it was read: every way in, exactly, and nothing where nothing changed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from attendance.models import AttendanceMonth, Timesheet
from attendance.rules.timesheets import TOTAL_COLUMNS
from hrsaas.errors import DomainError
from hrsaas.people.models import Employee
from hrsaas.people.services.assignments import change_pay, leave, transfer
from hrsaas.people.services.units import create_unit
from payroll.models import LegalEntity, MonthlyInput, PayGroup, PayRun, PayScheme
from payroll.queries import changed_inputs
from payroll.queries.changed_inputs import Changes, Source, changes_of
from payroll.queries.reviews import review_of
from payroll.services import calculations, pay_groups, pay_items, pay_runs
from payroll.services.deduction_claims import NewClaim, add_claims
from payroll.services.manual_amounts import set_amount
from payroll.services.parameter_tables import save_table
from payroll.services.reviews import acknowledge_findings
from performance.models import PerformanceMonth, Score
from tests.payroll.conftest import FEBRUARY, JANUARY, Payroll, inside


def by(payroll: Payroll) -> dict[str, Any]:
    return {"actor": payroll.actor, "now": payroll.now}


def hire(payroll: Payroll, code: str, **given: Any) -> Employee:
    return payroll.hire(code, bank_account="6222020200112233445", **given)


@pytest.fixture
def sheeted(shop: Payroll) -> Payroll:
    """Two people with timesheets and scores, two with entered values; January is paid."""
    month = AttendanceMonth.objects.create(start_date=FEBRUARY)
    PerformanceMonth.objects.create(start_date=FEBRUARY)
    for code in ("T1", "T2"):
        one = hire(shop, code)
        shop.full_month(code, JANUARY)
        sheet = dict.fromkeys(TOTAL_COLUMNS, 0) | {"due_days": 20, "worked_days": 20}
        Timesheet.objects.create(month=month, employee=one, **sheet)
        Score.objects.create(
            employee=one, month=FEBRUARY, value=100, coverage=1, missing_policy="skip", coefficient_e4=10_000,
            parts=[], computed_at=shop.now,
        )  # fmt: skip
    for code in ("E1", "E2"):
        hire(shop, code)
        for each in (JANUARY, FEBRUARY):
            shop.full_month(code, each, sales="1000")
    shop.calculate(JANUARY)
    return shop


def person(code: str) -> Employee:
    found: Employee = Employee.objects.get(code=code)
    return found


def seen(changes: Changes) -> set[tuple[str, Source, str]]:
    """(input, source, employee number)."""
    codes = dict(Employee.objects.values_list("id", "code"))
    return {(one.code, one.source, codes[id_]) for one in changes.inputs for id_ in one.ids.tolist()}


def claim(payroll: Payroll) -> None:
    row = NewClaim("E1", "elderly", FEBRUARY, birth_date=date(1955, 1, 1))
    add_claims(rows=[row], **by(payroll))


WAYS: dict[str, tuple[Callable[[Payroll], object], set[tuple[str, Source, str]]]] = {
    "an entered value": (
        lambda shop: shop.enter("E2", FEBRUARY, sales="1000.01"), {("sales", Source.ENTERED, "E2")},
    ),
    "an entered value taken back": (
        lambda shop: MonthlyInput.objects.filter(employee__code="E1", month=FEBRUARY, input__code="sales").delete(),
        {("sales", Source.ENTERED, "E1")},
    ),
    "a timesheet": (
        lambda shop: Timesheet.objects.filter(employee__code="T2").update(late_minutes=7, late_count=1),
        {("late_minutes", Source.TIMESHEETS, "T2"), ("late_count", Source.TIMESHEETS, "T2")},
    ),
    "a value entered over a timesheet": (
        lambda shop: shop.enter("T1", FEBRUARY, late_minutes="3"), {("late_minutes", Source.ENTERED, "T1")},
    ),
    "a score": (
        lambda shop: Score.objects.filter(employee__code="T1").update(coefficient_e4=9_000),
        {("performance_coefficient", Source.SCORES, "T1")},
    ),
    "base pay": (
        lambda shop: change_pay(employee=person("E1"), on_date=FEBRUARY, base_pay_fen=700_000, **by(shop)),
        {(code, Source.PEOPLE, "E1") for code in ("base_pay", "social_base", "fund_base")},
    ),
    "a city": (
        lambda shop: transfer(employee=person("T1"), on_date=FEBRUARY, work_city="北京", **by(shop)),
        {("insured_city", Source.PEOPLE, "T1"), ("city", Source.PEOPLE, "T1")},
    ),
    "a unit": (
        lambda shop: transfer(
            employee=person("T1"), on_date=FEBRUARY, unit=create_unit(code="two", name="二部", **by(shop)), **by(shop)
        ),
        {("unit", Source.PEOPLE, "T1")},
    ),
    "a claim": (claim, {("additional_deduction", Source.CLAIMS, "E1")}),
    "an opening balance": (
        lambda shop: shop.enter("E1", FEBRUARY, ytd_tax_withheld="10"),
        {("ytd_tax_withheld", Source.ENTERED, "E1")},
    ),
}  # fmt: skip


def test_nothing_changed_shows_nothing(sheeted: Payroll) -> None:
    run = sheeted.calculate(FEBRUARY)
    assert not changes_of(run)
    review = review_of(run)
    assert review.changes is not None
    assert not {"inputs_changed", "payslip_missing", "payslip_surplus", "formulas_changed"} & {
        one.kind for one in review.found
    }


@pytest.mark.parametrize("way", WAYS)
def test_every_way_in_shows_with_input_source_and_person_and_goes_with_these_calculated_again(
    sheeted: Payroll, way: str
) -> None:
    change, expected = WAYS[way]
    run = sheeted.calculate(FEBRUARY)
    change(sheeted)
    found = changes_of(run)
    assert len(found.people) == 1
    assert seen(found) >= expected
    before = {slip.employee_id: slip.amounts for slip in run.payslips.all()}
    result = calculations.recalculate_changed(run=run, **by(sheeted))
    assert result.counts["changed"] == 1
    run.refresh_from_db()
    assert not changes_of(run)
    changed = {slip.employee_id for slip in run.payslips.all() if before[slip.employee_id] != slip.amounts}
    assert changed <= set(found.people.tolist())


def test_what_the_finding_says_is_what_it_was_and_is(sheeted: Payroll) -> None:
    run = sheeted.calculate(FEBRUARY)
    sheeted.enter("E2", FEBRUARY, sales="2500.50")
    (row,) = review_of(run).rows(kind="inputs_changed")[:]
    assert (row["employee_code"], row["item"], row["is_open"]) == ("E2", "sales", True)
    assert row["zh"] == "“销售额”现为 2500.50，核算时为 1000.00"
    assert row["en"].endswith("is 2500.50 now, was 1000.00 in the calculation")


def test_who_was_hired_or_left_since_shows_and_is_put_right(sheeted: Payroll) -> None:
    run = sheeted.calculate(FEBRUARY)
    hire(sheeted, "N1", hire_date=FEBRUARY)
    sheeted.full_month("N1", FEBRUARY)
    leave(employee=person("E2"), leave_date=date(2026, 1, 31), **by(sheeted))
    found = changes_of(run)
    assert (found.missing.tolist(), found.surplus.tolist()) == ([person("N1").id], [person("E2").id])
    assert {row["kind"] for row in review_of(run).rows(only_open=True)[:]} == {"payslip_missing", "payslip_surplus"}
    calculations.recalculate_changed(run=run, **by(sheeted))
    run.refresh_from_db()
    assert not changes_of(run)
    codes = set(run.payslips.values_list("employee_code", flat=True))
    assert "N1" in codes
    assert "E2" not in codes


def test_who_moved_to_another_group_since_is_one_too_many(sheeted: Payroll) -> None:
    run = sheeted.calculate(FEBRUARY)
    terms = {"name": "二组", "name_en": "Two", "scheme": PayScheme.objects.get(), "entity": LegalEntity.objects.get()}
    group = pay_groups.save_group(code="two", changes=terms, **by(sheeted))
    pay_groups.assign_members(group=group, employees=[person("E1")], start_date=FEBRUARY, **by(sheeted))
    assert changes_of(run).surplus.tolist() == [person("E1").id]


def test_a_changed_formula_or_table_asks_for_everybody(sheeted: Payroll) -> None:
    run = sheeted.calculate(FEBRUARY)
    rows = [{"keys": ["夜班"], "values": ["50"]}, {"keys": ["全勤"], "values": ["300.50"]}]
    save_table(name="津贴标准", effective_from=FEBRUARY, rows=rows, **by(sheeted))
    assert changes_of(run).formulas
    assert {one.kind for one in review_of(run).found if one.kind == "formulas_changed"}
    with pytest.raises(DomainError) as refused:
        calculations.recalculate_changed(run=run, **by(sheeted))
    assert refused.value.code == "payroll.run.formulas_changed"
    assert not changes_of(sheeted.calculate(FEBRUARY))
    changes = {"name": "奖励", "name_en": "reward", "category": "earning", "order": 190}
    pay_items.save_item(code="reward", formula="1", changes=changes, **by(sheeted))
    assert changes_of(calculations.run_of(FEBRUARY)).formulas


def test_an_earlier_run_calculated_again_shows_in_the_sums_of_the_year(sheeted: Payroll) -> None:
    run = sheeted.calculate(FEBRUARY)
    sheeted.enter("E1", JANUARY, sales="90000")
    january = sheeted.calculate(JANUARY)
    found = changes_of(run)
    assert found.earlier
    assert {(source, who) for _code, source, who in seen(found)} == {(Source.EARLIER, "E1")}
    january.state = PayRun.State.CALCULATING
    january.save(update_fields=["state"])
    assert changes_of(run).earlier


def test_an_amount_set_by_hand_is_in_the_payslip_at_once(sheeted: Payroll) -> None:
    run = sheeted.calculate(FEBRUARY)
    set_amount(run=run, employee=person("E1"), item="commission", amount_fen=123_00, reason="agreed", **by(sheeted))
    run.refresh_from_db()
    assert not changes_of(run)


def test_a_difference_of_a_closed_month_is_no_change(sheeted: Payroll) -> None:
    """It is carried already; what changes in a closed month later, the next run carries."""
    acknowledged(sheeted, calculations.run_of(JANUARY))
    sheeted.lock(JANUARY)
    sheeted.enter("E1", JANUARY, sales="50000")
    run = sheeted.calculate(FEBRUARY)
    assert run.retro_differences.exists()
    assert not changes_of(run)


def test_a_bonus_run_watches_what_was_entered_for_it(sheeted: Payroll) -> None:
    run = pay_runs.create_run(
        group=PayGroup.objects.get(), month=FEBRUARY, kind="off_cycle", title="补发", employees=[person("E1")],
        **by(sheeted),
    )  # fmt: skip
    sheeted.calculate(FEBRUARY)
    run = pay_runs.prepare_run(run=run, **by(sheeted))
    for key in calculations.plan_run(run.id):
        calculations.calculate_part(key=key, **by(sheeted))
    calculations.finish_run(run=run, **by(sheeted))
    run.refresh_from_db()
    assert not changes_of(run)
    sheeted.enter("E1", FEBRUARY, sales="7")
    assert not changes_of(run)


def acknowledged(payroll: Payroll, run: PayRun) -> None:
    for row in review_of(run).counts():
        if row["open"]:
            acknowledge_findings(run=run, kind=row["kind"], reason="known", **by(payroll))


def test_it_stops_review_and_submission_until_calculated_again_or_acknowledged(sheeted: Payroll) -> None:
    run = sheeted.calculate(FEBRUARY)
    acknowledged(sheeted, run)
    run = pay_runs.review_run(run=run, note="", **by(sheeted))
    sheeted.enter("E1", FEBRUARY, sales="90000")
    with pytest.raises(DomainError) as refused:
        pay_runs.submit_run(run=run, **by(sheeted))
    assert refused.value.code == "payroll.run.open_findings"
    assert [row["kind"] for row in refused.value.extra["findings"]] == ["inputs_changed"]
    acknowledge_findings(run=run, kind="inputs_changed", employee=person("E1"), reason="next month", **by(sheeted))
    assert pay_runs.submit_run(run=run, **by(sheeted)).submitted_at


def test_more_than_a_few_are_calculated_with_their_part(sheeted: Payroll, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calculations, "FEW", 1)
    run = sheeted.calculate(FEBRUARY)
    for code in ("E1", "E2"):
        sheeted.enter(code, FEBRUARY, sales="5")
    assert calculations.recalculate_changed(run=run, **by(sheeted)).counts == {"people": 4, "changed": 2, "errors": 0}
    for code in ("E1", "E2"):
        sheeted.enter(code, FEBRUARY, sales="6")
    monkeypatch.setattr(calculations, "CHUNK", 2)
    with pytest.raises(DomainError) as refused:
        calculations.recalculate_changed(run=run, **by(sheeted))
    assert refused.value.code == "payroll.run.too_many_people"


def test_the_number_of_statements_does_not_grow_with_people_or_changes(sheeted: Payroll) -> None:
    run = sheeted.calculate(FEBRUARY)

    def counted() -> int:
        with CaptureQueriesContext(connection) as queries:
            changes_of(PayRun.objects.select_related("formula_set", "scheme", "group").get(pk=run.pk))
        return len(queries)

    before = counted()
    for code in ("E1", "E2"):
        sheeted.enter(code, FEBRUARY, sales="5")
    Timesheet.objects.update(late_minutes=7)
    assert counted() == before


def test_parts_find_the_same_as_the_whole(sheeted: Payroll, monkeypatch: pytest.MonkeyPatch) -> None:
    run = sheeted.calculate(FEBRUARY)
    for code in ("E1", "E2"):
        sheeted.enter(code, FEBRUARY, sales="5")
    whole = changes_of(run)
    monkeypatch.setattr(changed_inputs, "PART", 1)
    assert seen(changes_of(run)) == seen(whole) == {("sales", Source.ENTERED, code) for code in ("E1", "E2")}


def test_another_tenants_changes_are_its_own(sheeted: Payroll, ward: Payroll) -> None:
    run = sheeted.calculate(FEBRUARY)
    with inside(ward):
        hire(ward, "E1")
        ward.full_month("E1", FEBRUARY)
        ward.calculate(FEBRUARY)
        ward.enter("E1", FEBRUARY, due_days="21")
        assert changes_of(calculations.run_of(FEBRUARY))
    assert not changes_of(run)
