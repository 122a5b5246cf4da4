"""Proposals of rosters through the API."""

from __future__ import annotations

import json

import pytest

from attendance.models import RosterDay, RosterProposal, Shift
from attendance.services.roster_proposals import finish, plan, search_on
from hrsaas.access.services.users import create_user
from hrsaas.people.models import OrgUnit
from hrsaas.people.services.units import create_unit
from hrsaas.tenancy.context import tenant_context

PATH = "/api/v1/attendance/roster-proposals/"


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


def post(client, path, body=None):
    return client.post(path, json.dumps(body or {}), content_type="application/json")


def body(**given):
    return {
        "unit": str(OrgUnit.objects.get(code="U").pk), "first": "2026-03-02", "end": "2026-03-09", "seconds": 5,
        "needs": [{"shift": str(Shift.objects.first().pk), "required": 1}], **given,
    }  # fmt: skip


def worked(found):
    """The proposal after its job."""
    for seconds in plan(int(found["id"])):
        search_on(proposal_id=int(found["id"]), seconds=seconds)
    finish(proposal_id=int(found["id"]))


def test_a_proposal_is_asked_for_searched_and_applied(hospital, people, client_as):
    people("E1", "E2")
    clerk = client_as(hospital, "attendance_clerk")
    made = post(clerk, PATH, body())
    assert made.status_code == 201, made.content
    assert made.json()["state"] == "searching"
    worked(made.json())
    found = clerk.get(f"{PATH}{made.json()['id']}/").json()
    assert (found["state"], found["cost"], found["bound"], found["gap_percent"]) == ("ready", 0, 0, 0.0)
    assert len(found["lines"]) == 2
    applied = post(clerk, f"{PATH}{found['id']}/apply/")
    assert applied.json()["state"] == "applied"
    assert RosterDay.objects.filter(shift__isnull=False).count() == 7
    again = post(clerk, f"{PATH}{found['id']}/discard/")
    assert (again.status_code, again.json()["code"]) == (409, "attendance.proposal.not_ready")


def test_wishes_and_absences_are_taken(hospital, people, client_as):
    one, two = people("E1", "E2")
    shift = str(Shift.objects.first().pk)
    wish = {"employee": str(one.pk), "date": "2026-03-03", "shift": shift, "importance": 2, "wanted": True}
    absence = {"employee": str(two.pk), "date": "2026-03-04"}
    made = post(client_as(hospital, "attendance_clerk"), PATH, body(wishes=[wish], absences=[absence]))
    assert made.status_code == 201, made.content
    worked(made.json())
    row = RosterProposal.objects.get()
    lines = dict(zip(row.employee_ids, row.lines))
    assert lines[one.pk][1] == int(shift)
    assert lines[two.pk][2] is None


def test_nobody_else_sees_or_asks(hospital, people, client_as, tenant_b, retail, actor, now):
    (someone,) = people("E1")
    made = post(client_as(hospital, "attendance_clerk"), PATH, body()).json()
    assert post(client_as(hospital, "employee", employee=someone), PATH, body()).status_code == 403
    other = client_as(tenant_b, "attendance_clerk")
    assert other.get(f"{PATH}{made['id']}/").status_code == 404
    assert other.get(PATH).json()["results"] == []


def test_a_manager_sees_the_proposals_of_the_own_units_only(hospital, people, client_as, actor, now):
    people("E1")
    post(client_as(hospital, "attendance_clerk"), PATH, body())
    elsewhere = create_unit(code="V", name="别处", actor=actor, now=now)
    manager = client_as(hospital, "manager", unit=elsewhere)
    assert manager.get(PATH).json()["results"] == []
    assert post(manager, PATH, body()).status_code == 404
