"""The month grid: what it shows, to whom, in how many statements; on paper and as XLSX."""

from __future__ import annotations

import io
import json
import re
from datetime import date, timedelta

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from attendance.models import (
    LeaveDay,
    LeaveRequest,
    OpenShift,
    RosterBatch,
    RosterPolicy,
    RosterPublication,
    Shift,
    WorkProtection,
)
from attendance.rules.calendars import minute_of
from attendance.services.roster_edits import Edit, save_edits
from attendance.services.rosters import plan_roster
from hrsaas.access.services.users import create_user
from hrsaas.people.models import OrgUnit

PAGE = "/admin/attendance/rosterday/grid/"
ADMIN = "/admin/attendance/"
MAY = date(2026, 5, 1)


@pytest.fixture
def browser(hospital, client_for, actor, now):
    def make(role="attendance_clerk", language="en"):
        user = create_user(
            email=f"{role}{language}@alpha.example", name=role, password=None, roles=[role], language=language,
            actor=actor, now=now,
        )  # fmt: skip
        return client_for(hospital, user, headers={"Accept-Language": language})

    return make


@pytest.fixture
def planned(people, actor, now):
    one, two = people("E1", "E2")
    plan_roster(first=MAY, end=date(2026, 6, 1), actor=actor, now=now)
    save_edits(edits=[Edit(one.id, MAY, Shift.objects.get(code="D").id)], actor=actor, now=now)
    return one, two


def text(response) -> str:
    assert response.status_code == 200, response.content[:500]
    return response.content.decode()


def facts(page):
    return json.loads(re.search(r'<script id="roster-facts" type="application/json">(.*?)</script>', page).group(1))


def test_a_month_is_a_grid_with_shifts_holidays_leave_and_marks(browser, planned, leave_types, now):
    one, _two = planned
    request = LeaveRequest.objects.create(
        employee=one, leave_type=leave_types["annual"], first_date=date(2026, 5, 6), last_date=date(2026, 5, 6),
        amount=100, state="approved", created_at=now, created_by="x",
    )  # fmt: skip
    LeaveDay.objects.create(
        request=request, employee=one, date=date(2026, 5, 6), start_minute=minute_of(date(2026, 5, 6)),
        end_minute=minute_of(date(2026, 5, 7)), amount=100, state="approved",
    )  # fmt: skip
    page = text(browser().get(f"{PAGE}?month=2026-05"))
    assert 'role="grid"' in page and "员工E1" in page and 'aria-rowcount="3"' in page
    assert page.count('role="gridcell"') == 2 * 32
    first = re.search(rf'data-employee="{one.id}".*?(<td.*?</td>)', page, re.S).group(1)
    assert "rg-hand" in first and first.endswith(">D</td>")
    assert "data-leave=" in page and "rg-holiday" in page
    given = facts(page)
    assert given["changeable"] and len(given["everybody"]) == 2
    assert {shift["code"] for shift in given["shifts"]} == set(Shift.objects.values_list("code", flat=True))


def test_somebody_who_may_only_look_gets_nothing_to_change(browser, planned):
    page = text(browser("auditor").get(f"{PAGE}?month=2026-05"))
    assert 'aria-readonly="true"' in page and "data-do=" not in page and not facts(page)["changeable"]
    assert browser("recruiter").get(PAGE).status_code == 403


def test_a_unit_a_name_and_a_page_narrow_the_grid(browser, people, planned, actor, now):
    people(*(f"F{at:02}" for at in range(60)))
    elsewhere = OrgUnit.objects.create(code="X", name="别处")
    client = browser()
    assert "1 / 2" in text(client.get(f"{PAGE}?month=2026-05"))
    assert text(client.get(f"{PAGE}?month=2026-05&page=2")).count("data-employee=") == 12
    assert "Nobody is employed" in text(client.get(f"{PAGE}?month=2026-05&unit={elsewhere.id}"))
    assert text(client.get(f"{PAGE}?month=2026-05&q=E1")).count("data-employee=") == 1
    assert client.get(f"{PAGE}?unit=1").status_code == 404


def test_the_statements_do_not_grow_with_people(browser, people, actor, now):
    client = browser()

    def count():
        with CaptureQueriesContext(connection) as queries:
            text(client.get(f"{PAGE}?month=2026-05"))
        return len(queries)

    people("E1")
    count()
    few = count()
    people(*(f"F{at:02}" for at in range(30)))
    assert count() == few <= 30


