"""Org units and positions through the API."""

from __future__ import annotations

import pytest

from hrsaas.people.models import OrgUnit


def codes(response) -> list[str]:
    assert response.status_code == 200, response.content
    return [row["code"] for row in response.json()["results"]]


def test_units_are_listed_found_and_filtered_by_subtree(hr, organisation):
    assert codes(hr.get("units/")) == ["hq", "shop", "till"]
    assert codes(hr.get("units/", search="门店")) == ["shop"]
    assert codes(hr.get("units/", below=organisation.shop.id)) == ["shop", "till"]
    assert codes(hr.get("units/", top="true")) == ["hq"]


def test_a_unit_is_made_renamed_and_moved(hr, organisation):
    made = hr.post("units/", {"code": "west", "name": "西区"})
    assert made.status_code == 201
    moved = hr.patch(f"units/{organisation.shop.id}/", {"parent": made.json()["id"], "name": "西店"})
    assert (moved.json()["parent"], moved.json()["name"], moved.json()["name_en"]) == (
        made.json()["id"],
        "西店",
        "Shop",
    )
    top = hr.patch(f"units/{organisation.shop.id}/", {"parent": None})
    assert top.json()["parent"] is None


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"code": "shop", "name": "x"}, 409, "people.unit.code_taken"),
        ({"code": "", "name": "x"}, 400, None),
        ({"code": "x", "name": "x", "parent": "1"}, 400, None),
    ],
)
def test_wrong_units_are_refused(hr, body, status, code):
    response = hr.post("units/", body)
    assert response.status_code == status
    assert code is None or response.json()["code"] == code


def test_a_cycle_is_refused_and_a_rename_beside_it_is_not_written(hr, organisation):
    response = hr.patch(f"units/{organisation.office.id}/", {"parent": str(organisation.till.id), "name": "x"})
    assert (response.status_code, response.json()["code"]) == (400, "people.unit.cycle")
    assert OrgUnit.objects.get(code="hq").name == "总部"


def test_positions_are_made_and_renamed(hr, organisation):
    made = hr.post("positions/", {"code": "nurse", "name": "护士"})
    assert made.status_code == 201
    assert hr.patch(f"positions/{made.json()['id']}/", {"name": "护师"}).json()["name"] == "护师"
    assert codes(hr.get("positions/")) == ["cashier", "manager", "nurse"]


def test_another_tenants_units_and_positions_are_not_there(hr, beta_organisation):
    assert hr.get(f"units/{beta_organisation.shop.id}/").status_code == 404
    assert hr.patch(f"units/{beta_organisation.shop.id}/", {"name": "x"}).status_code == 404
    assert hr.get(f"positions/{beta_organisation.cashier.id}/").status_code == 404
