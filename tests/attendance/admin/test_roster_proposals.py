"""The page of a roster proposal: asking, reading, deciding, in both languages."""

from __future__ import annotations

import pytest

from attendance.models import RosterDay, RosterProposal, Shift
from attendance.services.roster_proposals import finish, plan, search_on
from hrsaas.access.services.users import create_user
from hrsaas.people.models import OrgUnit

PAGE = "/admin/attendance/rosterproposal/"


@pytest.fixture
def browser(hospital, client_for, actor, now):
    def make(language="en"):
        user = create_user(
            email=f"{language}@alpha.example", name="clerk", password=None, roles=["attendance_clerk"],
            language=language, actor=actor, now=now,
        )  # fmt: skip
        return client_for(hospital, user, headers={"Accept-Language": language})

    return make


def ask(client, needs, **given):
    form = {
        "unit": OrgUnit.objects.get(code="U").pk, "first": "2026-03-02", "end": "2026-03-09", "needs": needs,
        "max_on": 6, "min_off": 1, "weekly_hours": 40, "rest_hours": 11, "change_weight": 0, "seconds": 5, **given,
    }  # fmt: skip
    return client.post(f"{PAGE}propose/", form, follow=True)


def worked(row):
    for seconds in plan(row.id):
        search_on(proposal_id=row.id, seconds=seconds)
    finish(proposal_id=row.id)


def test_from_the_question_to_the_roster(browser, people):
    people("E1", "E2")
    client, code = browser(), Shift.objects.first().code
    page = ask(client, f"{code}: 1 1 1 1 1 0 0").content.decode()
    assert "data-job" in page
    row = RosterProposal.objects.get()
    worked(row)
    page = client.get(f"{PAGE}{row.pk}/change/").content.decode()
    assert "No roster costs less than" in page
    assert page.count(f">{code}</td>") == 5
    client.post(f"{PAGE}{row.pk}/apply/", {"confirmed": "1"})
    row.refresh_from_db()
    assert row.state == "applied"
    assert RosterDay.objects.filter(shift__code=code).count() == 5


def test_shortages_read_in_the_readers_language(browser, people):
    people("E1")
    code = Shift.objects.first().code
    ask(browser(), f"{code} 2 2 2 2 2 2 2")
    row = RosterProposal.objects.get()
    worked(row)
    assert f"2026-03-02, shift {code}: 1 too few" in browser("en-us").get(f"{PAGE}{row.pk}/change/").content.decode()
    assert f"2026-03-02，班次 {code}：少 1 人" in browser("zh-hans").get(f"{PAGE}{row.pk}/change/").content.decode()


@pytest.mark.parametrize("needs", ["XX 1", "{code} 1 2", "{code} many", "{code}"])
def test_a_line_that_cannot_be_read_is_told_at_the_field(browser, people, needs):
    people("E1")
    response = ask(browser(), needs.format(code=Shift.objects.first().code))
    assert "cannot be read" in response.content.decode()
    assert not RosterProposal.objects.exists()
