"""Making and changing shifts and rotations by the API, and days with one exception."""

from __future__ import annotations

import json

import pytest

from attendance.models import AttendanceSettings, DayResult, Rotation, Shift, Trust
from attendance.queries.day_exceptions import with_exception
from attendance.services.day_results import compute_month
from attendance.services.punches import PunchRow, record_punches
from attendance.services.rosters import assign_shift
from hrsaas.access.services.users import create_user
from hrsaas.audit.models import Entry
from hrsaas.tenancy.context import tenant_context
from tests.attendance.conftest import MARCH, at

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


def test_the_settings_are_read_replaced_and_changed_in_part(client, hospital):
    clerk, path = client(), "settings/"
    read = clerk.get(f"{API}{path}").json()
    assert (read["pack_code"], read["correction_limit"]) == ("healthcare", 3)
    rotation = Rotation.objects.order_by("id").last()
    whole = {name: value for name, value in read.items() if not name.startswith("pack_")} | {
        "working_weekdays": [0, 1, 2, 3], "default_rotation": str(rotation.pk), "mobile_punches": "flag",
        "late_tiers": [{"from_minutes": 31, "absent_half_days": 1, "name": "半天", "name_en": "Half a day"}],
        "overtime_leave_kinds": ["weekday"], "answer_days": 5,
    }  # fmt: skip
    saved = send(clerk, path, whole, "put")
    assert (saved.status_code, saved.json()) == (200, {**read, **whole})
    row = AttendanceSettings.objects.get()
    assert (row.default_rotation, row.late_tiers, row.answer_days) == (rotation, whole["late_tiers"], 5)
    assert send(clerk, path, {"answer_days": None}, "patch").json() == {**saved.json(), "answer_days": None}
    entry = Entry.objects.filter(action="attendance.settings.save").latest("id")
    assert (entry.old, entry.new) == ({"answer_days": 5}, {"answer_days": None})
    with tenant_context(2):
        assert AttendanceSettings.objects.get().correction_limit == 3
        assert AttendanceSettings.objects.get().mobile_punches == "off"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"working_weekdays": [1, 0]}, "attendance.settings.weekdays"),
        ({"late_tiers": [{"from_minutes": 60, "absent_half_days": 1}, {"from_minutes": 30, "absent_half_days": 2}]},
         "attendance.settings.tiers"),
        ({"working_weekdays": [7]}, None),
        ({"mobile_punches": "always"}, None),
        ({"correction_limit": -1}, None),
        ({"default_rotation": "999999999"}, None),
    ],
)  # fmt: skip
def test_settings_that_make_no_sense_are_refused_in_both_languages(client, body, code):
    before = AttendanceSettings.objects.values().get()
    answer = send(client(), "settings/", body, "patch")
    assert answer.status_code == 400
    assert code is None or answer.json()["code"] == code
    assert "zh" in json.dumps(answer.json())
    assert AttendanceSettings.objects.values().get() == before


def test_settings_are_for_who_sets_up_attendance_and_a_whole_is_whole(client):
    assert send(client(), "settings/", {"answer_days": 5}, "put").status_code == 400
    officer = client("payroll_officer")
    assert send(officer, "settings/", {"answer_days": 5}, "patch").status_code == 403
    assert client("employee").get(f"{API}settings/").status_code == 403


def test_a_day_with_a_flagged_punch_is_an_exception_of_the_day_it_counts_for(client, people, stamp, actor, now):
    nurse, mate = people("E1", "E2")
    second, third = MARCH.replace(day=2), MARCH.replace(day=3)
    for person, day, code in ((nurse, second, "N"), (nurse, third, "N"), (mate, second, "A"), (mate, third, "A")):
        assign_shift(employee=person, day=day, shift=Shift.objects.get(code=code), actor=actor, now=now)
    for code, times in (("E1", ("2026-03-02T22:50", "2026-03-03T22:50", "2026-03-04T08:05")),
                        ("E2", ("2026-03-02T08:00", "2026-03-02T16:00", "2026-03-03T16:00"))):  # fmt: skip
        stamp(code, *times)
    rows = [
        PunchRow("E1", at("2026-03-03T08:05"), Trust.OUTSIDE),
        PunchRow("E2", at("2026-03-03T08:00:30"), Trust.OUTSIDE),
    ]
    record_punches(rows=rows, source="phone", actor=actor, now=now)
    compute_month(month=MARCH, actor=actor, now=now)
    clerk = client()

    def found(**more):
        rows = clerk.get(f"{API}day-results/", {"date__lt": "2026-03-05", **more}).json()["results"]
        return {(int(row["employee"]), row["date"]): row["exceptions"] for row in rows}

    flagged = {(nurse.pk, "2026-03-02"), (mate.pk, "2026-03-03")}  # a night's end belongs to the day it began
    assert set(found(exception="flagged_punch")) == flagged
    assert {day for day, codes in found().items() if "flagged_punch" in codes} == flagged
    rows = [PunchRow("E2", at("2026-03-04T12:00"), Trust.OTHER_PHONE)]  # a day without a shift
    record_punches(rows=rows, source="phone", actor=actor, now=now)
    compute_month(month=MARCH, actor=actor, now=now)
    assert (mate.pk, "2026-03-04") in found(exception="flagged_punch")
    with tenant_context(2):
        assert not with_exception(DayResult.objects.all(), "flagged_punch").exists()


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
