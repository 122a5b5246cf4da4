"""Formulas read earlier versions of tables by date, the tenant's calendar, and earlier payslips."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from hrsaas.errors import DomainError
from payroll.models import ParameterTable
from payroll.queries.explanations import explained
from payroll.services.parameter_tables import save_table
from payroll.services.pay_items import save_item
from tests.payroll.conftest import FEBRUARY, JANUARY, MARCH, Payroll

NEW = {"name": "试算", "name_en": "trial", "category": "info", "order": 900}


def add(shop: Payroll, formula: str, code: str = "trial", **changes: Any) -> None:
    save_item(code=code, formula=formula, actor=shop.actor, now=shop.now, changes=NEW | changes)


def trial(shop: Payroll, month: date) -> int | None:
    shop.calculate(month)
    return shop.amounts(month, "E1")["trial"]


def test_a_date_reads_the_version_of_the_tenants_table_in_force_on_it(shop: Payroll) -> None:
    old = ParameterTable.objects.get(name="工时参数")
    rows = [{"values": ["20.83", "8", "1.5", "2", "3"]}]
    save_table(name="工时参数", rows=rows, effective_from=MARCH, actor=shop.actor, now=shop.now)
    shop.hire("E1")
    shop.full_month("E1", MARCH, sales="1")
    day = "IF(销售额 > 0, DATE(2026, 2, 28), DATE(2026, 3, 1))"
    add(shop, f'PARAM("工时参数", "月计薪天数", {day}) + 100 * PARAM("工时参数", "月计薪天数", DATE(2026, 3, 1))')
    assert trial(shop, MARCH) == 2175 + 208_300
    (table,) = (node for node in _nodes(explained(shop.slip(MARCH, "E1"), "trial")) if node["kind"] == "table")
    assert (table["value"], table["source"]["since"]) == ("21.75", old.effective_from.isoformat())
    assert table["source"]["values"]["月计薪天数"] == "21.75"


def _nodes(tree: dict[str, Any]) -> list[dict[str, Any]]:
    return [tree, *(node for child in tree["children"] for node in _nodes(child))]


def test_working_days_are_those_of_the_tenants_calendar(shop: Payroll) -> None:
    shop.hire("E1")
    shop.full_month("E1", MARCH)
    add(shop, 'WORKDAYS(DATE(2026, 3, 1), DATE(2026, 4, 1), "工作日历")')
    assert trial(shop, MARCH) == 2200
    assert "工作日历" not in {table["name"] for table in _without_calendar(shop)}


def _without_calendar(shop: Payroll) -> list[dict[str, Any]]:
    add(shop, "1")
    shop.calculate(MARCH)
    version = shop.slip(MARCH, "E1").run.formula_set
    return list(version.tables)


def test_history_functions_read_the_runs_before_and_average_over_those_that_are_there(shop: Payroll) -> None:
    shop.hire("E1")
    for month, sales in ((JANUARY, "1000"), (FEBRUARY, "2500"), (MARCH, "0")):
        shop.full_month("E1", month, sales=sales)
    add(shop, "销售额", code="sold", name="销售留存", name_en="sold kept")
    add(shop, "IFERROR(PREV(销售留存, 2), 9) + 10 * IFERROR(AVGPREV(销售留存, 6), 7) + 100 * SUMPREV(销售留存, 2)")
    assert trial(shop, JANUARY) == 7900
    assert trial(shop, FEBRUARY) == 100 * (9 + 10_000 + 100_000)
    assert trial(shop, MARCH) == 100 * (1000 + 17_500 + 350_000)


def test_a_later_period_is_refused_with_its_place(shop: Payroll) -> None:
    with pytest.raises(DomainError) as refused:
        add(shop, "PREV(实发工资, 0)")
    assert (refused.value.code, refused.value.extra["errors"][0]["position"]) == ("payroll.formula.later_period", 11)
