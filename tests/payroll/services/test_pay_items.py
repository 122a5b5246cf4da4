"""Formulas are compiled before they are saved; names are only names."""

from __future__ import annotations

from typing import Any

import pytest

from hrsaas.access.actors import Actor
from hrsaas.audit.models import Entry
from hrsaas.errors import DomainError, NotAllowed
from payroll.models import ParameterTable, PayInput, PayItem
from payroll.packs.pay_items import INDUSTRIES, pay_item_pack
from payroll.queries.formula_names import FormulaNames
from payroll.queries.formula_sets import current_content
from payroll.queries.pay_schemes import default_scheme
from payroll.services.pay_items import check_formula, remove_item, save_item, try_formula
from payroll.services.pay_schemes import install_pack
from tests.payroll.conftest import JANUARY, Payroll, inside

NEW = {"name": "高温津贴", "name_en": "heat allowance", "category": "earning", "order": 165}


def save(payroll: Payroll, code: str, formula: str, **changes: Any) -> PayItem:
    return save_item(code=code, formula=formula, changes=changes, actor=payroll.actor, now=payroll.now)


def refused(payroll: Payroll, code: str, formula: str, **changes: Any) -> DomainError:
    with pytest.raises(DomainError) as caught:
        save(payroll, code, formula, **changes)
    return caught.value


def test_an_installed_pack_is_the_tenant_s_own_and_means_what_the_pack_means(shop: Payroll) -> None:
    pack = pay_item_pack("retail")
    assert PayItem.objects.count() == len(pack.items)
    assert PayInput.objects.count() == len(pack.inputs)
    assert set(ParameterTable.objects.values_list("name", flat=True)) == {table.name for table in pack.tables}
    shown = FormulaNames().shown(PayItem.objects.get(code="attended_pay"), "zh")
    assert shown == next(item.formula for item in pack.items if item.key == "attended_pay")


def test_a_pack_is_installed_once(shop: Payroll) -> None:
    with pytest.raises(DomainError) as caught:
        install_pack(code="office", actor=shop.actor, now=shop.now)
    assert caught.value.code == "payroll.scheme.installed"


@pytest.mark.parametrize("industry", INDUSTRIES)
def test_all_names_of_a_pack_differ_in_both_languages(industry: str) -> None:
    pack = pay_item_pack(industry)
    entries = [*pack.items, *pack.inputs]
    names = [name for entry in entries for name in {entry.name.zh, entry.name.en}]
    assert len(names) == len(set(names)), sorted(name for name in names if names.count(name) > 1)


def test_a_new_item_is_written_by_chinese_or_english_names(shop: Payroll) -> None:
    chinese = save(shop, "heat", "实出勤天数 * 10", **NEW)
    assert chinese.formula == "[@attended_days] * 10"
    english = save(shop, "heat", "[days attended] * 10")
    assert english.formula == chinese.formula
    assert english.version == chinese.version, "the same formula is no change"


def test_a_rename_breaks_no_formula_and_no_version(shop: Payroll) -> None:
    shop.hire("E1")
    shop.full_month("E1", JANUARY)
    before = shop.calculate(JANUARY)
    gross = PayItem.objects.get(code="gross")
    save(shop, "gross", FormulaNames().shown(gross, "zh"), name="应发工资", name_en="total earnings")
    after = shop.calculate(JANUARY)
    assert after.net_fen == before.net_fen
    assert "应发工资" in FormulaNames().shown(PayItem.objects.get(code="net"), "zh")


def test_an_unknown_name_is_refused_with_its_position_and_near_names(shop: Payroll) -> None:
    error = refused(shop, "heat", "10 + 实出勤天 * 2", **NEW)
    assert (error.code, error.position, error.field) == ("payroll.formula.unknown_name", 5, "formula")
    assert "实出勤天数" in error.extra["errors"][0]["suggestions"]
    assert "第 6 个字符" in error.zh and "character 6" in error.en
    assert not PayItem.objects.filter(code="heat").exists()


