"""Several schemes, groups and legal entities in one tenant; who is paid by which."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from hrsaas.errors import DomainError
from hrsaas.tenancy.context import tenant_context
from hrsaas.tenancy.models import Tenant
from payroll.models import LegalEntity, PayGroup, PayGroupMember, PayRun, PayScheme, Payslip
from payroll.services import calculations
from payroll.services.pay_groups import assign_members, save_entity, save_group
from payroll.services.pay_items import save_item
from payroll.services.pay_schemes import create_scheme
from tests.payroll.conftest import FEBRUARY, JANUARY, Payroll


@pytest.fixture
def managers(shop: Payroll) -> PayGroup:
    """A second group of the shop, paid by the office's scheme."""
    by = {"actor": shop.actor, "now": shop.now}
    scheme = create_scheme(code="office", name="管理层", name_en="Managers", pack="office", **by)
    return save_group(code="managers", changes={"name": "管理层", "scheme": scheme}, **by)


def move(shop: Payroll, group: PayGroup, *employees: object, start: date = JANUARY) -> int:
    return assign_members(group=group, employees=employees, start_date=start, actor=shop.actor, now=shop.now)


def people_of(group: PayGroup, month: date) -> list[str]:
    slips = Payslip.objects.filter(run__group=group, run__month=month)
    return sorted(slips.values_list("employee_code", flat=True))


def everybody() -> PayGroup:
    return PayGroup.objects.get(code=PayGroup.DEFAULT)


def test_each_person_is_paid_once_by_the_scheme_of_the_own_group(shop: Payroll, managers: PayGroup) -> None:
    clerk, boss = shop.hire("E1"), shop.hire("E2")
    for code in ("E1", "E2"):
        shop.full_month(code, JANUARY)
    assert move(shop, managers, boss) == 1
    shop.calculate(JANUARY)
    assert (people_of(everybody(), JANUARY), people_of(managers, JANUARY)) == (["E1"], ["E2"])
    assert shop.summary["headcount"] == 2
    assert "commission" in shop.amounts(JANUARY, clerk.code)
    assert "commission" not in shop.amounts(JANUARY, boss.code)


def test_the_other_tenant_keeps_its_own_groups(shop: Payroll, managers: PayGroup, ward: Payroll) -> None:
    with tenant_context(ward.tenant.id):
        assert list(PayGroup.objects.values_list("code", flat=True)) == ["default"]
        assert list(PayScheme.objects.values_list("code", flat=True)) == ["default"]


def test_a_person_who_moves_leaves_no_payslip_behind(shop: Payroll, managers: PayGroup) -> None:
    boss = shop.hire("E2")
    shop.full_month("E2", JANUARY)
    shop.calculate(JANUARY)
    move(shop, managers, boss)
    shop.calculate(JANUARY)
    assert (people_of(everybody(), JANUARY), people_of(managers, JANUARY)) == ([], ["E2"])


def test_moving_back_ends_the_membership(shop: Payroll, managers: PayGroup) -> None:
    boss = shop.hire("E2")
    move(shop, managers, boss)
    assert move(shop, everybody(), boss, start=FEBRUARY) == 1
    assert list(PayGroupMember.objects.values_list("start_date", "end_date")) == [(JANUARY, FEBRUARY)]
    assert move(shop, managers, boss, start=FEBRUARY) == 1
    assert move(shop, managers, boss, start=FEBRUARY) == 0


def test_the_tax_of_a_year_goes_on_in_another_group_of_the_same_legal_entity(shop: Payroll, managers: PayGroup) -> None:
    boss = shop.hire("E2", base_pay_fen=3_000_000)
    for month in (JANUARY, FEBRUARY):
        shop.full_month("E2", month)
    shop.calculate(JANUARY)
    shop.lock(JANUARY)
    move(shop, managers, boss, start=FEBRUARY)
    shop.calculate(FEBRUARY)
    inputs = shop.slip(FEBRUARY, "E2")
    place = inputs.run.formula_set.input_position("ytd_income")
    assert inputs.inputs[place] == shop.amounts(JANUARY, "E2")["gross"] > 0


