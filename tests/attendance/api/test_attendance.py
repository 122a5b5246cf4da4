"""The attendance API as clients see it."""

from __future__ import annotations

import json
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from attendance.models import DayResult, Punch, RosterDay, Shift
from attendance.services.rosters import assign_shift
from hrsaas.access.services.users import create_user
from hrsaas.tenancy.context import tenant_context
from tests.attendance.conftest import MARCH

API = "/api/v1/attendance/"


class Api:
    def __init__(self, client):
        self.client = client

    def get(self, path, **query):
        return self.client.get(f"{API}{path}", query)

    def post(self, path, body=None, **headers):
        return self.client.post(f"{API}{path}", json.dumps(body), content_type="application/json", headers=headers)


@pytest.fixture
def api_as(client_for, actor, now):
    def make(tenant, role, **given):
        with tenant_context(tenant.id):
            user = create_user(
                email=f"{role}@{tenant.slug}.example", name=role, password=None, roles=[role], actor=actor, now=now,
                **given,
            )  # fmt: skip
        return Api(client_for(tenant, user))

    return make


@pytest.fixture
def clerk(hospital, api_as):
    return api_as(hospital, "attendance_clerk")


def test_punches_come_in_by_the_list_and_a_repeated_delivery_adds_nothing(clerk, people):
    people("E1")
    body = {
        "source": "gate",
        "punches": [
            {"employee_code": "E1", "punched_at": "2026-03-02T08:00:00+08:00"},
            {"employee_code": "E1", "punched_at": "2026-03-02T16:00:00"},  # local time of the company
            {"employee_code": "E9", "punched_at": "2026-03-02T16:00:00+08:00"},
        ],
    }
    first = clerk.post("punches/bulk/", body)
    assert first.status_code == 200, first.content
    assert first.json() == {"added": 2, "repeated": 0, "unknown": 1, "late": 0, "unknown_rows": [2]}
    assert clerk.post("punches/bulk/", body).json()["repeated"] == 2
    stamps = [stamp.isoformat() for stamp in Punch.objects.order_by("punched_at").values_list("punched_at", flat=True)]
    assert stamps == ["2026-03-02T00:00:00+00:00", "2026-03-02T08:00:00+00:00"]


def test_the_same_idempotency_key_gives_the_same_answer(clerk, people):
    people("E1")
    body = {"source": "gate", "punches": [{"employee_code": "E1", "punched_at": "2026-03-02T08:00:00+08:00"}]}
    answers = [clerk.post("punches/bulk/", body, **{"Idempotency-Key": "k1"}).json() for _ in range(2)]
    assert answers[0] == answers[1]
    assert answers[0]["added"] == 1


def test_wrong_bodies_are_problems_and_write_nothing(clerk, people):
    people("E1")
    row = {"employee_code": "E1", "punched_at": "2026-03-02T08:00:00+08:00"}
    for body in (
        {}, [], {"source": "", "punches": [row]}, {"source": "x", "punches": []},
        {"source": "x", "punches": [{"employee_code": "E1", "punched_at": "soon"}]},
        {"source": "x", "punches": [row] * 1001},
    ):  # fmt: skip
        answer = clerk.post("punches/bulk/", body)
        assert answer.status_code == 400, body
        assert answer["Content-Type"].startswith("application/problem+json")
    assert not Punch.objects.exists()


def test_a_day_result_and_why(clerk, people, stamp, close, actor, now):
    (nurse,) = people("E1")
    assign_shift(employee=nurse, day=date(2026, 3, 2), shift=Shift.objects.get(code="A"), actor=actor, now=now)
    stamp("E1", "2026-03-02T08:07", "2026-03-02T16:00")
    close()
    (row,) = clerk.get("day-results/", date="2026-03-02").json()["results"]
    assert (row["status"], row["kind"], row["first_in"], row["late_minutes"]) == (
        "present", "workday", "2026-03-02T08:07", 7,
    )  # fmt: skip
    reason = clerk.get(f"day-results/{row['id']}/explanation/").json()
    assert reason["zh"] == "2026-03-02 出勤"
    assert "late" in [one["key"] for one in reason["because"]]


