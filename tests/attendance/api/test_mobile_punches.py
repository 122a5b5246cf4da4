"""Stamping by phone over the API, and the pages beside it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from attendance.models import AttendanceSettings, Phone, Punch, PunchCheck, PunchPlace
from attendance.services.punches import PunchRow, record_punches
from hrsaas.access.actors import system_actor
from hrsaas.access.rules.permissions import Role
from hrsaas.people.models import Employee

API, ADMIN = "/api/v1/attendance/", "/admin/attendance/"
PLACE = {"name": "Ward", "latitude": "31.24", "longitude": "121.49", "bssids": ["aa:bb:cc:dd:ee:01"]}


@pytest.fixture
def clerk(hospital, api_for):
    return api_for(hospital, Role.ATTENDANCE_CLERK)


@pytest.fixture
def place(clerk, hospital):
    AttendanceSettings.objects.update(mobile_punches="flag", other_phones="flag")
    made = clerk.post(f"{API}punch-places/", PLACE)
    assert made.status_code == 201, made.content
    return made.json()


def test_an_employee_stamps_and_sees_how_it_was_judged(place, api_for, hospital, people):
    (nurse,) = people("E1")
    client = api_for(hospital, Role.EMPLOYEE, employee=nurse)
    key = {"key": "a-key-that-the-app-made-up", "name": "Mate 60"}
    assert client.post(f"{API}phones/", key).json()["state"] == "allowed"
    sighting = {"latitude": 31.2419, "longitude": 121.4854, "datum": "wgs84", "accuracy_m": 30,
                "phone_key": key["key"]}  # fmt: skip
    done = client.post(f"{API}mobile-punches/", sighting)
    assert done.status_code == 201, done.content
    assert (done.json()["trust"], done.json()["place"]) == (2, place["id"])
    assert Punch.objects.get(source="phone").employee == nurse
    assert client.post(f"{API}mobile-punches/", {"latitude": 99}).status_code == 400
    (own,) = {row["employee"] for row in client.get(f"{API}mobile-punches/").json()["results"]}
    assert own == str(nurse.pk)


def test_places_and_phones_are_not_for_everybody_to_change(place, api_for, hospital):
    for role in (Role.EMPLOYEE, Role.PAYROLL_OFFICER, Role.AUDITOR):
        client = api_for(hospital, role)
        assert client.post(f"{API}punch-places/", PLACE).status_code == 403
        assert client.put(f"{API}punch-places/{place['id']}/", PLACE).status_code == 403
    assert api_for(hospital, Role.INTEGRATION).post(f"{API}mobile-punches/", {}).status_code == 403


@pytest.mark.parametrize("page", ["punchplace", "phone", "punchcheck", "punch"])
def test_lists_cost_as_many_queries_for_many_rows(page, place, clerk, hospital, people, now):
    def add(code: str) -> None:
        (person,) = people(code)
        where = PunchPlace.objects.create(name=code, bssids=["aa:bb:cc:dd:ee:02"])
        phone = Phone.objects.create(employee=person, key=code, state="waiting", first_used_at=now)
        rows = [PunchRow(code, now - timedelta(days=1))]
        record_punches(rows=rows, source="phone", actor=system_actor("t"), now=now)
        PunchCheck.objects.create(punch=Punch.objects.get(employee=person), place=where, phone=phone)

    def cost() -> int:
        clerk.get(f"{ADMIN}{page}/")
        with CaptureQueriesContext(connection) as queries:
            answer = clerk.get(f"{ADMIN}{page}/")
        assert answer.status_code == 200, answer.content
        return len(queries)

    add("E1")
    few = cost()
    for at in range(2, 7):
        add(f"E{at}")
    assert Employee.objects.count() == 6
    assert cost() == few


def test_a_clerk_sets_a_place_and_the_rules_in_the_admin(clerk, hospital):
    form = {"name": "Gate", "latitude": "31.2", "longitude": "121.4", "radius_m": "150", "is_active": "on",
            "bssids": "AA-BB-CC-DD-EE-01\naabb.ccdd.ee02"}  # fmt: skip
    clerk.post(f"{ADMIN}punchplace/add_place/", form, format="multipart")
    place = PunchPlace.objects.get()
    assert place.bssids == ["aa:bb:cc:dd:ee:01", "aa:bb:cc:dd:ee:02"]
    settings = AttendanceSettings.objects.get()
    rules = {"mobile_punches": "refuse", "other_phones": "allow"}
    clerk.post(f"{ADMIN}attendancesettings/{settings.pk}/mobile/", rules, format="multipart")
    settings.refresh_from_db()
    assert (settings.mobile_punches, settings.other_phones) == ("refuse", "allow")
