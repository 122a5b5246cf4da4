"""The attendance pages of the admin."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from attendance.models import AttendanceMonth, CalendarDay, Correction, DayResult, Punch, RosterDay, Shift
from attendance.services.rosters import assign_shift, plan_roster
from hrsaas.access.services.users import create_user
from hrsaas.approvals.models import ApprovalRequest
from tests.attendance.conftest import MARCH

ADMIN = "/admin/attendance/"


@pytest.fixture
def browser(hospital, client_for, actor, now):
    def make(role="attendance_clerk"):
        user = create_user(
            email=f"{role}@alpha.example", name=role, password=None, roles=[role], language="en", actor=actor, now=now
        )
        return client_for(hospital, user, headers={"Accept-Language": "en"})

    return make


def text(response) -> str:
    assert response.status_code == 200, response.content[:500]
    return response.content.decode()


@pytest.fixture
def closed(people, stamp, close, actor, now):
    (nurse,) = people("E1")
    assign_shift(employee=nurse, day=date(2026, 3, 2), shift=Shift.objects.get(code="A"), actor=actor, now=now)
    stamp("E1", "2026-03-02T08:07", "2026-03-02T16:00")
    close()
    return nurse


PAGES = (
    "attendancesettings", "installedpack", "shift", "rotation", "calendarday", "punch", "punchbatch", "rosterday",
    "crewmembership", "attendancemonth", "dayresult", "timesheet", "monthunlock", "correction",
    "timesheetdispute", "timesheetconfirmation", "overtimerequest", "overtimeadjustment",
)  # fmt: skip


@pytest.mark.parametrize("page", PAGES)
def test_every_list_opens_in_few_queries(page, browser, closed):
    client = browser()
    text(client.get(f"{ADMIN}{page}/"))
    with CaptureQueriesContext(connection) as queries:
        text(client.get(f"{ADMIN}{page}/"))
    assert len(queries) <= 25


def test_the_roster_shows_a_month_of_shifts(browser, people, actor, now):
    (nurse,) = people("E1")
    plan_roster(first=MARCH, end=date(2026, 4, 1), actor=actor, now=now)
    assign_shift(employee=nurse, day=date(2026, 3, 2), shift=Shift.objects.get(code="D"), actor=actor, now=now)
    page = text(browser().get(f"{ADMIN}rosterday/grid/?month=2026-03"))
    assert "员工E1" in page
    assert ">D</td>" in page
    assert "2026-02" in page and "2026-04" in page


def test_a_shift_is_assigned_through_the_form(browser, people):
    people("E1")
    client, shift = browser(), Shift.objects.get(code="D")
    client.post(f"{ADMIN}rosterday/assign/", {"employee": "E1", "day": "2026-03-02", "shift": shift.id, "_run": "1"})
    row = RosterDay.objects.get()
    assert (row.shift.code, row.by_hand) == ("D", True)


def test_a_day_of_the_company_is_set_through_the_form(browser, hospital):
    form = {"date": "2026-03-05", "kind": "holiday", "name": "司庆", "_run": "1"}
    browser().post(f"{ADMIN}calendarday/set_day/", form)
    assert CalendarDay.objects.get().name == "司庆"


def test_a_day_says_why(browser, closed):
    row = DayResult.objects.get(date=date(2026, 3, 2))
    page = text(browser().get(f"{ADMIN}dayresult/{row.id}/change/"))
    assert "7 minutes late" in page
    assert "Shift A 08:00–16:00" in page


def test_a_month_is_unlocked_with_a_reason_by_two_and_not_by_everybody(browser, closed):
    month = AttendanceMonth.objects.get(start_date=MARCH)
    client = browser("auditor")
    assert "/unlock/" not in text(client.get(f"{ADMIN}attendancemonth/{month.id}/change/"))
    admin, client = browser("hr_admin"), browser()
    assert "/unlock/" in text(client.get(f"{ADMIN}attendancemonth/{month.id}/change/"))
    client.post(f"{ADMIN}attendancemonth/{month.id}/unlock/", {"reason": "补卡", "_run": "1"})
    month.refresh_from_db()
    assert month.is_locked
    approve = f"/admin/approvals/approvalrequest/{ApprovalRequest.objects.get().id}/approve/"
    client.post(approve, {"comment": "", "_run": "1"})
    month.refresh_from_db()
    assert month.is_locked
    admin.post(approve, {"comment": "", "_run": "1"})
    month.refresh_from_db()
    assert not month.is_locked


def test_the_dashboard_counts_todays_attendance(browser, people):
    people("E1")
    assert "of those with a shift" in text(browser().get("/admin/"))


def test_a_day_leads_to_the_correction_that_it_wants(browser, closed):
    row = DayResult.objects.get(date=date(2026, 3, 2))
    client = browser()
    page = text(client.get(f"{ADMIN}dayresult/{row.id}/change/"))
    asked = "employee=E1&amp;date=2026-03-02&amp;direction=out&amp;punched_at=2026-03-02T16%3A00"
    assert f"{ADMIN}correction/ask/?{asked}" in page
    form = text(client.get(f"{ADMIN}correction/ask/?{asked.replace('&amp;', '&')}"))
    assert 'value="2026-03-02T16:00"' in form
    assert 'value="E1"' in form


def test_the_lock_names_what_still_waits(browser, hospital, people, now):
    (nurse,) = people("E1")
    month = AttendanceMonth.objects.create(start_date=MARCH)
    client, page = browser(), f"{ADMIN}attendancemonth/{month.id}/lock/"
    assert "not decided yet" not in text(client.get(page))
    Correction.objects.create(
        employee=nurse, date=date(2026, 3, 2), direction="in", punched_at=now, reason="x", asked_at=now
    )
    assert "Waiting corrections · 1" in text(client.get(page))


def test_a_punch_is_called_by_the_time_of_the_company(browser, people, stamp):
    people("E1")
    stamp("E1", "2026-03-02T08:07")
    page = text(browser().get(f"{ADMIN}punch/{Punch.objects.get().pk}/change/"))
    assert "2026-03-02 08:07" in page
    assert "2026-03-02 00:07" not in page


def test_punches_lead_to_their_import_for_those_who_may(browser, hospital):
    answer = browser("hr_admin").get(f"{ADMIN}punch/bring/")
    assert answer.headers["Location"].endswith("/integrations/import/upload/?kind=punches")
    assert "/punch/bring/" not in text(browser("auditor").get(f"{ADMIN}punch/"))