def test_positions_count_the_typed_text_not_the_stored_one(shop: Payroll) -> None:
    error = refused(shop, "heat", "实出勤天数 * 应出勤天数 + 没有", **NEW)
    assert error.position == "实出勤天数 * 应出勤天数 + 没有".index("没有")
    english = refused(shop, "heat", "[days attended] + nothing", **NEW)
    assert english.position == "[days attended] + nothing".index("nothing")


def test_a_cycle_is_refused_with_its_whole_path(shop: Payroll) -> None:
    error = refused(shop, "attended_pay", "实发工资 * 2")
    assert error.code == "payroll.formula.cycle"
    path = error.extra["errors"][0]["path"]
    assert path[0] == path[-1]
    assert {"出勤工资", "应发合计", "实发工资"} <= set(path)


def test_text_that_has_no_tokens_is_refused_at_its_position(shop: Payroll) -> None:
    error = refused(shop, "commission", "销售额 ** 2")
    assert (error.code, error.position) == ("payroll.formula.op_not_allowed", 4)


def test_a_type_mistake_is_refused(shop: Payroll) -> None:
    assert refused(shop, "commission", '"三" + 1').code == "payroll.formula.type"


def test_names_are_unique_across_items_and_inputs_and_languages(shop: Payroll) -> None:
    assert refused(shop, "heat", "1", **(NEW | {"name": "销售额"})).code == "payroll.item.name_taken"
    assert refused(shop, "heat", "1", **(NEW | {"name_en": "base pay"})).code == "payroll.item.name_taken"


def test_decimals_of_an_item_never_change(shop: Payroll) -> None:
    assert refused(shop, "cumulative_taxable", "应发合计", scale=4).code == "payroll.item.scale_fixed"


def test_an_item_that_others_read_cannot_be_removed(shop: Payroll) -> None:
    with pytest.raises(DomainError) as caught:
        remove_item(code="gross", actor=shop.actor, now=shop.now)
    assert caught.value.code == "payroll.formula.unknown_name"
    remove_item(code="commission", actor=shop.actor, now=shop.now)
    assert not PayItem.objects.get(code="commission").is_active


def test_a_check_saves_nothing_and_names_what_it_reads(shop: Payroll) -> None:
    check = check_formula(code="heat", formula="应发合计 * 0.01", actor=shop.actor, now=shop.now)
    assert check.items == ("gross",)
    assert not PayItem.objects.filter(code="heat").exists()


def test_a_try_explains_one_person_and_saves_nothing(shop: Payroll) -> None:
    employee = shop.hire("E1")
    shop.full_month("E1", JANUARY, sales="5000")
    tree = try_formula(
        code="commission", formula="销售额 * 0.1", employee=employee, month=JANUARY, actor=shop.actor, now=shop.now
    )
    assert (tree["value"], tree["formula_zh"], tree["formula_en"]) == (
        "500.00",
        "销售额 * 0.1",
        "[personal sales] * 0.1",
    )
    assert "TIER" in PayItem.objects.get(code="commission").formula


def test_edits_are_audited_and_need_the_permission(shop: Payroll) -> None:
    save(shop, "heat", "10", **NEW)
    entry = Entry.objects.filter(action="payroll.item.save").latest("id")
    assert (entry.old, entry.new["formula"]) == (None, "10")
    with pytest.raises(NotAllowed):
        save_item(code="heat", formula="11", actor=Actor(label="nobody", permissions=frozenset()), now=shop.now)


def test_the_other_tenant_s_items_are_not_touched(shop: Payroll, ward: Payroll) -> None:
    save(shop, "attended_pay", "基本工资")
    with inside(ward):
        assert "paid_days" in PayItem.objects.get(code="attended_pay").formula
        content = current_content(default_scheme(), JANUARY)
    assert "evening_fee" in [item["code"] for item in content.items]
