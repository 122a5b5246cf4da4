"""Any industry can be chosen for a new tenant, with its attendance and its pay items."""

from attendance.packs.loader import list_packs
from integrations.packs.templates import templates
from payroll.packs.pay_items import INDUSTRIES
from performance.packs.kpi_library import kpi_libraries


def test_every_industry_template_of_attendance_can_be_chosen():
    assert {template.attendance for template in templates().values()} == set(list_packs())
    assert all(template.attendance == code for code, template in templates().items())


def test_every_industry_of_pay_items_can_be_chosen_and_goes_with_its_attendance():
    assert {template.pay_items for template in templates().values()} == set(INDUSTRIES)
    others = {code: template.pay_items for code, template in templates().items() if template.pay_items != code}
    assert others == {"office_flex": "office"}


def test_the_kpis_of_a_template_exist_and_it_has_both_names():
    for template in templates().values():
        assert kpi_libraries()[template.kpis].kpis
        assert template.name.zh and template.name.en
