"""Claims of special additional deductions, and what they do to a year's tax."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from hrsaas.audit.models import Entry
from hrsaas.errors import DomainError
from payroll.models import DeductionClaim, PayGroup, PayRun, Payslip
from payroll.services import calculations, pay_runs
from payroll.services.deduction_claims import NewClaim, add_claims, end_claim, remove_claim
from tests.payroll.conftest import FEBRUARY, JANUARY, MARCH, Payroll

YOUNG, PARENT = date(2024, 5, 20), date(1960, 3, 31)


def claim(shop: Payroll, kind: str, code: str = "E1", **given: Any) -> DeductionClaim:
    usual = {"start_date": JANUARY, "birth_date": {"child": YOUNG, "elderly": PARENT}.get(kind)}
    row = NewClaim(code, kind, **({"rent_tier": 1} if kind == "rent" else {}) | usual | given)
    return add_claims(rows=[row], actor=shop.actor, now=shop.now)[0]


def refused_code(shop: Payroll, *rows: NewClaim) -> list[str]:
    with pytest.raises(DomainError) as refused:
        add_claims(rows=rows, actor=shop.actor, now=shop.now)
    assert refused.value.code == "payroll.claim.rows"
    return [fault["code"].removeprefix("payroll.claim.") for fault in refused.value.extra["rows"]]


def deducted(shop: Payroll, month: date, code: str = "E1") -> int | None:
    shop.full_month(code, month)
    shop.calculate(month)
    slip = shop.slip(month, code)
    return slip.inputs[slip.run.formula_set.input_position("additional_deduction")]


@pytest.fixture
def one(shop: Payroll) -> Payroll:
    shop.hire("E1", base_pay_fen=2_000_000)
    return shop


def test_a_month_deducts_what_is_claimed_for_it(one: Payroll) -> None:
    claim(one, "child", share_percent=50)
    claim(one, "elderly", agreed_fen=150_000)
    claim(one, "rent", start_date=FEBRUARY)
    assert deducted(one, JANUARY) == 100_000 + 150_000
    assert deducted(one, FEBRUARY) == 100_000 + 150_000 + 150_000


def test_the_tax_of_the_month_is_lower_by_it(one: Payroll) -> None:
    deducted(one, JANUARY)
    without = one.amounts(JANUARY, "E1")
    claim(one, "child")
    deducted(one, JANUARY)
    paid = one.amounts(JANUARY, "E1")
    assert without["cumulative_taxable"] - paid["cumulative_taxable"] == 200_000
    assert without["income_tax"] - paid["income_tax"] == 6_000  # 3%


def test_a_late_claim_is_made_up_for_by_the_next_run(one: Payroll) -> None:
    assert deducted(one, JANUARY) is None
    claim(one, "child")
    assert deducted(one, FEBRUARY) == 400_000
    assert deducted(one, MARCH) == 200_000


def test_what_was_claimed_in_error_is_taken_back_by_the_next_run(one: Payroll) -> None:
    claim(one, "elderly")
    wrong = claim(one, "child")
    assert deducted(one, JANUARY) == 500_000
    remove_claim(claim=wrong, actor=one.actor, now=one.now)
    assert deducted(one, FEBRUARY) == 300_000 - 200_000


def test_an_ended_claim_stops(one: Payroll) -> None:
    rent = claim(one, "rent")
    assert deducted(one, JANUARY) == 150_000
    end_claim(claim=rent, end_date=FEBRUARY, actor=one.actor, now=one.now)
    assert deducted(one, FEBRUARY) == 0


def test_months_before_the_hire_give_nothing(shop: Payroll) -> None:
    shop.hire("NEW", hire_date=date(2026, 2, 16))
    claim(shop, "child", "NEW")
    assert deducted(shop, FEBRUARY, "NEW") == 200_000


def test_months_of_an_opening_balance_are_in_the_balance(one: Payroll) -> None:
    one.enter("E1", MARCH, ytd_income="40000", ytd_additional_deduction="4000")
    claim(one, "child")
    assert deducted(one, MARCH) == 200_000


def test_an_entered_value_replaces_the_claims(one: Payroll) -> None:
    claim(one, "child")
    one.enter("E1", JANUARY, additional_deduction="123.45")
    assert deducted(one, JANUARY) == 12_345


def test_a_run_beside_the_regular_one_deducts_nothing_twice(one: Payroll) -> None:
    claim(one, "child")
    deducted(one, JANUARY)
    by: dict[str, Any] = {"actor": one.actor, "now": one.now}
    run = pay_runs.create_run(
        group=PayGroup.objects.get(), month=JANUARY, kind=PayRun.Kind.OFF_CYCLE, title="补发", **by
    )
    run = pay_runs.prepare_run(run=run, **by)
    for key in calculations.plan_run(run.id):
        calculations.calculate_part(key=key, **by)
    slip = Payslip.objects.get(run=run)
    place = run.formula_set.item_position("contributions_employee")
    assert slip.inputs[run.formula_set.input_position("additional_deduction")] == 0
    assert slip.amounts[place] == 0, "insurance and fund were taken by the regular run"


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"employee": "NOBODY"}, "unknown_employee"),
        ({"start_date": date(2026, 1, 2)}, "not_first_day"),
        ({"end_date": JANUARY}, "period"),
        ({"birth_date": None}, "birth_date"),
        ({"share_percent": 70}, "share"),
        ({"rent_tier": 1}, "rent_tier"),
        ({"agreed_fen": 1}, "agreed"),
        ({"kind": "rent", "birth_date": None}, "rent_tier"),
        ({"kind": "rent"}, "birth_date"),
        ({"kind": "elderly", "share_percent": 50}, "share"),
    ],
)
def test_a_claim_that_makes_no_sense_is_refused(one: Payroll, given: dict[str, Any], code: str) -> None:
    usual = {"employee": "E1", "kind": "child", "start_date": JANUARY, "birth_date": YOUNG}
    assert code in refused_code(one, NewClaim(**(usual | given)))
    assert not DeductionClaim.objects.exists()


def test_rent_and_interest_exclude_each_other_in_the_same_month_only(one: Payroll) -> None:
    claim(one, "rent", end_date=MARCH)
    assert refused_code(one, NewClaim("E1", "mortgage", FEBRUARY)) == ["rent_and_mortgage"]
    assert refused_code(one, NewClaim("E1", "rent", FEBRUARY, rent_tier=2)) == ["twice"]
    assert claim(one, "mortgage", start_date=MARCH)


def test_ending_later_cannot_make_two_claims_overlap(one: Payroll) -> None:
    rent = claim(one, "rent", end_date=MARCH)
    claim(one, "mortgage", start_date=MARCH)
    with pytest.raises(DomainError) as refused:
        end_claim(claim=rent, end_date=None, actor=one.actor, now=one.now)
    assert refused.value.code == "payroll.claim.rent_and_mortgage"


def test_rows_are_made_all_or_none_and_every_fault_is_named(one: Payroll) -> None:
    good = NewClaim("E1", "child", JANUARY, birth_date=YOUNG)
    assert refused_code(one, good, good, NewClaim("E1", "elderly", JANUARY, birth_date=PARENT)) == ["twice"]
    assert not DeductionClaim.objects.exists()


def test_the_trail_tells_of_claims(one: Payroll) -> None:
    made = claim(one, "child")
    end_claim(claim=made, end_date=MARCH, actor=one.actor, now=one.now)
    remove_claim(claim=made, actor=one.actor, now=one.now)
    actions = list(Entry.objects.filter(action__startswith="payroll.claim").values_list("action", flat=True))
    assert sorted(actions) == ["payroll.claim.add", "payroll.claim.end", "payroll.claim.remove"]
