"""Amounts set by hand: they win over the formula, everything that builds on them follows, and nobody overlooks them."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import DatabaseError, transaction

from hrsaas.access.actors import Actor
from hrsaas.audit.models import Entry
from hrsaas.errors import DomainError, NotAllowed
from payroll.models import ManualAmount, PayGroup, PayItem, PayRun, PayScheme, Payslip
from payroll.queries import audits
from payroll.queries.digests import digests_of
from payroll.queries.explanations import explained
from payroll.queries.reviews import review_of
from payroll.services import calculations, pay_items, pay_runs
from payroll.services.manual_amounts import set_amount, take_back_amount
from payroll.services.pay_groups import assign_members, save_group
from payroll.services.reviews import acknowledge_findings
from payroll.services.what_ifs import what_if
from tests.payroll.conftest import FEBRUARY, JANUARY, Payroll, inside

ACCOUNT = "6222020200112233445"


def by(payroll: Payroll) -> dict[str, Any]:
    return {"actor": payroll.actor, "now": payroll.now}


@pytest.fixture
def january(shop: Payroll) -> Payroll:
    for code in ("M1", "M2"):
        shop.hire(code, base_pay_fen=1_200_000, bank_account=ACCOUNT)
        shop.full_month(code, JANUARY, sales="10000")
    shop.calculate(JANUARY)
    return shop


def set_for(payroll: Payroll, item: str, fen: int, code: str = "M1", reason: str = "客户投诉已核实") -> ManualAmount:
    slip = payroll.slip(JANUARY, code)
    return set_amount(
        run=calculations.run_of(JANUARY),
        employee=slip.employee,
        item=item,
        amount_fen=fen,
        reason=reason,
        **by(payroll),
    )


def test_the_amount_counts_at_once_for_all_that_builds_on_it_and_for_nobody_else(january: Payroll) -> None:
    before, other = january.amounts(JANUARY, "M1"), january.slip(JANUARY, "M2")
    row = set_for(january, "commission", before["commission"] + 500_000)
    after = january.amounts(JANUARY, "M1")
    assert after["commission"] == before["commission"] + 500_000
    assert after["gross"] == before["gross"] + 500_000
    assert after["income_tax"] == before["income_tax"] + 15_000  # 3 % of what it is more
    assert after["net"] == before["net"] + 485_000
    assert row.formula_fen == before["commission"]
    assert january.slip(JANUARY, "M2").amounts == other.amounts
    run = calculations.run_of(JANUARY)
    assert run.gross_fen == sum(Payslip.objects.filter(run=run).values_list("gross_fen", flat=True))


def test_a_run_that_is_calculated_again_keeps_it_and_so_does_one_with_other_inputs(january: Payroll) -> None:
    set_for(january, "commission", 0)
    january.enter("M1", JANUARY, sales="20000")
    january.calculate(JANUARY)
    assert january.amounts(JANUARY, "M1")["commission"] == 0
    assert ManualAmount.objects.get().formula_fen == 20_000


def test_a_draft_takes_it_before_anybody_is_calculated(shop: Payroll) -> None:
    employee = shop.hire("M1", base_pay_fen=1_200_000)
    shop.full_month("M1", JANUARY)
    run = pay_runs.create_run(
        group=PayGroup.objects.get(code=PayGroup.DEFAULT),
        month=JANUARY,
        kind=PayRun.Kind.OFF_CYCLE,
        title="补发",
        employees=[employee],
        **by(shop),
    )
    row = set_amount(run=run, employee=employee, item="commission", amount_fen=123, reason="约定", **by(shop))
    assert row.formula_fen is None
    pay_runs.prepare_run(run=run, **by(shop))
    for key in calculations.plan_run(run.pk):
        calculations.calculate_part(key=key, **by(shop))
    calculations.finish_run(run=run, **by(shop))
    slip = Payslip.objects.select_related("run__formula_set").get(run=run)
    assert slip.amounts[slip.run.formula_set.item_position("commission")] == 123


def test_it_is_explained_with_who_why_and_what_the_formula_would_have_given(january: Payroll) -> None:
    given = january.amounts(JANUARY, "M1")["commission"]
    set_for(january, "commission", 777_700)
    tree = explained(january.slip(JANUARY, "M1"), "commission")
    assert tree["value"] == "7777.00"
    assert (tree["manual"]["reason"], tree["manual"]["set_by"]) == ("客户投诉已核实", january.actor.label)
    assert tree["manual"]["formula_value"] == f"{given / 100:.2f}"
    assert tree["children"], "how the formula would have come to it"
    assert explained(january.slip(JANUARY, "M2"), "commission")["manual"] is None
    (inner,) = [node for node in walk(explained(january.slip(JANUARY, "M1"), "net")) if node["code"] == "commission"]
    assert inner["manual"]["reason"] == "客户投诉已核实"


def walk(node: dict[str, Any]) -> list[dict[str, Any]]:
    found = [node, *(below for child in node["children"] for below in walk(child))]
    return [one for one in found if not one.get("again")]


def test_it_stops_the_review_until_somebody_acknowledges_it(january: Payroll) -> None:
    set_for(january, "commission", 700_000)
    run = calculations.run_of(JANUARY)
    (row,) = review_of(run).rows(kind="manual_amount")[:]
    assert (row["employee_code"], row["item"], row["value"], row["other"]) == ("M1", "commission", 700_000, 10_000)
    with pytest.raises(DomainError) as refused:
        pay_runs.review_run(run=run, note="", **by(january))
    assert refused.value.code == "payroll.run.open_findings"
    acknowledge_findings(run=run, kind="manual_amount", reason="已核对", **by(january))
    assert pay_runs.review_run(run=run, note="", **by(january)).state == PayRun.State.REVIEWED


def test_another_reason_alone_takes_review_and_acknowledgement_back(january: Payroll) -> None:
    set_for(january, "commission", 700_000)
    run = calculations.run_of(JANUARY)
    acknowledge_findings(run=run, kind="manual_amount", reason="已核对", **by(january))
    pay_runs.review_run(run=run, note="", **by(january))
    digest = calculations.run_of(JANUARY).result_digest
    set_for(january, "commission", 700_000, reason="改约定")
    run = calculations.run_of(JANUARY)
    assert run.result_digest != digest
    assert (run.state, review_of(run).open_stops) == (PayRun.State.CALCULATED, 1)


def test_taken_back_the_formula_counts_again(january: Payroll) -> None:
    run = calculations.run_of(JANUARY)
    before, digest = january.amounts(JANUARY, "M1"), run.result_digest
    take_back_amount(amount=set_for(january, "commission", 1), **by(january))
    assert january.amounts(JANUARY, "M1") == before
    assert calculations.run_of(JANUARY).result_digest == digest
    assert not ManualAmount.objects.exists()


def test_setting_and_taking_back_are_in_the_trail_with_old_and_new(january: Payroll) -> None:
    set_for(january, "commission", 1)
    take_back_amount(amount=set_for(january, "commission", 2), **by(january))
    first, second = Entry.objects.filter(action="payroll.manual_amount.set").order_by("id")
    assert (first.new["employee"], first.new["amount_fen"], first.new["reason"]) == ("M1", 1, "客户投诉已核实")
    assert (second.old["amount_fen"], second.new["amount_fen"]) == (1, 2)
    assert Entry.objects.get(action="payroll.manual_amount.take_back").old["amount_fen"] == 2


def test_the_audit_knows_it_and_finds_an_amount_that_was_tampered_with(january: Payroll) -> None:
    set_for(january, "commission", 700_000)
    run = PayRun.objects.select_related("formula_set").get(pk=calculations.run_of(JANUARY).pk)
    assert audits.differences(run, sample=1) == []
    ManualAmount.objects.update(amount_fen=700_001)
    assert ("M1", "commission") in audits.differences(run, sample=1)
    assert digests_of(run).result != run.result_digest


def test_an_error_of_the_formula_does_not_matter_where_the_amount_is_set(shop: Payroll) -> None:
    shop.hire("M1", base_pay_fen=1_200_000)
    shop.full_month("M1", JANUARY)
    changes = {"name": "坏", "name_en": "broken", "category": "earning", "order": 310}
    pay_items.save_item(code="broken", formula="1 / (应出勤天数 - 应出勤天数)", changes=changes, **by(shop))
    run = shop.calculate(JANUARY)
    assert run.error_count == 1
    row = set_for(shop, "broken", 5)
    run = calculations.run_of(JANUARY)
    assert (run.error_count, row.formula_fen) == (0, None)
    assert explained(shop.slip(JANUARY, "M1"), "broken")["manual"]["formula_value"] is None
    (finding,) = review_of(run).rows(kind="manual_amount")[:]
    assert finding["zh"].endswith("按公式为 –")


def test_an_item_that_is_no_longer_there_stops_the_person_instead_of_being_forgotten(january: Payroll) -> None:
    row = set_for(january, "commission", 700_000)
    PayItem.objects.filter(code="commission").update(is_active=False)
    january.calculate(JANUARY)
    assert [one["code"] for one in january.slip(JANUARY, "M1").error] == ["payroll.payslip.manual_amount"]
    PayItem.objects.filter(code="commission").update(is_active=True)
    january.calculate(JANUARY)
    take_back_amount(amount=row, **by(january))
    assert january.slip(JANUARY, "M1").error is None


@pytest.mark.parametrize(
    ("item", "fen", "reason", "code"),
    [
        ("commission", 1, "  ", "no_reason"), ("nonsense", 1, "x", "no_item"), ("net", 1, "x", "no_item"),
        ("gross", 1, "x", "no_item"), ("commission", 10**16, "x", "too_large"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused(january: Payroll, item: str, fen: int, reason: str, code: str) -> None:
    with pytest.raises(DomainError) as refused:
        set_for(january, item, fen, reason=reason)
    assert refused.value.code == f"payroll.manual_amount.{code}"


def test_who_is_not_in_the_run_gets_no_amount(january: Payroll) -> None:
    late = january.hire("M9", hire_date=FEBRUARY)
    with pytest.raises(DomainError) as refused:
        set_amount(
            run=calculations.run_of(JANUARY), employee=late, item="commission", amount_fen=1, reason="x", **by(january)
        )
    assert (refused.value.code, refused.value.status) == ("payroll.manual_amount.not_in_run", 409)


def test_who_left_the_group_since_keeps_no_amount_in_silence(january: Payroll) -> None:
    row = set_for(january, "commission", 700_000)
    acknowledge_findings(run=row.run, kind="manual_amount", reason="已核对", **by(january))
    other = save_group(code="sales", changes={"name": "销售", "scheme": PayScheme.objects.get()}, **by(january))
    assign_members(group=other, employees=[row.employee], start_date=JANUARY, **by(january))
    january.calculate(JANUARY)
    run = row.run
    run.refresh_from_db()
    (finding,) = review_of(run).rows(only_open=True)[:]
    assert (finding["kind"], finding["employee_code"], finding["value"]) == ("manual_amount_unused", "M1", 700_000)
    assert finding["zh"].startswith("“销售提成”手工设为 7,000.00，但本批次没有此人的工资单")
    with pytest.raises(DomainError) as refused:
        pay_runs.review_run(run=run, note="", **by(january))
    assert refused.value.code == "payroll.run.open_findings"
    take_back_amount(amount=row, **by(january))
    run.refresh_from_db()
    assert (review_of(run).open_stops, run.result_digest) == (0, digests_of(run).result)


def test_while_a_run_is_being_calculated_nothing_is_set(january: Payroll) -> None:
    PayRun.objects.update(state=PayRun.State.CALCULATING)
    with pytest.raises(DomainError) as refused:
        set_for(january, "commission", 1)
    assert refused.value.code == "payroll.manual_amount.calculating"


def test_from_the_approval_on_it_stays_by_service_and_by_database(january: Payroll) -> None:
    row = set_for(january, "commission", 700_000)
    acknowledge_findings(run=row.run, kind="manual_amount", reason="已核对", **by(january))
    january.lock(JANUARY)
    for attempt in (lambda: set_for(january, "commission", 1), lambda: take_back_amount(amount=row, **by(january))):
        with pytest.raises(DomainError) as refused:
            attempt()
        assert refused.value.code == "payroll.run.not_open"
    for write in (lambda: ManualAmount.objects.update(amount_fen=1), lambda: ManualAmount.objects.all().delete()):
        with pytest.raises(DatabaseError, match="closed"), transaction.atomic():
            write()
    with pytest.raises(DatabaseError, match="closed"), transaction.atomic():
        ManualAmount.objects.create(
            run=row.run, employee=row.employee, item="x", amount_fen=1, reason="x", set_by="x", set_at=january.now
        )


def test_a_closed_month_that_is_put_right_keeps_what_was_set(january: Payroll) -> None:
    """Sales entered late change nothing of a commission that somebody set; other items follow them."""
    row = set_for(january, "commission", 700_000)
    acknowledge_findings(run=row.run, kind="manual_amount", reason="已核对", **by(january))
    january.lock(JANUARY)
    january.enter("M1", JANUARY, sales="5000000")
    january.enter("M2", JANUARY, sales="5000000")
    for code in ("M1", "M2"):
        january.full_month(code, FEBRUARY, sales="10000")
    run = january.calculate(FEBRUARY)
    items = set(run.retro_differences.values_list("employee__code", "item"))
    assert ("M2", "commission") in items
    assert ("M1", "commission") not in items


def test_a_what_if_keeps_what_was_set(january: Payroll) -> None:
    row = set_for(january, "commission", 700_000)
    result = what_if(run=row.run, formulas={}, **by(january))
    assert (result["people"], result["changed"]) == (2, 0)


def test_a_run_that_is_taken_back_takes_them_with_it(shop: Payroll) -> None:
    employee = shop.hire("M1")
    run = pay_runs.create_run(
        group=PayGroup.objects.get(code=PayGroup.DEFAULT),
        month=JANUARY,
        kind=PayRun.Kind.BONUS,
        title="奖",
        employees=[employee],
        **by(shop),
    )
    set_amount(run=run, employee=employee, item="commission", amount_fen=123, reason="约定", **by(shop))
    pay_runs.remove_run(run=run, **by(shop))
    assert not ManualAmount.objects.exists()


def test_who_may_not_change_runs_sets_nothing_and_another_tenant_sees_nothing(january: Payroll, ward: Payroll) -> None:
    row = set_for(january, "commission", 700_000)
    nobody = Actor(label="somebody", permissions=frozenset())
    with pytest.raises(NotAllowed):
        take_back_amount(amount=row, actor=nobody, now=january.now)
    with inside(ward):
        assert not ManualAmount.objects.exists()
        with pytest.raises(DomainError):
            take_back_amount(amount=row, **by(ward))
    assert ManualAmount.objects.count() == 1
