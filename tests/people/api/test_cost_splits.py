"""Projects and cost shares through the API."""

from __future__ import annotations

import pytest

PROJECT = {"code": "P1", "name": "新店", "name_en": "New shop", "start_date": "2026-01-01"}


def body(employee, **more):
    return {
        "employee": employee.code, "start_date": "2026-01-01",
        "shares": [
            {"cost_centre": "CC1", "share_rate": "0.6"}, {"cost_centre": "CC2", "project": "P1", "share_rate": "0.4"},
        ],
    } | more  # fmt: skip


@pytest.fixture
def project(hr):
    made = hr.post("projects/", PROJECT)
    assert made.status_code == 201, made.content
    return made.json()


def test_a_project_is_made_found_and_changed(hr, project):
    changed = hr.patch(f"projects/{project['id']}/", {"end_date": "2026-07-01"})
    assert (changed.json()["name"], changed.json()["end_date"]) == ("新店", "2026-07-01")
    assert [one["code"] for one in hr.get("projects/", search="新店").json()["results"]] == ["P1"]
    assert hr.post("projects/", PROJECT).json()["code"] == "people.project.code_taken"


def test_shares_are_set_read_and_taken_back(hr, hired, project):
    someone = hired()
    made = hr.post("cost-splits/", body(someone))
    assert made.status_code == 201, made.content
    assert made.json()["shares"] == [
        {"cost_centre": "CC1", "project": None, "share_rate": "0.6000"},
        {"cost_centre": "CC2", "project": project["id"], "share_rate": "0.4000"},
    ]
    listed = hr.get("cost-splits/", employee=someone.id, shares__project=project["id"]).json()["results"]
    assert [one["id"] for one in listed] == [made.json()["id"]]
    assert hr.client.delete(f"/api/v1/people/cost-splits/{made.json()['id']}/").status_code == 204
    assert hr.get("cost-splits/").json()["results"] == []


def test_many_are_set_all_or_none(hr, hired, project):
    one, two = hired(), hired()
    wrong = body(two, shares=[{"share_rate": "0.9"}])
    refused = hr.post("cost-splits/bulk/", [body(one), wrong])
    assert (refused.status_code, refused.json()["code"]) == (400, "people.cost.rows")
    assert hr.get("cost-splits/").json()["results"] == []
    assert hr.post("cost-splits/bulk/", [body(one), body(two)]).json()["created"] == 2


def test_employees_see_neither(api_as, tenant_a, hr, hired, project):
    clerk = api_as(tenant_a, "attendance_clerk")
    assert clerk.get("projects/").status_code == clerk.get("cost-splits/").status_code == 403
