"""Schemes, groups, members, legal entities and off-cycle runs by REST."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from hrsaas.access.rules.permissions import Role
from payroll.models import PayGroup, PayRun, PayScheme
from tests.payroll.conftest import JANUARY, Payroll

BASE = "/api/v1/payroll"
SignIn = Callable[..., Client]


@pytest.fixture
def officer(shop: Payroll, sign_in: SignIn) -> Client:
    return sign_in(shop, Role.PAYROLL_OFFICER)


def post(client: Client, path: str, body: Any = None) -> Any:
    return client.post(f"{BASE}/{path}", body or {}, content_type="application/json")


def test_people_are_paid_by_a_group_of_their_own(officer: Client, shop: Payroll) -> None:
    scheme = {"code": "office", "name": "管理层", "name_en": "Managers", "pack": "office"}
    made = post(officer, "schemes/", scheme).json()
    group = post(officer, "groups/", {"code": "managers", "name": "管理层", "scheme": made["id"]})
    assert group.status_code == 201
    shop.hire("E1")
    members = f"groups/{group.json()['id']}/members/"
    assert post(officer, members, {"employees": ["E1"], "start_date": "2026-01-01"}).json() == {"moved": 1}
    unknown = post(officer, members, {"employees": ["E1", "E9"], "start_date": "2026-01-01"})
    assert unknown.status_code == 400 and "E9" in unknown.content.decode()
    (row,) = officer.get(f"{BASE}/members/").json()["results"]
    assert (row["group"], row["start_date"], row["end_date"]) == (group.json()["id"], "2026-01-01", None)


def test_a_group_changed_by_somebody_else_meanwhile_is_not_overwritten(officer: Client, shop: Payroll) -> None:
    address = f"{BASE}/groups/{PayGroup.objects.get().pk}/"
    tag = officer.get(address).headers["ETag"]
    patch = {"data": {"pay_day": 5}, "content_type": "application/json", "headers": {"If-Match": tag}}
    assert officer.patch(address, **patch).json()["pay_day"] == 5
    assert officer.patch(address, **patch).status_code == 412


def test_a_tax_code_has_eighteen_signs(officer: Client) -> None:
    body = {"code": "branch", "name": "分公司", "tax_code": "91310000MA1FL0XY3"}
    assert post(officer, "entities/", body).status_code == 400
    assert post(officer, "entities/", body | {"tax_code": "91310000MA1FL0XY3K"}).status_code == 201


def test_an_off_cycle_run_is_made_filled_and_taken_back(officer: Client, shop: Payroll) -> None:
    shop.hire("E1")
    body = {
        "group": str(PayGroup.objects.get().pk), "month": "2026-01-01", "kind": "off_cycle", "title": "补发",
        "employees": ["E1"],
    }  # fmt: skip
    run = post(officer, "runs/", body).json()
    assert (run["state"], run["kind"], run["scheme"]) == ("draft", "off_cycle", str(PayScheme.objects.get().pk))
    value = {"employee": "E1", "month": "2026-01-01", "input": "sales", "value": "10", "run": run["id"]}
    assert post(officer, "values/bulk/", [value]).json() == {"saved": 1}
    assert post(officer, f"runs/{run['id']}/again/").status_code == 202
    assert officer.delete(f"{BASE}/runs/{run['id']}/").status_code == 204
    assert not PayRun.objects.exists()


def test_people_of_a_run_are_calculated_again_at_once(officer: Client, shop: Payroll) -> None:
    shop.hire("E1")
    shop.full_month("E1", JANUARY)
    run = shop.calculate(JANUARY)
    shop.enter("E1", JANUARY, sales="1000")
    answer = post(officer, f"runs/{run.pk}/people/", {"employees": ["E1"]})
    assert answer.json() == {"people": 1, "changed": 1, "errors": 0}
    assert post(officer, f"runs/{run.pk}/people/", {"employees": []}).status_code == 400
