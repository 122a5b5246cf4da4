"""Pages of pay schemes, groups, legal entities and off-cycle runs."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from hrsaas.access.rules.permissions import Role
from payroll.models import LegalEntity, PayGroup, PayGroupMember, PayRun, PayScheme
from tests.payroll.conftest import JANUARY, Payroll

SignIn = Callable[..., Client]


@pytest.fixture
def officer(shop: Payroll, sign_in: SignIn) -> Client:
    return sign_in(shop, Role.PAYROLL_OFFICER)


def test_a_scheme_is_made_from_a_pack_and_a_group_pays_by_it(officer: Client, shop: Payroll) -> None:
    body = {"code": "office", "name": "管理层", "name_en": "Managers", "pack": "office"}
    assert officer.post("/admin/payroll/payscheme/create/", body).status_code == 302
    scheme = PayScheme.objects.get(code="office")
    entity = LegalEntity.objects.get()
    group = {
        "code": "managers",
        "name": "管理层",
        "name_en": "",
        "scheme": scheme.pk,
        "entity": entity.pk,
        "pay_day": 5,
    }
    assert officer.post("/admin/payroll/paygroup/add/", group).status_code == 302
    found = PayGroup.objects.get(code="managers")
    page = f"/admin/payroll/paygroup/{found.pk}"
    assert officer.post(f"{page}/change/", group | {"pay_day": 31}).status_code == 302
    found.refresh_from_db()
    assert (found.pay_day, found.version) == (31, 2)
    person = shop.hire("E1")
    assert officer.post(f"{page}/assign/", {"employees": [person.pk], "start_date": "2026-01-01"}).status_code == 302
    assert PayGroupMember.objects.get().group == found


def test_a_legal_entity_is_changed_by_its_code(officer: Client) -> None:
    entity = LegalEntity.objects.get()
    body = {"name": "总公司", "name_en": "Head office", "tax_code": "", "bank_name": "", "bank_account": ""}
    assert officer.post(f"/admin/payroll/legalentity/{entity.pk}/change/", body).status_code == 302
    entity.refresh_from_db()
    assert (entity.code, entity.name, entity.version) == ("main", "总公司", 2)


def test_an_off_cycle_run_is_made_and_taken_back(officer: Client, shop: Payroll) -> None:
    person = shop.hire("E1")
    body = {
        "kind": "off_cycle", "title": "补发", "month": "2026-01-01", "group": PayGroup.objects.get().pk, "scheme": "",
        "employees": [person.pk],
    }  # fmt: skip
    assert officer.post("/admin/payroll/payrun/create/", body).status_code == 302
    run = PayRun.objects.get()
    assert [one.employee for one in run.people.all()] == [person]
    assert officer.post(f"/admin/payroll/payrun/{run.pk}/remove/").status_code == 302
    assert not PayRun.objects.exists()


def test_a_locked_run_is_marked_as_paid_by_who_may_lock(officer: Client, shop: Payroll, sign_in: SignIn) -> None:
    shop.hire("E1")
    shop.full_month("E1", JANUARY)
    shop.calculate(JANUARY)
    run = shop.lock(JANUARY)
    page = f"/admin/payroll/payrun/{run.pk}/pay/"
    assert sign_in(shop, Role.HR_ADMIN).post(page, {"paid_on": "2026-02-10"}).status_code == 403
    assert officer.post(page, {"paid_on": shop.now.date().isoformat()}).status_code == 302
    assert PayRun.objects.get().state == PayRun.State.PAID


@pytest.mark.parametrize("page", ["payscheme", "paygroup", "paygroupmember", "legalentity"])
def test_who_may_not_see_pay_items_sees_none_of_it(shop: Payroll, sign_in: SignIn, page: str) -> None:
    assert sign_in(shop, Role.RECRUITER).get(f"/admin/payroll/{page}/").status_code == 403