def test_months_are_locked_and_unlocked_with_a_reason_and_a_second_person(clerk, people, close, api_as, hospital):
    people("E1")
    close()
    admin = api_as(hospital, "hr_admin")
    (month,) = clerk.get("months/").json()["results"]
    assert month["state"] == "locked"
    assert clerk.post(f"months/{month['id']}/unlock/", {}).status_code == 400
    asked = clerk.post(f"months/{month['id']}/unlock/", {"reason": "补卡"})
    assert (asked.status_code, asked.json()["state"], asked.json()["month"]) == (202, "waiting", month["id"])
    assert clerk.get(f"months/{month['id']}/").json()["state"] == "locked"
    (waiting,) = admin.client.get("/api/v1/approvals/requests/inbox/").json()["results"]
    decision = json.dumps({"approve": True})
    path = f"/api/v1/approvals/requests/{waiting['id']}/decide/"
    assert clerk.client.post(path, decision, content_type="application/json").status_code == 403
    assert admin.client.post(path, decision, content_type="application/json").status_code == 200
    assert clerk.get(f"months/{month['id']}/").json()["state"] == "open"
    (unlock,) = clerk.get("month-unlocks/").json()["results"]
    assert (unlock["state"], unlock["decided_by"] != unlock["asked_by"]) == ("approved", True)
    assert clerk.post(f"months/{month['id']}/lock/").json()["state"] == "locked"


def test_the_roster_is_planned_and_changed_by_hand(clerk, people):
    (nurse,) = people("E1")
    assert clerk.post("roster/plan/", {"first": "2026-03-01", "end": "2026-04-01"}).json() == {"planned": 31}
    assert clerk.post("roster/plan/", {"first": "2026-03-01", "end": "2027-03-01"}).status_code == 400
    body = {"employee": str(nurse.id), "date": "2026-03-02", "shift": str(Shift.objects.get(code="D").id)}
    answer = clerk.post("roster/", body)
    assert (answer.status_code, answer.json()["by_hand"]) == (201, True)
    assert RosterDay.objects.get(date=date(2026, 3, 2)).shift.code == "D"


def test_company_holidays_by_the_list(clerk, hospital):
    answer = clerk.post("calendar-days/bulk/", [{"date": "2026-03-05", "name": "司庆"}, {"date": "2026-03-06"}])
    assert (answer.status_code, answer.json()["created"]) == (201, 2)
    assert [row["date"] for row in clerk.get("calendar-days/").json()["results"]] == ["2026-03-05", "2026-03-06"]


def test_people_see_only_their_own_days(people, close, api_as, hospital):
    mine, _other = people("E1", "E2")
    close()
    me = api_as(hospital, "employee", employee=mine)
    rows = me.get("day-results/", page_size=100).json()["results"]
    assert len(rows) == 31
    assert {row["employee"] for row in rows} == {str(mine.id)}
    other = DayResult.objects.exclude(employee=mine).first()
    assert me.get(f"day-results/{other.id}/").status_code == 404
    assert me.post("months/1/lock/").status_code == 403


def test_another_tenants_rows_are_not_there(people, close, api_as, tenant_b):
    people("E1")
    close()
    stranger = api_as(tenant_b, "hr_admin")
    row = DayResult.objects.first()
    assert stranger.get(f"day-results/{row.id}/").status_code == 404
    assert stranger.get("timesheets/").json()["results"] == []
    assert len(stranger.get("punches/").json()["results"]) == 1


@pytest.mark.parametrize("path", ["day-results/", "roster/"])
def test_days_come_in_calendar_order_where_the_client_asks_for_it(path, clerk, people, close):
    people("E1", "E2")
    close()
    dates, following = [], {"ordering": "date", "page_size": 7, "date__gte": "2026-03-01", "date__lt": "2026-04-01"}
    page = clerk.get(path, **following).json()
    while True:
        dates += [row["date"] for row in page["results"]]
        if not page["next"]:
            break
        page = clerk.client.get(page["next"]).json()
    assert dates == sorted(dates) and len(dates) == 2 * 31
    latest = clerk.get(path, ordering="-date", date__lt="2026-04-01").json()["results"]
    assert latest[0]["date"] == "2026-03-31"


@pytest.mark.parametrize(
    "path", ["roster/", "punches/", "day-results/", "timesheets/", "shifts/", "rotations/", "months/"]
)
def test_one_and_many_rows_cost_the_same_queries(path, clerk, people, stamp, close):
    people(*(f"E{number}" for number in range(6)))
    stamp("E1", "2026-03-02T08:00", "2026-03-02T16:00", "2026-03-03T08:00")
    close(MARCH)
    clerk.get(path)  # warms what is cached per process
    orders = ({}, {"ordering": "date"}) if path in ("roster/", "day-results/") else ({},)
    for order in orders:
        counts = []
        for size in (1, 100):
            with CaptureQueriesContext(connection) as queries:
                assert clerk.get(path, page_size=size, **order).status_code == 200
            counts.append(len(queries))
        assert counts[0] == counts[1] <= 12
