"""Leave in the API: people for themselves, managers for their team, and nobody for others."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from attendance.models import LeaveRequest, Rotation
from attendance.services.leave_grants import bring_up_to_date
from attendance.services.rosters import put_on_rotation
from tests.attendance.api.test_attendance import api_as  # noqa: F401  # a fixture

MONDAY = date(2027, 3, 1)


@pytest.fixture
def team(people, leave_types, actor, now):
    """Two people with annual leave of 2027."""
    found = people("E1", "E2")
    fixed = Rotation.objects.filter(follows_calendar=True).first()
    put_on_rotation(employees=found, rotation=fixed, start_date=date(2026, 4, 1), actor=actor, now=now)
    bring_up_to_date(on=date(2027, 1, 1), actor=actor, now=now)
    return found


@pytest.fixture
def own(team, hospital, api_as):  # noqa: F811
    return api_as(hospital, "employee", employee=team[0])


def body(leave_types, code="annual", days=1, **more):
    last = MONDAY + timedelta(days=days - 1)
    dates = {"first_date": MONDAY.isoformat(), "last_date": last.isoformat()}
    return {"leave_type": str(leave_types[code].pk), **dates, **more}


def test_people_see_the_effect_ask_and_cancel(own, team, leave_types):
    preview = own.post("leave-requests/preview/", body(leave_types, days=9)).json()
    assert (preview["amount"], preview["balance_before"], preview["balance_after"]) == ("7", "5", "-2")
    assert [one["code"] for one in preview["faults"]] == ["attendance.leave.not_enough"]
    assert not LeaveRequest.objects.exists()
    refused = own.post("leave-requests/", body(leave_types, days=9))
    assert (refused.status_code, refused.json()["code"]) == (409, "attendance.leave.not_enough")
    made = own.post("leave-requests/", body(leave_types, days=2)).json()
    assert (made["amount"], made["state"], made["employee"]) == ("2", "pending", str(team[0].pk))
    (balance,) = own.get("leave-lots/balances/", on="2027-02-01").json()
    assert (balance["remaining"], balance["booked"], balance["available"]) == ("5", "2", "3")
    cancelled = own.post(f"leave-requests/{made['id']}/cancel/").json()
    assert cancelled["state"] == "cancelled"
    entries = own.get("leave-entries/").json()["results"]
    assert sorted(one["amount"] for one in entries) == ["-1", "-1", "1", "1", "5"]


def test_nobody_asks_for_or_reads_others(own, team, leave_types):
    other = str(team[1].pk)
    assert own.post("leave-requests/", body(leave_types, employee=other)).status_code in (403, 404)
    assert own.get("leave-lots/balances/", employee=other, on="2027-02-01").json() == []
    assert {row["employee"] for row in own.get("leave-lots/").json()["results"]} == {str(team[0].pk)}


def test_the_team_calendar_shows_who_is_in_reach(own, team, leave_types, hospital, api_as):  # noqa: F811
    clerk = api_as(hospital, "attendance_clerk")
    made = clerk.post("leave-requests/", body(leave_types, days=3, employee=str(team[1].pk)))
    assert made.status_code == 201
    window = {"date__gte": "2027-03-01", "date__lt": "2027-04-01"}
    assert len(clerk.get("leave-days/", **window).json()["results"]) == 3
    assert own.get("leave-days/", **window).json()["results"] == []


def test_hours_and_travel(own, leave_types):
    hours = own.post("leave-requests/", body(leave_types, "personal", start_minute=600, end_minute=660)).json()
    assert hours["amount"] == "1"
    trip = own.post("leave-requests/preview/", body(leave_types, "travel", destination="北京")).json()
    assert [one["code"] for one in trip["faults"]] == ["attendance.leave.overlap"]
    assert trip["overlaps"] == [hours["id"]]
    types = {row["code"]: row["kind"] for row in own.get("leave-types/").json()["results"]}
    assert types["travel"] == "travel" and types["annual"] == "leave"
