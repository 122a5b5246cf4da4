"""Every pack installs into a tenant, and a month of the tenant comes to what the pack's worked case says."""

from collections.abc import Callable

import pytest

from hrsaas.tenancy.models import Tenant
from payroll.models import ParameterTable, PayInput, PayItem
from payroll.packs.pay_items import INDUSTRIES, pay_item_pack
from tests.payroll.conftest import MARCH, Payroll


@pytest.mark.parametrize("industry", INDUSTRIES)
def test_an_installed_pack_pays_its_first_worked_case(
    db: None, in_alpha: Tenant, payroll_of: Callable[[Tenant, str], Payroll], industry: str
) -> None:
    pack, payroll = pay_item_pack(industry), payroll_of(in_alpha, industry)
    case = next(case for case in pack.cases if not any(":" in key for key in case.inputs))
    payroll.hire("E1")
    payroll.enter("E1", MARCH, **case.inputs)
    payroll.calculate(MARCH)
    paid = payroll.amounts(MARCH, "E1")
    scales = {item.key: item.scale for item in pack.items}
    for key, expected in case.expect.items():
        assert paid[key] == expected.scaleb(scales[key]), f"{case.name.zh}: {key}"
    assert paid["net"] is not None


@pytest.mark.parametrize("industry", INDUSTRIES)
def test_an_installed_pack_is_complete_in_both_languages(
    db: None, in_alpha: Tenant, payroll_of: Callable[[Tenant, str], Payroll], industry: str
) -> None:
    pack, _ = pay_item_pack(industry), payroll_of(in_alpha, industry)
    items = set(PayItem.objects.values_list("code", "name", "name_en"))
    assert items == {(item.key, item.name.zh, item.name.en) for item in pack.items}
    inputs = {(entry.code, entry.name, entry.name_en, entry.default) for entry in PayInput.objects.all()}
    defaults = {e.key: None if e.default is None else str(e.default).lower() for e in pack.inputs}
    assert inputs == {(e.key, e.name.zh, e.name.en, defaults[e.key]) for e in pack.inputs}
    tables = set(ParameterTable.objects.values_list("name", "title", "title_en"))
    assert tables == {(table.name, table.title.zh, table.title.en) for table in pack.tables}
