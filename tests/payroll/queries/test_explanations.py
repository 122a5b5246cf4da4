"""Every number leads back to where it came from."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from attendance.models import AttendanceMonth, OvertimeAdjustment, OvertimeRequest, Timesheet
from attendance.rules.timesheets import TOTAL_COLUMNS
from hrsaas.errors import NotFound
from payroll.models import ParameterTable
from payroll.queries.explanations import explained
from payroll.services.deduction_claims import NewClaim, add_claims
from tests.attendance.stored_days import store_day
from tests.payroll.conftest import FEBRUARY, JANUARY, Payroll

Node = dict[str, Any]


def nodes(tree: Node) -> Iterator[Node]:
    yield tree
    for child in tree["children"]:
        yield from nodes(child)


def found(tree: Node, code: str) -> Node:
    return next(node for node in nodes(tree) if node["code"] == code)


@pytest.fixture
def explained_net(shop: Payroll) -> Node:
    shop.hire("E1", 3_000_000)
    for month in (JANUARY, FEBRUARY):
        shop.full_month("E1", month, sales="60000")
        shop.calculate(month)
    return explained(shop.slip(FEBRUARY, "E1"), "net")


def test_the_tree_of_net_pay_reaches_inputs_tables_and_earlier_payslips(shop: Payroll, explained_net: Node) -> None:
    assert Decimal(explained_net["value"]) * 100 == shop.slip(FEBRUARY, "E1").net_fen
    sales = found(explained_net, "sales")
    assert (sales["value"], sales["source"]["from"], sales["source"]["month"]) == ("60000", "entered", "2026-02")
    withheld = found(explained_net, "ytd_tax_withheld")
    january = shop.slip(JANUARY, "E1")
    (earlier,) = withheld["source"]["payslips"]
    assert (earlier["month"], earlier["payslip"]) == ("2026-01", str(january.id))
    assert Decimal(earlier["value"]) * 100 == january.tax_fen
    base = found(explained_net, "base_pay")
    assert base["source"]["assignments"][0]["base_pay"] == "30000.00"
    tax = found(explained_net, "个税累计预扣率")
    assert Decimal(tax["source"]["values"]["税率"]) == Decimal("0.10")
    assert tax["source"]["reference"]


def test_every_node_reads_in_both_languages(explained_net: Node) -> None:
    for node in nodes(explained_net):
        assert node["zh"]
        assert node["en"]
    taxable = found(explained_net, "cumulative_taxable")
    assert "减除费用月数" in taxable["formula_zh"]
    assert "[months of basic deduction]" in taxable["formula_en"]


def test_an_item_is_explained_once_in_a_tree(explained_net: Node) -> None:
    gross = [node for node in nodes(explained_net) if node["code"] == "gross"]
    assert len(gross) > 1
    assert [bool(node["children"]) for node in gross] == [True] + [False] * (len(gross) - 1)


def test_a_timesheet_value_names_its_days(shop: Payroll) -> None:
    employee = shop.hire("E1")
    month = AttendanceMonth.objects.create(start_date=JANUARY)
    sheet = dict.fromkeys(TOTAL_COLUMNS, 0) | {"due_days": 2, "worked_days": 2, "late_minutes": 7, "late_count": 1}
    Timesheet.objects.create(month=month, employee=employee, **sheet)
    store_day(employee, JANUARY.replace(day=5), now=shop.now, late_minutes=7)
    shop.calculate(JANUARY)
    late = found(explained(shop.slip(JANUARY, "E1"), "attendance_deduction"), "late_minutes")
    assert late["source"] == {
        "from": "attendance", "column": "late_minutes", "days": [{"date": "2026-01-05", "value": 7}],
    }  # fmt: skip


def test_overtime_of_a_locked_month_names_its_own_day(shop: Payroll) -> None:
    employee = shop.hire("E1")
    month = AttendanceMonth.objects.create(start_date=FEBRUARY)
    sheet = dict.fromkeys(TOTAL_COLUMNS, 0) | {"due_days": 2, "worked_days": 2, "overtime_weekday_minutes": 90}
    Timesheet.objects.create(month=month, employee=employee, **sheet)
    day = JANUARY.replace(day=30)
    asked = OvertimeRequest.objects.create(
        employee=employee, date=day, minutes=90, reason="x", asked_at=shop.now, asked_by="x", state="approved",
        decided_at=shop.now,
    )  # fmt: skip
    OvertimeAdjustment.objects.create(
        employee=employee, month=month, request=asked, date=day, overtime_weekday_minutes=90, created_at=shop.now
    )
    shop.calculate(FEBRUARY)
    minutes = found(explained(shop.slip(FEBRUARY, "E1"), "workday_overtime"), "workday_overtime_minutes")
    assert minutes["source"]["days"] == [{"date": "2026-01-30", "value": 90}]


def test_an_error_is_explained_where_it_arose(shop: Payroll) -> None:
    shop.hire("E1")
    shop.calculate(JANUARY)
    tree = explained(shop.slip(JANUARY, "E1"), "attended_pay")
    assert tree["value"] is None
    assert tree["error"]["code"] == "MISSING"
    assert "应出勤天数" in tree["error"]["zh"]


def test_an_unknown_item_is_not_found(shop: Payroll) -> None:
    shop.hire("E1")
    shop.calculate(JANUARY)
    with pytest.raises(NotFound):
        explained(shop.slip(JANUARY, "E1"), "nothing")


def test_a_value_known_before_any_person_names_the_version_of_its_table(shop: Payroll) -> None:
    shop.hire("E1")
    shop.full_month("E1", JANUARY)
    shop.calculate(JANUARY)
    tree = explained(shop.slip(JANUARY, "E1"), "workday_overtime")
    own = [node for node in nodes(tree) if node["code"] == "工时参数"]
    assert {node["source"]["since"] for node in own} == {
        ParameterTable.objects.get(name="工时参数").effective_from.isoformat()
    }
    assert own[0]["value"] == "21.75"
    assert own[0]["zh"] == 'PARAM("工时参数", "月计薪天数")'
    assert own[0]["en"] == 'PARAM("working time", "paid days a month")'


def test_a_statutory_row_names_the_day_from_which_the_law_holds(explained_net: Node) -> None:
    rows = [node["source"] for node in nodes(explained_net) if node["kind"] == "table" and node["source"]]
    dated = [row for row in rows if row["since"]]
    assert {"个税参数", "个税累计预扣率", "社保", "公积金"} <= {row["table"] for row in dated}
    assert all(date.fromisoformat(row["since"]) <= date(2026, 2, 28) for row in dated)
    # An insurance that the city does not have is no law of any day.
    assert all(row["values"]["个人比例"] == "0.0000" for row in rows if not row["since"])


def test_a_deduction_names_the_claims_that_it_follows_from(shop: Payroll) -> None:
    employee = shop.hire("E1", 3_000_000)
    shop.hire("E2", 3_000_000)
    add_claims(rows=[NewClaim("E1", "rent", JANUARY, date(2026, 7, 1), rent_tier=1)], actor=shop.actor, now=shop.now)
    for code in ("E1", "E2"):
        shop.full_month(code, JANUARY)
    shop.calculate(JANUARY)
    source = found(explained(shop.slip(JANUARY, employee.code), "net"), "additional_deduction")["source"]
    rent = {"kind": "rent", "zh": "住房租金", "en": "Rent", "start": "2026-01", "end": "2026-07"}
    assert source == {"from": "claims", "claims": [rent]}
    without = found(explained(shop.slip(JANUARY, "E2"), "net"), "additional_deduction")["source"]
    assert without["from"] == "default"
