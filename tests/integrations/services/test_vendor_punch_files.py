"""Punches of DingTalk, WeCom and Feishu come in by file: preview, errors by entry, a repeat adds nothing."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, datetime

import pytest

from attendance.models import Punch
from attendance.services.punch_identities import set_identity
from hrsaas.access.actors import Actor
from hrsaas.people.models import Employee
from hrsaas.people.services.employees import NewHire, hire_many
from hrsaas.people.services.units import create_position, create_unit
from hrsaas.tenancy.context import tenant_context
from hrsaas.tenancy.models import Tenant
from integrations.models import Import
from integrations.rules.vendor_punches import Vendor
from integrations.services.imports import apply_import, preview_import
from tests.integrations.rules.test_vendor_punches import AT, KEYS, PAGES


@pytest.fixture
def bring(db: None, in_alpha: Tenant, tenant_b: Tenant, actor: Actor, now: datetime) -> Callable[..., Import]:
    """Alpha has E1 and E2, beta has E1 too; in alpha the names of all vendors mean E1."""
    for tenant in (tenant_b, in_alpha):
        with tenant_context(tenant.id):
            create_unit(code="U", name="部门", actor=actor, now=now)
            create_position(code="P", name="岗位", actor=actor, now=now)
            facts = {
                "unit": "U",
                "position": "P",
                "hire_date": date(2024, 1, 1),
                "base_pay_fen": 1,
                "work_city": "上海",
            }
            hire_many(
                rows=[NewHire(code=code, name=code, **facts) for code in ("E1", "E2")],
                actor=actor,
                now=now,
            )
    person = Employee.objects.get(code="E1")
    for vendor, key in KEYS.items():
        set_identity(system=vendor.value, key=key, employee=person, actor=actor, now=now)

    def run(vendor: Vendor, *rows: dict[str, object], apply: bool = True) -> Import:
        content = json.dumps(PAGES[vendor][0](*rows)).encode()
        found = preview_import(kind=vendor.value, file_name="page.json", content=content, actor=actor, now=now)
        return apply_import(import_id=found.id, actor=actor, now=now) if apply else found

    return run


@pytest.mark.parametrize("vendor", list(Vendor))
def test_a_page_is_previewed_applied_and_adds_nothing_the_second_time(bring, vendor: Vendor, tenant_b) -> None:
    row = PAGES[vendor][1]
    preview = bring(vendor, row(), apply=False)
    assert (preview.state, preview.counts) == ("ready", {"punches": 1, "people": 1, "not_punches": 0})
    assert preview.sample[0]["employee_code"] == "E1"
    assert not Punch.objects.exists()
    assert bring(vendor, row(), row()).counts["added"] == 1
    punch = Punch.objects.select_related("employee").get()
    assert (punch.employee.code, punch.punched_at, punch.source) == ("E1", AT, vendor.value)
    assert bring(vendor, row()).counts | {"punches": 0} == {
        "punches": 0, "people": 1, "not_punches": 0, "added": 0, "repeated": 1, "late": 0,
    }  # fmt: skip
    with tenant_context(tenant_b.id):
        assert not Punch.objects.exists()


def test_who_is_not_known_there_is_named_and_an_employee_number_counts_by_itself(bring) -> None:
    row = PAGES[Vendor.WECOM][1]
    found = bring(Vendor.WECOM, row(), row(userid="E2"), row(userid="E1"), row(userid="nobody"), apply=False)
    assert found.state == Import.State.REFUSED
    # E1 goes by another name there, so that "E1" is somebody else's.
    assert [(error["line"], error["column"], error["code"]) for error in found.errors] == [
        (3, "userid", "integrations.punches.unknown_person"), (4, "userid", "integrations.punches.unknown_person"),
    ]  # fmt: skip


def test_stamps_outside_are_taken_and_marked(bring) -> None:
    row = PAGES[Vendor.DINGTALK][1]
    bring(Vendor.DINGTALK, row(locationResult="Outside"), row(userId="E2"), row(timeResult="NotSigned"))
    assert dict(Punch.objects.values_list("employee__code", "trust")) == {"E1": 11, "E2": 2}
