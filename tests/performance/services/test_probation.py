"""Goals that come with a hire: set for the probation, and only where the tenant uses the module."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from hrsaas.people.hires import Hire, ProbationGoal
from hrsaas.people.models import Employee
from hrsaas.tenancy.context import tenant_context
from performance.models import Goal, Kpi
from performance.services.probation import set_probation_goals
from tests import servers
from tests.performance.conftest import APRIL

CSAT = ProbationGoal(
    "csat",
    "用户满意度",
    "CSAT",
    "分",
    "points",
    "higher",
    Decimal("3.8"),
    Decimal("4.2"),
    Decimal("4.5"),
    Decimal(25),
    2,
)


def test_kpis_that_the_library_lacks_are_added_and_others_are_left_alone(alpha, hired):
    own = Kpi.objects.get(code="sales_vs_plan")
    sales = ProbationGoal(
        own.code, "别的名字", "", "%", "%", "higher", Decimal(70), Decimal(90), Decimal(95), Decimal(10), 1
    )
    set_probation_goals(Hire(hired(), APRIL, date(2026, 7, 1), (CSAT, sales)), alpha.actor, alpha.now)
    assert Kpi.objects.get(code="csat").target == Decimal("4.2")
    assert Kpi.objects.get(code=own.code).name == own.name
    goals = Goal.objects.order_by("kpi__code").values_list("target", "end_date")
    assert list(goals) == [(Decimal("4.2"), date(2026, 7, 1)), (Decimal(90), date(2026, 7, 1))]


@pytest.mark.usefixtures("live_db")
def test_a_tenant_without_the_module_gets_no_goals(tenant_a, actor, now):
    connection = servers.superuser()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE tenancy_tenant SET modules = '{recruiting}' WHERE id = %s", [tenant_a.id])
    connection.close()
    with tenant_context(tenant_a.id):
        set_probation_goals(Hire(Employee(id=1), APRIL, date(2026, 7, 1), (CSAT,)), actor, now)
        assert (Kpi.objects.count(), Goal.objects.count()) == (0, 0)
