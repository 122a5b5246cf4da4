"""Overtime as the tenant's own apps see it."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from attendance.models import AttendanceSettings, DayResult, OvertimeRequest, Shift
from attendance.services.overtime_effects import NewOvertime
from attendance.services.overtime_requests import ask_overtime
from attendance.services.rosters import assign_shift
from tests.attendance.api.test_requests import _today, client  # noqa: F401  # fixtures
from tests.attendance.services.test_overtime_requests import MONDAY, SATURDAY, late  # noqa: F401  # a fixture

pytestmark = pytest.mark.usefixtures("_today")


@pytest.fixture
def planned(team, actor, now):
    assign_shift(employee=team.nurse, day=MONDAY, shift=Shift.objects.get(code="A"), actor=actor, now=now)
    return team


def overtime(**more):
    return {"date": "2026-03-30", "start_minute": 960, "end_minute": 1080, **more}


def test_overtime_from_preview_to_approval(client, planned):  # noqa: F811
    nurse, boss = client("nurse"), client("boss")
    seen = nurse.ask("overtime-requests/preview/", overtime()).json()
    assert (seen["kind"], seen["shift"], seen["counted_minutes"]) == ("workday", "A", 120)
    assert seen["month_limit_minutes"] == 2160
    assert not OvertimeRequest.objects.exists()
    asked = nurse.ask("overtime-requests/", overtime(reason="手术"))
    assert (asked.status_code, asked.json()["state"]) == (201, "waiting")
    (waiting,) = boss.get("/api/v1/approvals/requests/inbox/").json()["results"]
    assert (waiting["payload"]["counted_minutes"], waiting["payload"]["month_minutes"]) == (120, 120)
    assert boss.ask(f"/api/v1/approvals/requests/{waiting['id']}/decide/", {"approve": True}).status_code == 200
    (row,) = nurse.see("overtime-requests/", state="approved").json()["results"]
    assert (row["minutes"], row["counts_on_day"]) == (120, True)
    assert client("mate").see("overtime-requests/").json()["results"] == []
    assert nurse.ask(f"overtime-requests/{row['id']}/cancel/").status_code == 409
    assert boss.ask(f"overtime-requests/{row['id']}/cancel/").json()["state"] == "cancelled"


def test_what_would_be_refused_is_told_before(client, planned):  # noqa: F811
    AttendanceSettings.objects.update(overtime_leave_kinds=[])
    body = overtime(compensation="time_off")
    (fault,) = client("nurse").ask("overtime-requests/preview/", body).json()["faults"]
    assert (fault["code"], fault["field"]) == ("attendance.request.no_time_off", "compensation")
    refused = client("nurse").ask("overtime-requests/", {**body, "reason": "x"})
    assert (refused.status_code, refused.json()["code"]) == (400, fault["code"])


def test_one_asks_for_oneself_and_the_clerk_for_everybody(client, planned):  # noqa: F811
    body = overtime(employee=str(planned.nurse.pk), reason="x")
    assert client("mate").ask("overtime-requests/", body).status_code == 404
    assert client("clerk").ask("overtime-requests/", body).status_code == 201


def test_the_list_takes_as_many_statements_for_many_as_for_one(client, planned, now):  # noqa: F811
    clerk = client("clerk")

    def statements() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert clerk.see("overtime-requests/").status_code == 200
        return len(queries)

    def ask(minute: int) -> None:
        wanted = NewOvertime(planned.nurse, MONDAY, minute, minute + 30, reason="x")
        ask_overtime(asked=wanted, actor=planned["nurse"], now=now)

    ask(960)
    statements()
    one = statements()
    ask(1_020)
    ask(1_080)
    assert statements() == one


def test_a_clerk_credits_overtime_and_takes_it_back(client, late, leave_types):  # noqa: F811
    clerk, row = client("clerk"), {"employee": "E1", "day": SATURDAY.isoformat(), "minutes": 120}
    body = {"leave_type": str(leave_types["comp"].pk), "rows": [row]}
    answers = [clerk.ask("leave-lots/credit-overtime/", body).json() for _time in range(2)]
    assert answers == [{"days": 1}, {"days": 0}]
    assert DayResult.objects.get(employee=late.nurse, date=SATURDAY).overtime_rest_day_minutes == 120
    taken_back = clerk.ask("leave-lots/credit-overtime/", {**body, "rows": [{**row, "minutes": 0}]})
    assert taken_back.json() == {"days": 1}
    assert DayResult.objects.get(employee=late.nurse, date=SATURDAY).overtime_rest_day_minutes == 240
    assert client("nurse").ask("leave-lots/credit-overtime/", body).status_code == 403
