"""Stand-ins for one shift: ranked with reasons, through the API and the page."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from attendance.models import RosterDay, Shift, Skill
from attendance.services.rosters import assign_shift
from attendance.services.skills import add_skill, grant_skill, require_skill
from hrsaas.access.services.users import create_user
from hrsaas.people.models import Assignment, Employee
from hrsaas.tenancy.context import tenant_context

DAY = date(2026, 3, 4)


@pytest.fixture
def client_as(client_for, actor, now):
    def make(tenant, role, **given):
        with tenant_context(tenant.id):
            user = create_user(
                email=f"{role}@{tenant.slug}.example", name=role, password=None, roles=[role], actor=actor, now=now,
                **given,
            )  # fmt: skip
        return client_for(tenant, user)

    return make


@pytest.fixture
def shift(hospital):
    return Shift.objects.order_by("start_minute", "id")[0]


@pytest.fixture
def roster(people, shift, actor, now):
    """N1 is on the shift; N2 is free, N3 works it too, N4 is free and lacks the skill."""
    staff = people("N1", "N2", "N3", "N4")
    skill = add_skill(code="ICU", name="重症监护证", actor=actor, now=now)
    require_skill(shift=shift, skill=skill, actor=actor, now=now)
    for one in staff[:3]:
        grant_skill(employee=one, skill=skill, start_date=date(2026, 1, 1), actor=actor, now=now)
    for one in staff:
        for day in range(-14, 14):
            works = day == 0 and one in (staff[0], staff[2])
            assign_shift(
                employee=one, day=DAY + timedelta(days=day), shift=shift if works else None, actor=actor, now=now
            )
    RosterDay.objects.update(by_hand=False)
    return staff


def path(employee):
    return f"/api/v1/attendance/roster/{RosterDay.objects.get(employee=employee, date=DAY).pk}/stand-ins/"


def test_who_is_free_and_has_the_skill_comes_first_and_who_lacks_it_is_told_so(hospital, roster, shift, client_as):
    found = client_as(hospital, "attendance_clerk").get(path(roster[0])).json()
    assert found["shift"] == str(shift.pk)
    assert [(one["employee"], one["lawful"]) for one in found["people"]] == [
        (str(roster[1].pk), True), (str(roster[3].pk), False),
    ]  # fmt: skip
    assert [(bad["rule"], bad["days"]) for bad in found["people"][1]["broken"]] == [("skills", ["2026-03-04"])]


def test_a_free_day_needs_nobody_and_only_planners_may_ask(hospital, roster, client_as):
    clerk, employee = client_as(hospital, "attendance_clerk"), client_as(hospital, "employee", employee=roster[0])
    assert clerk.get(path(roster[1])).json()["code"] == "attendance.stand_in.no_shift"
    assert employee.get(path(roster[0])).status_code == 403


def test_the_page_of_a_day_offers_those_whom_the_shift_can_be_given_to(hospital, roster, shift, client_as):
    row = RosterDay.objects.get(employee=roster[0], date=DAY)
    clerk = client_as(hospital, "attendance_clerk")
    text = clerk.get(f"/admin/attendance/rosterday/{row.pk}/stand-ins/").content.decode()
    assert f"employee=N2&amp;day=2026-03-04&amp;shift={shift.pk}" in text
    assert "employee=N4" not in text


def test_the_page_costs_the_same_for_one_and_for_many(hospital, roster, shift, people, client_as, actor, now):
    row = RosterDay.objects.get(employee=roster[0], date=DAY)
    clerk = client_as(hospital, "attendance_clerk")

    def statements() -> tuple[int, int]:
        with CaptureQueriesContext(connection) as queries:
            page = clerk.get(f"/admin/attendance/rosterday/{row.pk}/stand-ins/").content.decode()
        return page.count("employee="), len(queries)

    Employee.objects.filter(code__in=("N3", "N4")).update(leave_date=date(2026, 1, 5))
    Assignment.objects.filter(employee__code__in=("N3", "N4")).update(end_date=date(2026, 1, 5))
    statements()
    offered, before = statements()
    for one in people(*(f"M{number}" for number in range(12))):
        grant_skill(employee=one, skill=Skill.objects.get(), start_date=date(2026, 1, 1), actor=actor, now=now)
    many, after = statements()
    assert (offered, many) == (1, 13)
    assert after <= before


def test_another_tenant_finds_nothing(hospital, roster, tenant_b, client_as):
    address = path(roster[0])
    assert client_as(tenant_b, "attendance_clerk").get(address).status_code == 404