def test_another_legal_entity_begins_the_year_anew(shop: Payroll, managers: PayGroup) -> None:
    by = {"actor": shop.actor, "now": shop.now}
    boss = shop.hire("E2", base_pay_fen=3_000_000)
    for month in (JANUARY, FEBRUARY):
        shop.full_month("E2", month)
    shop.calculate(JANUARY)
    shop.lock(JANUARY)
    other = save_entity(code="branch", changes={"name": "分公司"}, **by)
    save_group(code="managers", changes={"entity": other}, **by)
    move(shop, managers, boss, start=FEBRUARY)
    shop.calculate(FEBRUARY)
    slip = shop.slip(FEBRUARY, "E2")
    assert slip.inputs[slip.run.formula_set.input_position("ytd_income")] is None  # nothing yet: its default counts
    assert slip.run.entity.code == "branch"


def test_nobody_is_moved_out_of_a_month_that_was_paid(shop: Payroll, managers: PayGroup) -> None:
    boss = shop.hire("E2")
    shop.full_month("E2", JANUARY)
    shop.calculate(JANUARY)
    shop.lock(JANUARY)
    with pytest.raises(DomainError) as refused:
        move(shop, managers, boss)
    assert refused.value.code == "payroll.group.month_closed"
    with pytest.raises(DomainError) as refused:
        move(shop, managers, boss, start=date(2026, 2, 2))
    assert refused.value.code == "payroll.group.not_first_day"


def test_the_database_knows_one_group_per_person_and_day(shop: Payroll, managers: PayGroup) -> None:
    boss = shop.hire("E2")
    move(shop, managers, boss)
    with pytest.raises(IntegrityError, match="payroll_member_overlap"), transaction.atomic():
        PayGroupMember.objects.create(employee=boss, group=everybody(), start_date=FEBRUARY)


def test_amounts_of_one_code_have_one_scale_in_all_schemes(shop: Payroll, managers: PayGroup) -> None:
    by = {"actor": shop.actor, "now": shop.now}
    facts = {"name": "单价", "name_en": "rate", "category": "info", "order": 5, "scale": 4}
    save_item(code="rate", formula="1", changes=facts, **by)
    with pytest.raises(DomainError) as refused:
        save_item(code="rate", formula="1", changes=facts | {"scale": 2}, scheme=managers.scheme, **by)
    assert refused.value.code == "payroll.item.scale_differs"


def test_an_item_of_one_scheme_changes_in_that_scheme_alone(shop: Payroll, managers: PayGroup) -> None:
    save_item(code="gross", formula="1", scheme=managers.scheme, actor=shop.actor, now=shop.now)
    formulas = dict(PayScheme.objects.filter(items__code="gross").values_list("code", "items__formula"))
    assert formulas["office"] == "1" and formulas["default"] != "1"


def test_a_group_needs_a_scheme_and_takes_the_main_legal_entity(shop: Payroll) -> None:
    by = {"actor": shop.actor, "now": shop.now}
    with pytest.raises(DomainError) as refused:
        save_group(code="sales", changes={"name": "销售"}, **by)
    assert (refused.value.code, refused.value.field) == ("payroll.group.required", "scheme")
    group = save_group(code="sales", changes={"name": "销售", "scheme": PayScheme.objects.get()}, **by)
    assert group.entity == LegalEntity.objects.get(code="main")


def test_a_group_without_people_has_an_empty_run(shop: Payroll, managers: PayGroup, in_alpha: Tenant) -> None:
    shop.hire("E1")
    shop.full_month("E1", JANUARY)
    shop.calculate(JANUARY)
    run = PayRun.objects.get(group=managers)
    assert (run.state, run.headcount) == (PayRun.State.CALCULATED, 0)
    assert calculations.run_of(JANUARY).headcount == 1
