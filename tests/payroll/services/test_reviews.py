"""Findings of a run, and what they stop: on PostgreSQL, through the services."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hrsaas.audit.models import Entry
from hrsaas.errors import DomainError
from hrsaas.people.services.assignments import change_pay
from hrsaas.people.services.employees import leave
from payroll.models import PayRun
from payroll.queries.reviews import Review, review_of
from payroll.queries.variances import variances
from payroll.rules.findings import Kind
from payroll.services import calculations, pay_items, pay_runs
from payroll.services.pay_groups import assign_members, save_group
from payroll.services.pay_schemes import create_scheme
from payroll.services.reviews import acknowledge_findings
from tests.payroll.conftest import FEBRUARY, JANUARY, MARCH, Payroll, inside


def kinds(review: Review) -> set[str]:
    return {one.kind for one in review.found}


def by(payroll: Payroll) -> dict[str, Any]:
    return {"actor": payroll.actor, "now": payroll.now}


def with_accounts(payroll: Payroll, *codes: str, **values: str) -> None:
    for code in codes:
        payroll.hire(code, bank_account="6222020200112233445")
        payroll.full_month(code, JANUARY, **values)
        payroll.full_month(code, FEBRUARY, **values)


@pytest.fixture
def two_months(shop: Payroll) -> Payroll:
    with_accounts(shop, "A1", "A2")
    shop.calculate(JANUARY)
    return shop


def test_two_months_alike_have_no_findings(two_months: Payroll) -> None:
    assert review_of(two_months.calculate(FEBRUARY)).counts() == []


def test_a_jump_to_last_month_is_found_with_person_item_and_unit(two_months: Payroll) -> None:
    two_months.enter("A2", FEBRUARY, sales="400000")
    review = review_of(two_months.calculate(FEBRUARY))
    assert kinds(review) == {Kind.GROSS_CHANGE, Kind.NET_CHANGE, Kind.ITEM_CHANGE, Kind.UNIT_CHANGE}
    (row,) = review.rows(kind="gross_change")[:]
    assert (row["employee_code"], row["other"]) == ("A2", 620_000)
    assert row["en"].endswith("was 6,200.00")
    assert "commission" in {row["item"] for row in review.rows(kind="item_change")[:]}


def test_who_has_no_account_or_is_paid_below_the_minimum_wage_is_found(shop: Payroll) -> None:
    shop.hire("B1", base_pay_fen=200_000)
    shop.full_month("B1", JANUARY)
    review = review_of(shop.calculate(JANUARY))
    assert kinds(review) == {Kind.NO_BANK_ACCOUNT, Kind.BELOW_MINIMUM_WAGE}
    (row,) = review.rows(kind="below_minimum_wage")[:]
    assert (row["value"], row["other"], row["is_open"]) == (220_000, 274_000, True)


def test_a_city_without_a_known_minimum_wage_is_named_and_not_passed_over(shop: Payroll) -> None:
    """By a scheme that reads nothing of the city, so nobody is stopped: Wuhan is known from 2026 on, Lhasa never."""
    scheme = create_scheme(code="interns", name="实习", name_en="interns", pack="interns", **by(shop))
    group = save_group(code="interns", changes={"name": "实习", "name_en": "interns", "scheme": scheme}, **by(shop))
    december = date(2025, 12, 1)
    cities = {"B1": "武汉", "B2": "武汉", "B3": "上海", "B4": "拉萨"}
    people = [shop.hire(code, 0, bank_account="6222020200112233445", work_city=city) for code, city in cities.items()]
    assign_members(group=group, employees=people, start_date=december, **by(shop))
    for month, expected in (
        (december, ["“拉萨”该月的最低工资标准，1 人", "“武汉”该月的最低工资标准，2 人"]),
        (JANUARY, ["“拉萨”该月的最低工资标准，1 人"]),
    ):
        for code in cities:
            shop.enter(code, month, intern_day_rate="200", intern_days="20")
        shop.calculate(month)
        rows = review_of(PayRun.objects.get(group=group, month=month)).rows(kind="minimum_wage_unknown")[:]
        assert [row["zh"].removeprefix("没有").split("未作")[0] for row in rows] == expected
        assert not any(row["is_open"] or row["employee"] for row in rows)
        assert "1 people were not checked" in rows[0]["en"]


def test_overtime_beyond_36_hours_is_found_and_its_pay_is_no_wage(shop: Payroll) -> None:
    with_accounts(shop, "C1", workday_overtime_minutes="2161")
    shop.hire("C2", base_pay_fen=250_000, bank_account="6222020200112233445")
    shop.full_month("C2", JANUARY, workday_overtime_minutes="2160")
    review = review_of(shop.calculate(JANUARY))
    assert [row["employee_code"] for row in review.rows(kind="overtime_over_limit")[:]] == ["C1"]
    assert [row["value"] for row in review.rows(kind="below_minimum_wage")[:]] == [270_000]


def test_half_a_month_is_measured_by_half_the_minimum_wage(shop: Payroll) -> None:
    shop.hire("D1", base_pay_fen=274_000, bank_account="6222020200112233445")
    shop.full_month("D1", JANUARY, attended_days="11", paid_days="11", absent_days="11")
    assert Kind.BELOW_MINIMUM_WAGE not in kinds(review_of(shop.calculate(JANUARY)))


def deduct(payroll: Payroll, formula: str) -> None:
    changes = {"name": "旷工扣款", "name_en": "absence", "category": "deduction", "order": 310}
    pay_items.save_item(code="absence", formula=formula, changes=changes, **by(payroll))


def test_a_threefold_deduction_for_absence_is_found_and_a_simple_one_is_not(shop: Payroll) -> None:
    shop.hire("E1", base_pay_fen=2_175_000, bank_account="6222020200112233445")
    shop.full_month("E1", JANUARY, absent_days="1")
    deduct(shop, "基本工资 / 21.75 * 缺勤天数")
    assert Kind.ABSENCE_OVERDEDUCTED not in kinds(review_of(shop.calculate(JANUARY)))
    deduct(shop, "基本工资 / 21.75 * 缺勤天数 * 3")
    (row,) = review_of(shop.calculate(JANUARY)).rows(kind="absence_overdeducted")[:]
    assert (row["item"], row["value"], row["other"]) == ("absence", 300_000, 100_000)


def test_a_rise_within_the_month_is_flagged_by_nothing_that_is_not_so(shop: Payroll) -> None:
    """March: 10 days at 8,700 and 12 at 9,222, mean 8,984.7272…; a day of it is worth 413.0909… (/ 21.75)."""
    days = {"attended_days": "21", "paid_days": "21", "absent_days": "1"}
    for number in range(5):
        risen = shop.hire(f"N{number}", base_pay_fen=870_000, bank_account="6222020200112233445")
        for month in (FEBRUARY, MARCH):
            shop.full_month(f"N{number}", month, **days)
    deduct(shop, "基本工资 / 21.75 * 缺勤天数")
    shop.calculate(FEBRUARY)
    change_pay(employee=risen, on_date=date(2026, 3, 16), base_pay_fen=922_200, **by(shop))
    review = review_of(shop.calculate(MARCH))
    assert (shop.amounts(MARCH, "N4")["attended_pay"], shop.amounts(MARCH, "N4")["absence"]) == (857_633, 41_309)
    assert list(review.rows()) == []
    deduct(shop, "基本工资 / 21.75 * 缺勤天数 * 3")
    rows = review_of(shop.calculate(MARCH)).rows(kind="absence_overdeducted")[:]
    assert [(row["employee_code"], row["value"], row["other"]) for row in rows][-1] == ("N4", 123_927, 41_310)
    assert len(rows) == 5


def test_a_rise_to_the_minimum_wage_within_the_month_is_measured_by_what_was_paid(shop: Payroll) -> None:
    """Shanghai asks 2,740: 10 days at 2,400 and 12 at 3,100 come to 2,781.82, with a fixed allowance of 200 more."""
    risen = shop.hire("O1", base_pay_fen=240_000, bank_account="6222020200112233445")
    shop.hire("O2", base_pay_fen=240_000, bank_account="6222020200112233445")
    change_pay(employee=risen, on_date=date(2026, 3, 16), base_pay_fen=310_000, **by(shop))
    for code in ("O1", "O2"):
        shop.full_month(code, MARCH)
    rows = review_of(shop.calculate(MARCH)).rows(kind="below_minimum_wage")[:]
    assert [(row["employee_code"], row["value"], row["other"]) for row in rows] == [("O2", 260_000, 274_000)]
    assert shop.slip(MARCH, "O1").gross_fen == 298_182


def test_a_fine_for_lateness_is_found(shop: Payroll) -> None:
    with_accounts(shop, "F1", late_count="2", late_minutes="10")
    deduct(shop, "迟到次数 * 50")
    (row,) = review_of(shop.calculate(JANUARY)).rows(kind="lateness_overdeducted")[:]
    assert (row["item"], row["value"]) == ("absence", 10_000)


def test_damages_above_a_fifth_of_the_wage_are_found(shop: Payroll) -> None:
    with_accounts(shop, "G1", after_tax_deduction="1240.01")
    with_accounts(shop, "G2", after_tax_deduction="1240")
    review = review_of(shop.calculate(JANUARY))
    assert [row["employee_code"] for row in review.rows(kind="deduction_over_fifth")[:]] == ["G1"]


def test_a_run_with_an_open_stop_is_not_reviewed_until_somebody_says_why_it_may_stay(shop: Payroll) -> None:
    shop.hire("H1", base_pay_fen=200_000)
    shop.full_month("H1", JANUARY)
    run = shop.calculate(JANUARY)
    with pytest.raises(DomainError) as refused:
        pay_runs.review_run(run=run, note="", **by(shop))
    assert (refused.value.code, refused.value.status) == ("payroll.run.open_findings", 409)
    assert [row["employee_code"] for row in refused.value.extra["findings"]] == ["H1"]
    acknowledge_findings(run=run, kind="below_minimum_wage", reason="实习生", **by(shop))
    assert review_of(run).open_stops == 0
    assert pay_runs.review_run(run=run, note="", **by(shop)).state == PayRun.State.REVIEWED
    entry = Entry.objects.get(action="payroll.run.acknowledge")
    assert entry.new["reason"] == "实习生"


def test_an_acknowledgement_of_one_person_leaves_the_others_open_and_ends_when_figures_change(shop: Payroll) -> None:
    one = shop.hire("I1", base_pay_fen=200_000)
    shop.hire("I2", base_pay_fen=200_000)
    for code in ("I1", "I2"):
        shop.full_month(code, JANUARY)
    run = shop.calculate(JANUARY)
    acknowledge_findings(run=run, kind="below_minimum_wage", employee=one, reason="见习", **by(shop))
    assert [row["employee_code"] for row in review_of(run).rows(only_open=True)[:]] == ["I2"]
    shop.enter("I2", JANUARY, sales="100")
    assert review_of(shop.calculate(JANUARY)).open_stops == 2


@pytest.mark.parametrize("kind", ["net_change", "error", "tax_negative", "nonsense"])
def test_only_stops_that_are_there_can_be_acknowledged(two_months: Payroll, kind: str) -> None:
    run = two_months.calculate(FEBRUARY)
    with pytest.raises(DomainError) as refused:
        acknowledge_findings(run=run, kind=kind, reason="why not", **by(two_months))
    assert refused.value.code == "payroll.review.nothing_to_acknowledge"


def test_a_run_that_is_not_calculated_has_no_findings_yet(shop: Payroll) -> None:
    (run,) = pay_runs.prepare_month(month=JANUARY, **by(shop))
    with pytest.raises(DomainError) as refused:
        review_of(run)
    assert refused.value.code == "payroll.run.not_calculated"


def test_errors_and_people_who_get_nothing_any_more_are_found(two_months: Payroll) -> None:
    one = two_months.hire("J1")
    two_months.full_month("J1", JANUARY)
    two_months.calculate(JANUARY)
    two_months.enter("A1", FEBRUARY, due_days="0", paid_days="0")
    leave(employee=one, leave_date=FEBRUARY, **by(two_months))
    review = review_of(two_months.calculate(FEBRUARY))
    assert {"error", "not_paid"} <= kinds(review)
    (error,) = review.rows(kind="error")[:]
    assert (error["employee_code"], error["zh"][:6]) == ("A1", "“出勤工资”")
    assert error["zh"] == " ".join(one["zh"] for one in two_months.slip(FEBRUARY, "A1").error)
    assert [row["employee_code"] for row in review.rows(kind="not_paid")[:]] == ["J1"]


def test_variances_stand_beside_last_month_by_item_unit_and_person(two_months: Payroll) -> None:
    two_months.enter("A2", FEBRUARY, sales="10000")
    run = two_months.calculate(FEBRUARY)
    items = {row["key"]: row for row in variances(run, "item")}
    assert (items["commission"]["now_fen"], items["commission"]["before_fen"]) == (10_000, 0)
    assert items["commission"]["percent"] is None
    (unit,) = variances(run, "unit")
    assert (unit["difference_fen"], unit["people"], unit["percent"]) == (10_000, 2, "0.8")
    assert [row["name"].split()[1] for row in variances(run, "person")[:]] == ["A2", "A1"]


def test_reading_takes_as_many_statements_for_many_as_for_one(shop: Payroll) -> None:
    def statements() -> int:
        run = PayRun.objects.select_related("formula_set").get(pk=shop.calculate(JANUARY).pk)
        with CaptureQueriesContext(connection) as taken:
            assert review_of(run).rows()[:50]
            for measure in ("item", "unit", "person"):
                assert variances(run, measure)[:50]  # type: ignore[arg-type]
        return len(taken)

    shop.hire("K0", base_pay_fen=100_000)
    shop.full_month("K0", JANUARY)
    one = statements()
    for number in range(1, 12):
        shop.hire(f"K{number}", base_pay_fen=100_000)
        shop.full_month(f"K{number}", JANUARY)
    assert statements() == one


def test_another_tenant_finds_and_acknowledges_its_own(shop: Payroll, ward: Payroll) -> None:
    shop.hire("L1", base_pay_fen=200_000)
    shop.full_month("L1", JANUARY)
    run = shop.calculate(JANUARY)
    with inside(ward):
        ward.hire("M1", bank_account="6222020200112233445")
        ward.full_month("M1", JANUARY)
        assert review_of(ward.calculate(JANUARY)).counts() == []
        with pytest.raises(DomainError):
            acknowledge_findings(run=run, kind="below_minimum_wage", reason="x", **by(ward))
    assert review_of(calculations.run_of(JANUARY)).open_stops == 1