def test_on_paper_and_as_xlsx_in_both_languages(browser, planned):
    shift = Shift.objects.get(code="N")
    paper = text(browser().get(f"{PAGE}print/?month=2026-05"))
    assert "Free day" in paper and shift.name_en in paper and shift.name not in paper
    chinese = browser(language="zh-hans")
    assert "休息" in text(chinese.get(f"{PAGE}print/?month=2026-05"))
    book = openpyxl.load_workbook(io.BytesIO(b"".join(chinese.get(f"{ADMIN}rosterday/grid.xlsx?month=2026-05"))))
    rows = list(book.active.values)
    assert rows[0][:2] == ("工号", "员工") and rows[0][-1] == "小时数" and len(rows[0]) == 34
    assert rows[1][:3] == ("E1", "员工E1", "D")


def test_forms_of_publication_open_shifts_and_protections(browser, planned, unit):
    one, _two = planned
    client, shift = browser(), Shift.objects.get(code="A")
    today = timezone.localdate()  # pages read the clock themselves
    day = (today + timedelta(40)).isoformat()
    client.post(f"{ADMIN}openshift/open/", {"unit": unit.id, "day": day, "shift": shift.id, "places": 2})
    assert OpenShift.objects.count() == 2
    row = OpenShift.objects.first()
    client.post(f"{ADMIN}openshift/{row.id}/withdraw/", {"confirmed": "1"})
    form = {"unit": unit.id, "first": day, "end": (today + timedelta(47)).isoformat()}
    client.post(f"{ADMIN}rosterpublication/publish/", form)
    assert RosterPublication.objects.get().people == 2
    client.post(f"{ADMIN}workprotection/protect/", {"employee": one.id, "kind": "nursing", "start_date": day})
    assert WorkProtection.objects.get().kind == "nursing"
    batch = RosterBatch.objects.get()
    client.post(f"{ADMIN}rosterbatch/{batch.id}/undo/", {"confirmed": "1"})
    assert RosterBatch.objects.filter(kind="undo").count() == 1
    for page in ("openshift", "rosterpublication", "rosterbatch", "workprotection", "rosterpolicy"):
        text(client.get(f"{ADMIN}{page}/"))
    assert browser("auditor").get(f"{ADMIN}workprotection/").status_code == 403


def test_the_rules_are_changed_through_a_form_that_shows_what_holds(browser, hospital):
    client = browser()
    page = client.get(f"{ADMIN}rosterpolicy/change/")
    given = page.context["form"].initial
    assert (given["rule_protected_night"], given["consecutive_work_days"]) == ("block", 6)
    form = {name: ("" if value is None else value) for name, value in given.items() if value is not False}
    client.post(f"{ADMIN}rosterpolicy/change/", {**form, "rule_rest": "block", "notice_days": 7,
                                                 "regime_": "comprehensive/month"})  # fmt: skip
    row = RosterPolicy.objects.get()
    assert (row.notice_days, row.severities, row.limits) == (7, {"rest": "block"}, {})
    assert row.regimes == {"": {"kind": "comprehensive", "period": "month"}}


def test_a_replaced_version_is_known_to_the_page_and_not_offered(browser, planned):
    """Its days keep their hours and marks; nobody types it any more."""
    Shift.objects.filter(code="D").update(code=f"D@{MAY}", ended_date=MAY)
    shown = text(browser().get(PAGE, {"month": f"{MAY:%Y-%m}"}))
    facts = json.loads(re.search(r'<script id="roster-facts"[^>]*>(.*?)</script>', shown, re.S)[1])
    offered = {shift["code"]: shift["offered"] for shift in facts["shifts"]}
    assert (offered[f"D@{MAY}"], offered["N"]) == (False, True)


def test_a_roster_before_any_template_leads_to_the_templates(db, client_for, tenant_a, in_alpha, actor, now):
    user = create_user(
        email="new@alpha.example", name="new", password=None, roles=["attendance_clerk"], language="en", actor=actor,
        now=now,
    )  # fmt: skip
    answer = client_for(tenant_a, user, headers={"Accept-Language": "en"}).get(PAGE)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/admin/attendance/installedpack/gallery/")
