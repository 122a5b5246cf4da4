"""Industry templates by the API."""

from __future__ import annotations

import json

import pytest

from attendance.models import InstalledPack, Shift
from attendance.packs.loader import list_packs
from hrsaas.access.services.users import create_user

API = "/api/v1/attendance/templates/"


@pytest.fixture
def client(hospital, client_for, actor, now):
    user = create_user(
        email="clerk@alpha.example", name="clerk", password=None, roles=["attendance_clerk"], actor=actor, now=now
    )
    return client_for(hospital, user)


def post(client, path, body):
    return client.post(f"{API}{path}", json.dumps(body), content_type="application/json")


def test_the_gallery_lists_every_template_with_hours_and_findings(client):
    packs = {pack["code"]: pack for pack in client.get(f"{API}gallery/").json()}
    assert set(packs) == set(list_packs())
    four = next(roster for roster in packs["security"]["rosters"] if roster["code"] == "R4")
    assert (four["days"], four["crews"], four["hours_per_week"]) == ("W W N N – –", 3, "56.00")
    known = [one for one in packs["security"]["findings"] if one["level"] == "known"]
    assert [one["roster"] for one in known] == ["R4"] and known[0]["note"]["zh"]


def test_a_preview_says_what_would_be_added_and_writes_nothing(client):
    found = client.get(f"{API}preview/", {"code": "mining"}).json()
    assert "SURFACE" in found["added"] and found["content"]["overtime"]["basis"] == "approval"
    assert not Shift.objects.filter(code="E").exists()
    assert client.get(f"{API}preview/", {"code": "mars"}).status_code == 400


def test_a_template_is_installed_and_listed_only_for_its_tenant(client):
    answer = post(client, "install/", {"code": "mining"})
    assert answer.status_code == 201, answer.content
    assert answer.json()["code"] == "mining"
    codes = [row["code"] for row in client.get(API).json()["results"]]
    assert codes == ["healthcare", "mining"]  # beta's retail is beta's


def test_a_comparison_and_an_upgrade(client):
    installed = InstalledPack.objects.get()
    installed.content["shift:A"]["late_grace_minutes"] = 2
    installed.version = 1
    installed.save()
    Shift.objects.filter(code="A").update(late_grace_minutes=4)
    found = client.get(f"{API}{installed.id}/comparison/").json()
    assert (found["installed_version"], found["version"], found["is_newer"]) == (1, 2, True)
    assert [(item["key"], item["outcome"]) for item in found["differences"]] == [
        ("shift:A.late_grace_minutes", "conflict")
    ]
    refused = post(client, f"{installed.id}/upgrade/", {"take": ["shift:Z.name"]})
    assert (refused.status_code, refused.json()["code"]) == (400, "attendance.pack.no_conflict")
    done = post(client, f"{installed.id}/upgrade/", {"take": ["shift:A.late_grace_minutes"]})
    assert done.status_code == 200 and done.json()["installed_version"] == 1
    assert Shift.objects.get(code="A").late_grace_minutes == 0
    assert InstalledPack.objects.get().version == 2
