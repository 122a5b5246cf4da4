"""Peak staffing through the API."""

from __future__ import annotations

from datetime import timedelta

import pytest

from attendance.models import StaffingDemand
from hrsaas.people.models import OrgUnit
from hrsaas.people.services.units import create_unit
from hrsaas.tenancy.context import tenant_context
from tests.attendance.api.test_attendance import api_as, clerk  # noqa: F401  # fixtures
from tests.attendance.staffing import WEDNESDAY, make_queue, weeks_before

QUEUE = {
    "code": "HOT", "name": "热线", "slot_minutes": 30, "handling_seconds": 180, "answer_within_seconds": 20,
    "service_level_rate": "0.8", "shrinkage_rate": "0.2",
}  # fmt: skip
PERIOD = {"first": WEDNESDAY.isoformat(), "end": (WEDNESDAY + timedelta(days=1)).isoformat()}


@pytest.fixture
def queue(clerk, unit):  # noqa: F811
    made = clerk.post("contact-queues/", {**QUEUE, "unit": str(unit.id)})
    assert made.status_code == 201, made.content
    return made.json()


def test_a_calculator_says_who_is_wanted_and_what_they_achieve(clerk, queue):  # noqa: F811
    asked = clerk.post(f"contact-queues/{queue['id']}/calculate/", {"contacts": "200"})
    assert asked.status_code == 200, asked.content
    found = asked.json()
    assert (found["wanted"], found["people"], found["there"], found["load_erlangs"]) == (30, 30, 24, 20.0)
    assert found["service_level"] == pytest.approx(0.808881887038)
    few = clerk.post(f"contact-queues/{queue['id']}/calculate/", {"contacts": "200", "people": 20}).json()
    assert (few["overloaded"], few["service_level"]) == (True, None)
    wrong = clerk.post(f"contact-queues/{queue['id']}/calculate/", {"contacts": "1000000"})
    assert (wrong.status_code, wrong.json()["code"]) == (400, "attendance.demand.too_many")


def test_from_contacts_to_a_chart(clerk, queue, unit):  # noqa: F811
    slots = [
        {"queue": "HOT", "date": day.isoformat(), "start_minute": 600, "contacts": 100} for day in weeks_before(1, 2)
    ]
    assert clerk.post("contact-volumes/bulk/", {"slots": slots}).json() == {"added": 2, "changed": 0, "unchanged": 0}
    promotion = {"date": WEDNESDAY.isoformat(), "multiplier": "2", "name": "双十一"}
    assert clerk.post("promotion-days/", promotion).status_code == 201
    asked = {"queue": queue["id"], **PERIOD}
    preview = clerk.post("demand/forecast/", {**asked, "preview": True}).json()
    assert preview["written"] is None and preview["days"][0]["people"][20] == 30
    assert preview["days"][0]["basis"]["multiplier"] == "2"
    assert not StaffingDemand.objects.exists()
    kept = clerk.post("demand/forecast/", asked).json()
    assert kept == {"written": 1, "unchanged": 0, "by_hand": 0, "without_history": 0, "days": []}
    cover = clerk.get("demand/cover/", unit=str(unit.id), **PERIOD).json()
    assert (cover["slot_minutes"], cover["wanted"][0][20], cover["on_shift"][0][20]) == (30, 30, 0.0)
    assert cover["gaps"] == [
        {"date": WEDNESDAY.isoformat(), "start_minute": 600, "end_minute": 630, "wanted": 30, "on_shift": 0.0,
         "missing": 30.0}
    ]  # fmt: skip


def test_a_day_is_decided_and_taken_back(clerk, queue):  # noqa: F811
    body = {"queue": queue["id"], "date": WEDNESDAY.isoformat(), "people": [4] * 48}
    row = clerk.post("demand/", body).json()
    assert (row["by_hand"], row["version"], row["expected"]) == (True, 1, None)
    assert clerk.post("demand/", {**body, "version": 0}).status_code == 412
    assert clerk.post("demand/", {**body, "queue": None}).json()["code"] == "attendance.demand.whose"
    assert clerk.post(f"demand/{row['id']}/withdraw/").status_code == 204
    assert not StaffingDemand.objects.exists()


def test_managers_see_their_units_and_other_tenants_nothing(
    queue, unit, hospital, tenant_b, api_as, actor, now  # noqa: F811
):  # fmt: skip
    other = create_unit(code="O", name="其他", actor=actor, now=now)
    manager = api_as(hospital, "manager", unit=other)
    assert manager.get("contact-queues/").json()["results"] == []
    assert manager.get("demand/cover/", unit=str(unit.id), **PERIOD).status_code == 404
    assert manager.post("demand/forecast/", {"queue": queue["id"], **PERIOD, "preview": True}).status_code == 404
    assert api_as(hospital, "employee").get("contact-queues/").status_code == 403
    with tenant_context(tenant_b.id):
        make_queue(OrgUnit.objects.get(code="U"), actor, now)
    theirs = api_as(tenant_b, "attendance_clerk")
    assert theirs.get(f"contact-queues/{queue['id']}/").status_code == 404
    assert len(theirs.get("contact-queues/").json()["results"]) == 1
