"""Tables change from a day on."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from hrsaas.errors import DomainError, NotFound
from payroll.models import ParameterTable
from payroll.services.parameter_tables import save_table
from payroll.services.pay_items import save_item
from tests.payroll.conftest import FEBRUARY, JANUARY, Payroll


def save(shop: Payroll, name: str, start: date, rows: list[dict[str, Any]]) -> ParameterTable:
    return save_table(name=name, effective_from=start, rows=rows, actor=shop.actor, now=shop.now)


def test_a_new_version_counts_from_its_day_and_leaves_earlier_months_alone(shop: Payroll) -> None:
    shop.hire("E1")
    for month in (JANUARY, FEBRUARY):
        shop.full_month("E1", month, night_shifts="2")
    rows = [{"keys": ["夜班"], "values": ["50"]}, {"keys": ["全勤"], "values": ["300.50"]}]
    save(shop, "津贴标准", FEBRUARY, rows)
    shop.calculate(JANUARY)
    shop.calculate(FEBRUARY)
    before, after = shop.amounts(JANUARY, "E1"), shop.amounts(FEBRUARY, "E1")
    assert (before["night_allowance"], before["full_attendance"]) == (4_000, 20_000)
    assert (after["night_allowance"], after["full_attendance"]) == (10_000, 30_050)


@pytest.mark.parametrize(
    "rows",
    [
        [{"values": ["0.01"], "from": "100"}, {"values": ["0.02"], "from": "50"}],
        [{"values": ["0.01", "7"], "from": "0"}],
        [{"values": ["0.00001"], "from": "0"}],
        [{"values": ["much"], "from": "0"}],
        [],
    ],
)
def test_rows_that_do_not_fit_the_table_are_refused(shop: Payroll, rows: list[dict[str, Any]]) -> None:
    with pytest.raises(DomainError) as caught:
        save(shop, "提成比例", FEBRUARY, rows)
    assert caught.value.code == "payroll.table.bad_rows"
    assert ParameterTable.objects.filter(name="提成比例").count() == 1


def test_a_tenant_may_pay_by_minimum_wages_of_its_own_from_a_day_on(shop: Payroll) -> None:
    """The statutory table counts before, and for whoever has none of its own; taxes cannot be overridden."""
    changes = {"name": "保底", "name_en": "floor", "category": "earning", "order": 190}
    by: dict[str, Any] = {"actor": shop.actor, "now": shop.now}
    save_item(code="floor", formula='PARAM("最低工资", "月标准", 参保城市)', changes=changes, **by)
    shop.hire("E1")
    for month in (JANUARY, FEBRUARY):
        shop.full_month("E1", month)
    saved = save(shop, "最低工资", FEBRUARY, [{"keys": ["上海"], "values": ["3000", "30"]}])
    assert saved.title == "最低工资（本单位）"
    shop.calculate(JANUARY)
    shop.calculate(FEBRUARY)
    assert [shop.amounts(month, "E1")["floor"] for month in (JANUARY, FEBRUARY)] == [274_000, 300_000]
    with pytest.raises(NotFound):
        save(shop, "个税参数", FEBRUARY, [{"values": ["6000"]}])


def test_rows_of_a_day_whose_law_is_not_known_are_refused(shop: Payroll) -> None:
    with pytest.raises(DomainError) as caught:
        save(shop, "最低工资", date(1999, 1, 1), [{"keys": ["上海"], "values": ["3000", "30"]}])
    assert caught.value.code.startswith("payroll.packs.")


def test_an_unknown_table_is_not_found(shop: Payroll) -> None:
    with pytest.raises(NotFound):
        save(shop, "没有", FEBRUARY, [{"values": ["1"]}])
