"""The roster as the tenant's own apps see it: edits, checks, copies, publication, open shifts."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from attendance.models import OpenShift, RosterDay, RosterPolicy, Rotation, Shift, StaffingDemand, WorkProtection
from attendance.services.roster_edits import Edit, save_edits
from attendance.services.roster_publications import publish_roster
from hrsaas.people.models import OrgUnit

API = "/api/v1/attendance/"
MONDAY = date(2026, 4, 6)


@pytest.fixture
def client(hospital, client_for, team):
    def make(name):
        inner = client_for(hospital, team.users[name])

        def post(path, body=None):
            return inner.post(API + path, json.dumps(body or {}), content_type="application/json")

        inner.ask, inner.see = post, lambda path, **query: inner.get(API + path, query)
        return inner

    return make


@pytest.fixture
def _today(monkeypatch, now):
    monkeypatch.setattr("hrsaas.api.views.timezone.now", lambda: now)


@pytest.fixture
def shifts(hospital):
    return {shift.code: shift for shift in Shift.objects.all()}


def edit(person, day, shift=None, **more):
    return {"employee": str(person.id), "date": str(day), "shift": shift and str(shift.id), **more}


def test_edits_are_saved_together_with_warnings_and_conflicts(client, team, shifts):
    clerk = client("clerk")
    days = [edit(team.nurse, MONDAY + timedelta(at), shifts["A"]) for at in range(7)]
    saved = clerk.ask("roster/edits/", {"edits": days}).json()
    assert (saved["days"], {one["rule"] for one in saved["findings"]} >= {"days_in_row"}) == (7, True)
    stale = edit(team.nurse, MONDAY, shifts["N"], seen={"planned": False, "shift": None})
    answer = clerk.ask("roster/edits/", {"edits": [stale]})
    assert (answer.status_code, answer.json()["code"]) == (409, "attendance.roster.conflict")
    assert answer.json()["conflicts"][0]["name"] == "员工E1"
    fresh = edit(team.nurse, MONDAY, None, seen={"planned": True, "shift": str(shifts["A"].id)})
    assert clerk.ask("roster/edits/", {"edits": [fresh]}).json()["days"] == 1


def test_unsaved_edits_are_checked_with_cover_and_cost_for_who_may_see_pay(client, team, shifts, unit):
    StaffingDemand.objects.create(unit=unit, date=MONDAY, people=[1] * 24, by_hand=True)
    asked = {
        "first": str(MONDAY), "end": str(MONDAY + timedelta(7)), "unit": str(unit.id),
        "employees": [str(team.nurse.id), str(team.mate.id)],
        "edits": [edit(team.nurse, MONDAY + timedelta(at), shifts["A"]) for at in range(7)],
    }  # fmt: skip
    seen = client("hr").ask("roster/check/", asked).json()
    rules = {one["rule"]: one for one in seen["findings"]}
    assert rules["days_in_row"]["value"] == 7 and "《劳动法》第38条" in rules["days_in_row"]["zh"]
    assert rules["days_in_row"]["employee_id"] == str(team.nurse.id)
    due = shifts["A"].build().due_minutes
    assert seen["cost"] == {
        "minutes": 7 * due, "yuan": f"{7 * due * 6000 / 174 / 60:.2f}", "more_yuan": f"{7 * due * 6000 / 174 / 60:.2f}",
    }  # fmt: skip
    hours = {gap["start_minute"] // 60 for gap in seen["gaps"]}
    assert 9 not in hours and 3 in hours
    assert not RosterDay.objects.exists()
    assert client("clerk").ask("roster/check/", asked).json()["cost"] is None
    assert client("nurse").ask("roster/check/", asked).status_code == 403


def test_a_week_is_copied_and_taken_back_through_the_api(client, team, shifts):
    clerk = client("clerk")
    clerk.ask("roster/edits/", {"edits": [edit(team.nurse, MONDAY, shifts["A"])]})
    asked = {"employees": [str(team.nurse.id)], "source": str(MONDAY), "weeks": 2}
    assert clerk.ask("roster/copy-weeks/", {**asked, "preview": True}).json()["days"] == 2
    copied = clerk.ask("roster/copy-weeks/", asked).json()
    assert RosterDay.objects.count() == 3
    assert clerk.ask(f"roster-batches/{copied['batch_id']}/undo/").status_code == 200
    assert RosterDay.objects.count() == 1
    kinds = [one["kind"] for one in clerk.see("roster-batches/").json()["results"]]
    assert sorted(kinds) == ["copy", "edit", "undo"]
    assert client("nurse").see("roster-batches/").status_code == 403


def test_a_rotation_is_previewed_and_applied(client, team):
    rotation = next(row for row in Rotation.objects.order_by("code") if not row.follows_calendar)
    asked = {"employees": [str(team.nurse.id)], "rotation": str(rotation.id), "crew": 0, "first": "2026-05-01",
             "end": "2026-05-08", "preview": True}  # fmt: skip
    seen = client("clerk").ask("roster/rotation/", asked).json()
    assert (seen["planned"], len(seen["lines"][0]["shifts"])) == (None, 7)
    assert client("clerk").ask("roster/rotation/", {**asked, "preview": False}).json()["planned"] == 7
    refused = client("clerk").ask("roster/rotation/", {**asked, "crew": 99})
    assert refused.json()["code"] == "attendance.rotation.crew"


@pytest.mark.usefixtures("_today")
def test_people_see_published_days_and_what_changed_of_them(client, team, shifts, unit, actor, now):
    RosterPolicy.objects.create(drafts_hidden=True)
    save_edits(edits=[Edit(team.nurse.id, MONDAY, shifts["A"].id)], actor=actor, now=now)
    nurse, clerk = client("nurse"), client("clerk")
    assert nurse.see("roster/").json()["results"] == []
    body = {"unit": str(unit.id), "first": str(MONDAY), "end": str(MONDAY + timedelta(7))}
    assert clerk.ask("roster-publications/", body).status_code == 201
    assert len(nurse.see("roster/").json()["results"]) >= 1
    save_edits(edits=[Edit(team.nurse.id, MONDAY, None)], actor=actor, now=now)
    (told,) = nurse.see("roster-changes/").json()["results"]
    assert (told["date"], told["old_shift"], told["new_shift"]) == (str(MONDAY), str(shifts["A"].id), None)
    assert nurse.ask("roster-changes/seen/").json() == {"seen": 1}
    assert client("mate").see("roster-changes/").json()["results"] == []
    assert nurse.ask("roster-publications/", body).status_code == 403


@pytest.mark.usefixtures("_today")
def test_people_of_the_unit_see_and_take_open_shifts(client, team, shifts, unit):
    body = {"unit": str(unit.id), "date": str(MONDAY), "shift": str(shifts["A"].id), "places": 2}
    assert len(client("clerk").ask("open-shifts/", body).json()["results"]) == 2
    OpenShift.objects.create(
        unit=OrgUnit.objects.create(code="X", name="别处"), date=MONDAY, shift=shifts["A"],
        opened_at="2026-04-01T00:00Z", opened_by="x",
    )  # fmt: skip
    nurse = client("nurse")
    one, two = nurse.see("open-shifts/", state="open").json()["results"]
    assert nurse.ask(f"open-shifts/{one['id']}/take/").json()["days"] == 1
    assert nurse.ask(f"open-shifts/{two['id']}/take/").json()["code"] == "attendance.open_shift.busy"
    assert client("mate").ask(f"open-shifts/{one['id']}/take/").json()["code"] == "attendance.open_shift.gone"
    assert nurse.ask(f"open-shifts/{two['id']}/withdraw/").status_code == 403
    assert client("clerk").ask(f"open-shifts/{two['id']}/withdraw/").json()["state"] == "withdrawn"


def test_protections_are_for_those_who_may_know(client, team):
    body = {"employee": str(team.nurse.id), "kind": "nursing", "start_date": "2026-04-01", "end_date": "2026-12-01"}
    row = client("clerk").ask("work-protections/", body)
    assert row.status_code == 201
    ended = client("clerk").ask(f"work-protections/{row.json()['id']}/end/", {"end_date": "2026-10-01"})
    assert ended.json()["end_date"] == "2026-10-01"
    for name in ("nurse", "mate", "boss"):
        assert client(name).see("work-protections/").status_code == 403
    assert WorkProtection.objects.count() == 1


def test_publishing_counts_the_same_statements_for_one_and_many(people, hospital, unit, actor, now):
    def count(codes, first):
        people(*codes)
        with CaptureQueriesContext(connection) as queries:
            publish_roster(unit=unit, first=first, end=first + timedelta(7), actor=actor, now=now)
        return len(queries)

    assert count(["E1"], MONDAY) == count([f"F{at}" for at in range(9)], MONDAY + timedelta(28))
