"""Making and changing shifts and rotations by the API, and days with one exception."""

from __future__ import annotations

import json

import pytest

from attendance.models import DayResult, Rotation, Shift
from attendance.services.day_results import compute_month
from attendance.services.rosters import assign_shift
from hrsaas.access.services.users import create_user
from hrsaas.tenancy.context import tenant_context
from tests.attendance.conftest import MARCH

API = "/api/v1/attendance/"
DAY = {"code": "DAY", "name": "白班", "start_minute": 480, "end_minute": 1020,
       "breaks": [{"start_minute": 720, "end_minute": 780}]}  # fmt: skip


@pytest.fixture
def client(hospital, client_for, actor, now):
    def make(role="attendance_clerk"):
        user = create_user(email=f"{role}@alpha.example", name=role, password=None, roles=[role], actor=actor, now=now)
        return client_for(hospital, user)

    return make


def send(client, path, body, method="post"):
    return getattr(client, method)(f"{API}{path}", json.dumps(body), content_type="application/json")


def test_a_shift_is_made_checked_and_changed(client):
    clerk = client()
    checked = send(clerk, "shifts/check/", DAY).json()
    assert (checked["due_minutes"], checked["svg"][:4]) == (480, "<svg")
    made = send(clerk, "shifts/", DAY)
    assert (made.status_code, made.json()["breaks"]) == (
        201, [{"start_minute": 720, "end_minute": 780, "paid": False}],
    )  # fmt: skip
    again = send(clerk, "shifts/", DAY)
    assert (again.status_code, again.json()["code"]) == (409, "attendance.shift.exists")
    changed = send(
        clerk, f"shifts/{made.json()['id']}/", {"late_grace_minutes": 5, "start_date": "2026-03-16"}, "patch"
    )
    assert (changed.status_code, changed.json()["late_grace_minutes"]) == (200, 5)
    assert changed.json()["breaks"] == made.json()["breaks"]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({**DAY, "end_minute": 300}, "attendance.shift.contradiction"),
        ({**DAY, "code": "A@B"}, "attendance.shift.code"),
        ({**DAY, "start_minute": 99_999}, None),
        ({**DAY, "breaks": ["12:00"]}, None),
    ],
)
def test_a_wrong_shift_is_refused_and_nothing_is_written(client, body, code):
    answer = send(client(), "shifts/", body)
    assert 400 <= answer.status_code < 500
    assert code is None or answer.json()["code"] == code
    assert not Shift.objects.filter(code__in=("DAY", "A@B")).exists()


def test_others_may_not_and_other_tenants_shifts_are_not_there(client):
    assert send(client("payroll_officer"), "shifts/", DAY).status_code == 403
    with tenant_context(2):
        theirs = Shift.objects.first()
    assert send(client(), f"shifts/{theirs.pk}/", {"late_grace_minutes": 5}, "patch").status_code == 404


def test_a_rotation_is_made_and_changed(client):
    clerk = client()
    send(clerk, "shifts/", DAY)
    body = {"code": "NEW", "name": "新", "cycle": ["DAY", ""], "anchor_date": "2026-03-02"}
    made = send(clerk, "rotations/", body)
    assert made.status_code == 201, made.json()
    changed = send(clerk, f"rotations/{made.json()['id']}/", {"crews": 2}, "patch")
    assert (changed.status_code, Rotation.objects.get(code="NEW").crews) == (200, 2)
    wrong = send(clerk, f"rotations/{made.json()['id']}/", {"cycle": ["NOBODY"]}, "patch")
    assert wrong.json()["code"] == "attendance.rotation.unknown_shift"


def test_days_are_found_by_their_exception(client, people, stamp, actor, now):
    (nurse,) = people("E1")
    for day in (MARCH.replace(day=2), MARCH.replace(day=3)):
        assign_shift(employee=nurse, day=day, shift=Shift.objects.get(code="A"), actor=actor, now=now)
    stamp("E1", "2026-03-02T08:30", "2026-03-02T16:00", "2026-03-03T08:00")
    compute_month(month=MARCH, actor=actor, now=now)
    clerk = client()

    def found(exception):
        rows = clerk.get(f"{API}day-results/", {"exception": exception, "date__lt": "2026-03-04"}).json()["results"]
        return [(row["date"], row["exceptions"]) for row in rows]

    assert found("late") == [("2026-03-02", ["late"])]
    assert found("missing_out") == [("2026-03-03", ["missing_out"])]
    assert found("overtime_cut") == []
    assert clerk.get(f"{API}day-results/", {"exception": "nothing"}).status_code == 400
    assert DayResult.objects.count() > 2
