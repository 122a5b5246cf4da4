"""Requests about attendance as the tenant's own apps see them."""

from __future__ import annotations

import json
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from attendance.models import Correction, Shift, Timesheet
from attendance.services.rosters import assign_shift
from attendance.services.timesheet_answers import open_for_answers
from tests.attendance.conftest import MARCH

API = "/api/v1/attendance/"
DAY = date(2026, 3, 23)


@pytest.fixture
def client(hospital, client_for, team):
    """client("nurse").post("corrections/", {…})."""

    def make(name):
        inner = client_for(hospital, team.users[name])

        def post(path, body=None):
            address = path if path.startswith("/") else API + path
            return inner.post(address, json.dumps(body or {}), content_type="application/json")

        inner.ask, inner.see = post, lambda path, **query: inner.get(API + path, query)
        return inner

    return make


@pytest.fixture
def _today(monkeypatch, now):
    """The API's clock stands where the fixtures are."""
    monkeypatch.setattr("hrsaas.api.views.timezone.now", lambda: now)


def correction(**more):
    return {"date": "2026-03-23", "direction": "out", "punched_at": "2026-03-23T16:02", **more}


@pytest.mark.usefixtures("_today")
def test_a_correction_from_preview_to_punch(client, team, stamp, actor, now):
    assign_shift(employee=team.nurse, day=DAY, shift=Shift.objects.get(code="A"), actor=actor, now=now)
    stamp("E1", "2026-03-23T07:58")
    nurse, boss = client("nurse"), client("boss")
    seen = nurse.ask("corrections/preview/", correction()).json()
    assert (seen["used"], seen["limit"], seen["days"][0]["after"]["worked_minutes"]) == (0, 3, 482)
    asked = nurse.ask("corrections/", correction(reason="忘记打卡"))
    assert (asked.status_code, asked.json()["state"]) == (201, "waiting")
    (waiting,) = boss.get("/api/v1/approvals/requests/inbox/").json()["results"]
    assert waiting["payload"]["effect"][0]["after"]["status"] == "present"
    assert boss.ask(f"/api/v1/approvals/requests/{waiting['id']}/decide/", {"approve": True}).status_code == 200
    (row,) = nurse.see("corrections/").json()["results"]
    assert (row["state"], row["has_evidence"], row["punch"] is not None) == ("approved", False, True)
    assert client("mate").see("corrections/").json()["results"] == []
    assert len(boss.see("corrections/").json()["results"]) == 1, "of his team"


@pytest.mark.usefixtures("_today")
def test_evidence_comes_with_the_request_and_only_those_concerned_open_it(client, team):
    nurse = client("nurse")
    file = SimpleUploadedFile("door.pdf", b"%PDF-1.7 door")
    asked = nurse.post(f"{API}corrections/", {**correction(reason="门禁故障"), "evidence": file})
    assert (asked.status_code, asked.json()["has_evidence"]) == (201, True)
    path = f"corrections/{asked.json()['id']}/evidence/"
    assert b"".join(nurse.see(path).streaming_content) == b"%PDF-1.7 door"
    assert client("mate").see(path).status_code == 404


@pytest.mark.usefixtures("_today")
def test_a_correction_is_withdrawn_by_its_maker(client, team):
    nurse = client("nurse")
    asked = nurse.ask("corrections/", correction(reason="忘记打卡")).json()
    assert client("clerk").ask(f"corrections/{asked['id']}/withdraw/").status_code == 403
    assert nurse.ask(f"corrections/{asked['id']}/withdraw/").json()["state"] == "withdrawn"
    assert Correction.objects.get().state == "withdrawn"


def test_one_confirms_or_disputes_the_own_month(client, team, close, actor, now):
    close()
    open_for_answers(month=MARCH, actor=actor, now=now)
    nurse, mate, clerk = client("nurse"), client("mate"), client("clerk")
    mine, theirs = (Timesheet.objects.get(employee=one).id for one in (team.nurse, team.mate))
    assert nurse.ask(f"timesheets/{mine}/confirm/").json()["is_void"] is False
    assert nurse.ask(f"timesheets/{theirs}/confirm/").status_code == 404
    disputed = mate.ask(f"timesheets/{theirs}/dispute/", {"text": "少计一天"})
    assert disputed.status_code == 201
    month = clerk.see("months/").json()["results"][0]["id"]
    assert clerk.see(f"months/{month}/answers/").json() == {
        "people": 3, "confirmed": 1, "by_silence": 0, "disputed": 1, "unanswered": 1,
    }  # fmt: skip
    assert nurse.see(f"months/{month}/answers/").status_code == 403
    path = f"timesheet-disputes/{disputed.json()['id']}/answer/"
    assert mate.ask(path, {"answer": "好"}).status_code == 403
    assert clerk.ask(path, {"answer": "已更正"}).json()["answer"] == "已更正"
    assert nurse.see("timesheet-disputes/").json()["results"] == []
