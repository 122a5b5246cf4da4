"""Pay items that are conditions, texts and dates: kept in payslips, read by other items, shown as what they are."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import connection

from hrsaas.access.rules.permissions import Role
from hrsaas.errors import DomainError
from hrsaas.people.models import Employee
from payroll.admin.explanation_trees import readable
from payroll.models import MonthlyInput, PayInput, PayItem, PayslipTotal
from payroll.queries.audits import differences
from payroll.queries.digests import digests_of
from payroll.queries.explanations import explained
from payroll.queries.payslips import export_rows, lines
from payroll.queries.printed_slips import printed_slip
from payroll.services.pay_items import check_formula, save_item, try_formula
from tests.payroll.conftest import JANUARY, MARCH, Payroll, inside

KINDS = [
    ("is_full", "是否满勤", "full attendance", "bool", "缺勤天数 = 0 并且 迟到次数 = 0"),
    ("grade", "绩效等级", "grade", "text", '如果(评级 = "", "未评", 评级)'),
    ("regular_on", "转正日", "regular from", "date", "加月(DATE(2026, 1, 31), 迟到次数 + 1)"),
]


def by(payroll: Payroll) -> dict[str, Any]:
    return {"actor": payroll.actor, "now": payroll.now}


def add(payroll: Payroll, code: str, formula: str, **changes: Any) -> PayItem:
    return save_item(code=code, formula=formula, changes=changes, **by(payroll))


@pytest.fixture
def graded(shop: Payroll) -> Payroll:
    """A shop whose payslips say three things that are no numbers, and pay by them."""
    PayInput.objects.create(
        code="rating", name="评级", name_en="rating", type="text", unit="", unit_en="", default="", source="manual"
    )
    for order, (code, name, name_en, kind, formula) in enumerate(KINDS):
        add(shop, code, formula, name=name, name_en=name_en, category="info", type=kind, order=200 + order)
    add(shop, "graded_bonus", '如果(是否满勤 并且 绩效等级 属于 ("A", "B") 并且 转正日 < DATE(2026, 3, 1), 300, 0)',
        name="等级奖", name_en="graded bonus", category="earning", order=204)  # fmt: skip
    for code, rating, late in (("T1", "A", "0"), ("T2", "丙", "1"), ("T3", None, "0")):
        shop.hire(code, bank_account="6222020200112233445")
        given = {"rating": rating} if rating is not None else {}
        shop.full_month(code, JANUARY, late_count=late, absent_days="0", **given)
    shop.calculate(JANUARY)
    return shop


def said(payroll: Payroll, code: str) -> dict[str, tuple[str | None, str | None]]:
    found = {line["code"]: (line["value"], line["en"]) for line in lines(payroll.slip(JANUARY, code))}
    return {code: found[code] for code in ("is_full", "grade", "regular_on", "graded_bonus")}


def test_payslips_say_what_each_person_is_and_pay_by_it(graded: Payroll) -> None:
    assert said(graded, "T1") == {
        "is_full": ("true", "Yes"), "grade": ("A", "A"), "regular_on": ("2026-02-28", "2026-02-28"),
        "graded_bonus": ("300.00", "300.00"),
    }  # fmt: skip
    assert said(graded, "T2") == {
        "is_full": ("false", "No"), "grade": ("丙", "丙"), "regular_on": ("2026-03-31", "2026-03-31"),
        "graded_bonus": ("0.00", "0.00"),
    }  # fmt: skip
    assert said(graded, "T3")["grade"] == ("未评", "未评")
    first = next(line for line in lines(graded.slip(JANUARY, "T1")) if line["code"] == "is_full")
    assert (first["type"], first["amount"], first["zh"]) == ("bool", None, "是")


def test_the_view_of_lines_says_the_same_in_sql(graded: Payroll) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT employee_code, item_code, item_type, amount, value FROM payroll_payslip_line"
            " WHERE item_code = ANY(%s) ORDER BY employee_code, item_position",
            [["is_full", "grade", "regular_on", "graded_bonus"]],
        )
        found = cursor.fetchall()
    assert found[:4] == [
        ("T1", "is_full", "bool", None, "true"), ("T1", "grade", "text", None, "A"),
        ("T1", "regular_on", "date", None, "2026-02-28"), ("T1", "graded_bonus", "number", 30_000, "300.00"),
    ]  # fmt: skip
    assert [row[4] for row in found if row[1] == "grade"] == ["A", "丙", "未评"]


def test_the_audit_reads_codes_and_a_changed_text_changes_the_digest(graded: Payroll) -> None:
    run = graded.slip(JANUARY, "T1").run
    assert differences(run) == []
    before = digests_of(run)
    graded.enter("T1", JANUARY, rating="B")
    after = digests_of(graded.calculate(JANUARY))
    assert said(graded, "T1")["grade"] == ("B", "B")
    assert before.inputs != after.inputs and before.result != after.result


def test_the_audit_finds_a_text_that_is_not_what_the_formula_says(graded: Payroll) -> None:
    slip = graded.slip(JANUARY, "T2")
    place = slip.run.formula_set.item_position("grade")
    slip.amounts[place] = 1
    slip.save(update_fields=["amounts"])
    assert differences(slip.run) == [("T2", "grade")]


def test_what_is_no_number_is_in_no_total(graded: Payroll) -> None:
    run = graded.slip(JANUARY, "T1").run
    places = {run.formula_set.item_position(code) for code, *_rest in KINDS}
    assert not PayslipTotal.objects.filter(run=run, item_position__in=places).exists()
    bonus = PayslipTotal.objects.get(run=run, item_position=run.formula_set.item_position("graded_bonus"))
    assert bonus.amount == 30_000


def test_the_explanation_shows_conditions_texts_and_dates_as_such(graded: Payroll) -> None:
    slip = graded.slip(JANUARY, "T1")
    values = {
        child["code"]: child["value"] for child in walk(explained(slip, "graded_bonus")) if child["kind"] == "item"
    }
    assert values == {"graded_bonus": "300.00", "is_full": True, "grade": "A", "regular_on": "2026-02-28"}
    shown = readable(explained(slip, "is_full"), "zh")
    assert shown["value"] == "是"
    assert {child["value"] for child in walk(explained(slip, "regular_on"))} >= {"2026-02-28"}


def walk(node: dict[str, Any]) -> list[dict[str, Any]]:
    return [node, *(one for child in node["children"] for one in walk(child))]


def test_sheets_and_the_printed_payslip_say_them_too(graded: Payroll) -> None:
    row = next(row for row in export_rows(JANUARY) if row[0] == "T2")
    assert {"false", "丙", "2026-03-31"} <= set(row)
    slip = graded.slip(JANUARY, "T2")
    slip.run.entity = slip.run.group.entity
    printed = {line.en: line.amount for line in printed_slip(slip, slip.run).information}
    assert (printed["full attendance"], printed["grade"], printed["regular from"]) == ("否 No", "丙", "2026-03-31")


def test_a_text_stays_what_it_was_when_the_formula_changes_later(graded: Payroll) -> None:
    graded.lock(JANUARY)
    save_item(code="grade", formula='如果(评级 = "", "A 未评", 评级)', **by(graded))
    assert said(graded, "T3")["grade"] == ("未评", "未评")


def test_only_information_is_no_number_and_a_type_never_changes(graded: Payroll) -> None:
    refused = {}
    for field, changes in (
        ("category", {"name": "x", "name_en": "x", "category": "earning", "order": 1, "type": "bool"}),
        ("type", {"type": "number"}),
    ):
        with pytest.raises(DomainError) as caught:
            code = "new_one" if field == "category" else "is_full"
            save_item(code=code, formula="缺勤天数 = 0", changes=changes, **by(graded))
        refused[field] = (caught.value.code, caught.value.field)
    assert refused == {
        "category": ("payroll.item.only_information", "category"), "type": ("payroll.item.type_fixed", "type"),
    }  # fmt: skip


def test_a_formula_of_another_type_than_its_item_is_refused(graded: Payroll) -> None:
    with pytest.raises(DomainError) as caught:
        save_item(code="is_full", formula="缺勤天数", **by(graded))
    assert caught.value.code == "payroll.formula.type"
    assert check_formula(code="fresh", formula="缺勤天数 = 0", type="bool", **by(graded)).items == ()
    employee = Employee.objects.get(code="T1")
    tried = try_formula(code="fresh", formula='"甲"', type="text", employee=employee, month=JANUARY, **by(graded))
    assert tried["value"] == "甲"


def test_the_api_and_the_admin_page_show_them_in_the_language_of_the_reader(graded: Payroll, sign_in: Any) -> None:
    officer, slip = sign_in(graded, Role.PAYROLL_OFFICER), graded.slip(JANUARY, "T2")
    answer = officer.get(f"/api/v1/payroll/payslips/{slip.pk}/lines/").json()
    line = next(line for line in answer if line["code"] == "is_full")
    assert (line["type"], line["amount"], line["value"], line["zh"], line["en"]) == ("bool", None, "false", "否", "No")
    page = officer.get(f"/admin/payroll/payslip/{slip.pk}/change/").content.decode()
    assert "full attendance" in page and ">No<" in page.replace(" ", "") and "丙" in page
    item = PayItem.objects.get(code="is_full")
    assert 'name="formula"' in officer.get(f"/admin/payroll/payitem/{item.pk}/change/").content.decode()


def test_another_tenant_reads_its_own_texts(graded: Payroll, ward: Payroll) -> None:
    with inside(ward):
        add(ward, "grade", '如果(计薪天数 = 22, "甲", "乙")', name="绩效等级", name_en="grade", category="info",
            type="text", order=900)  # fmt: skip
        ward.hire("W1")
        ward.full_month("W1", MARCH)
        ward.calculate(MARCH)
        slip = ward.slip(MARCH, "W1")
        assert {line["code"]: line["value"] for line in lines(slip)}["grade"] == "甲"
        assert not MonthlyInput.objects.filter(month=date(2026, 1, 1)).exists()
