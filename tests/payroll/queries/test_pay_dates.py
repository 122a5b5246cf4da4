"""When runs have to be paid."""

from __future__ import annotations

from datetime import date

from hrsaas.tenancy.context import tenant_context
from payroll.models import PayGroup
from payroll.queries.pay_dates import PayDates
from tests.payroll.conftest import JANUARY, Payroll


def test_a_run_is_due_on_the_last_working_day_up_to_the_groups_pay_day(shop: Payroll, ward: Payroll) -> None:
    PayGroup.objects.update(pay_day=20)  # of February: in the Spring Festival of 2026, 15 to 23
    shop.hire("A1")
    shop.full_month("A1", JANUARY)
    run = shop.calculate(JANUARY)
    assert PayDates().due_on(run) == date(2026, 2, 14), "a Saturday worked for the festival"
    with tenant_context(ward.tenant.id):
        ward.hire("B1")
        ward.full_month("B1", JANUARY)
        assert PayDates().due_on(ward.calculate(JANUARY)) == date(2026, 2, 10)
