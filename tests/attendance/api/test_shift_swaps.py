"""Swaps and void punches as the tenant's own apps see them."""

from __future__ import annotations

from datetime import date

import pytest

from attendance.models import Correction, Punch, RosterDay, Shift
from attendance.services.rosters import assign_shift
from tests.attendance.api.test_requests import _today, client  # noqa: F401  # fixtures
from tests.attendance.services.test_punch_voids import DAY, wrong  # noqa: F401  # a fixture

pytestmark = pytest.mark.usefixtures("_today")
MONDAY = date(2026, 4, 6)


@pytest.fixture
def planned(team, actor, now):
    for person, code in ((team.nurse, "A"), (team.mate, None)):
        shift = Shift.objects.get(code=code) if code else None
        assign_shift(employee=person, day=MONDAY, shift=shift, actor=actor, now=now)
    return team


def test_a_swap_from_preview_over_consent_to_the_roster(client, planned):  # noqa: F811
    nurse, mate, boss = client("nurse"), client("mate"), client("boss")
    body = {"other": "E2", "date": "2026-04-06"}
    seen = nurse.ask("shift-swaps/preview/", body).json()
    assert (seen["shift"], seen["other_shift"], len(seen["people"])) == ("A", "", 2)
    asked = nurse.ask("shift-swaps/", {**body, "reason": "孩子生病"})
    assert (asked.status_code, asked.json()["state"]) == (201, "waiting")
    assert len(mate.see("shift-swaps/").json()["results"]) == 1, "what is offered to oneself"
    for who in (mate, boss):
        (waiting,) = who.get("/api/v1/approvals/requests/inbox/").json()["results"]
        assert waiting["payload"]["effect"][0]["weeks"][0]["monday"] == "2026-04-06"
        answer = who.ask(f"/api/v1/approvals/requests/{waiting['id']}/decide/", {"approve": True})
        assert answer.status_code == 200, answer.content
    (row,) = nurse.see("shift-swaps/").json()["results"]
    assert (row["state"], row["failure"]) == ("approved", "")
    assert RosterDay.objects.get(employee=planned.mate, date=MONDAY).shift.code == "A"


def test_who_is_not_asked_decides_nothing(client, planned):  # noqa: F811
    nurse, mate = client("nurse"), client("mate")
    nurse.ask("shift-swaps/", {"other": "E2", "date": "2026-04-06", "reason": "x"})
    (waiting,) = mate.get("/api/v1/approvals/requests/inbox/").json()["results"]
    path = f"/api/v1/approvals/requests/{waiting['id']}/decide/"
    assert nurse.ask(path, {"approve": True}).status_code == 403
    assert nurse.ask(f"shift-swaps/{nurse.see('shift-swaps/').json()['results'][0]['id']}/withdraw/").status_code == 200
    assert mate.ask(path, {"approve": True}).status_code == 409


def test_a_wrong_punch_from_preview_to_undone(client, wrong):  # noqa: F811
    nurse, boss, clerk = client("nurse"), client("boss"), client("clerk")
    first = nurse.see("punches/").json()["results"]
    named = next(one for one in first if one["punched_at"].startswith("2026-03-22T23:00"))  # 07:00 in Shanghai
    seen = nurse.ask("corrections/preview-void/", {"punch": named["id"]}).json()
    assert (seen["days"][0]["before"]["late_minutes"], seen["days"][0]["after"]["late_minutes"]) == (0, 90)
    asked = nurse.ask("corrections/void/", {"punch": named["id"], "reason": "别人代打"})
    assert (asked.status_code, asked.json()["voids"], asked.json()["date"]) == (201, named["id"], DAY.isoformat())
    (waiting,) = boss.get("/api/v1/approvals/requests/inbox/").json()["results"]
    boss.ask(f"/api/v1/approvals/requests/{waiting['id']}/decide/", {"approve": True})
    marked = {one["id"]: one["is_void"] for one in nurse.see("punches/").json()["results"]}
    assert marked[named["id"]] and sum(marked.values()) == 1 and len(marked) == Punch.objects.count()
    path = f"corrections/{asked.json()['id']}/undo/"
    assert nurse.ask(path).status_code == 403
    assert clerk.ask(path).json()["state"] == "cancelled"
    assert Correction.objects.get().state == "cancelled"
