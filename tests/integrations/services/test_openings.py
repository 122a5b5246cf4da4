"""A new employer of any industry can begin with its shifts and its pay items."""

from __future__ import annotations

from datetime import datetime

import pytest

from attendance.models import AttendanceSettings, Rotation, Shift
from attendance.packs.loader import load_pack
from hrsaas.access.actors import Actor, system_actor
from hrsaas.errors import DomainError
from hrsaas.tenancy.context import tenant_context
from integrations.services.openings import open_tenant
from payroll.models import PayItem
from payroll.packs.pay_items import pay_item_pack

ACTOR: Actor = system_actor("test")
pytestmark = pytest.mark.usefixtures("live_db")


@pytest.mark.parametrize("template", ["property", "restaurants"])
def test_an_industry_comes_with_its_shifts_rotations_and_pay_items(template: str, now: datetime) -> None:
    opened = open_tenant(slug="gamma", name="伽马", template=template, calendar="national", actor=ACTOR, now=now)
    other = open_tenant(slug="delta", name="德尔塔", template="mining", calendar="national", actor=ACTOR, now=now)
    for tenant, code in ((opened.tenant, template), (other.tenant, "mining")):
        pack = load_pack(code)
        with tenant_context(tenant.id):
            assert AttendanceSettings.objects.get().pack_code == code
            assert set(Shift.objects.values_list("code", flat=True)) == {shift.code for shift in pack.shifts}
            rosters = {part.code for part in (*pack.rotations, *pack.fixed)}
            assert set(Rotation.objects.values_list("code", flat=True)) == rosters
            items = {item.key for item in pay_item_pack(code).items}
            assert items <= set(PayItem.objects.values_list("code", flat=True))


def test_an_unknown_industry_is_refused_with_those_there_are(now: datetime) -> None:
    with pytest.raises(DomainError) as refused:
        open_tenant(slug="gamma", name="伽马", template="space", calendar="national", actor=ACTOR, now=now)
    assert refused.value.code == "integrations.template.unknown"
    assert "mining" in str(refused.value.en)
