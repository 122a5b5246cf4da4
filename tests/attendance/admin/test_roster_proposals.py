"""The page of a roster proposal: asking, reading, deciding, in both languages."""

from __future__ import annotations

import pytest
from django.utils import timezone

from attendance.models import RosterDay, RosterProposal, Shift
from attendance.queries.roster_problems import Order, Wish
from attendance.services.roster_proposals import finish, plan, search_on
from hrsaas.access.actors import system_actor
from hrsaas.access.services.users import create_user
from hrsaas.people.models import OrgUnit
from hrsaas.tenancy.context import tenant_context
from tests.attendance.conftest import hire_people

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


def test_wishes_and_absences_are_written_as_lines_and_told_whether_they_were_met(browser, people):
    one, two = people("E1", "E2")
    client, day = browser(), Shift.objects.order_by("start_minute").first()
    wishes = f"E1 2026-03-03 {day.code} 8\nE2，2026-03-04，-{day.code}\n\nE1 2026-03-05 - 100\nE2: 2026-03-05 休"
    ask(client, f"{day.code} 1", wishes=wishes, absences="E2 2026-03-06 2026-03-07")
    row = RosterProposal.objects.get()
    assert Order.of(row.order).wishes == (
        Wish(one.pk, "2026-03-03", day.pk, 8, True), Wish(two.pk, "2026-03-04", day.pk, 5, False),
        Wish(one.pk, "2026-03-05", day.pk, 100, False), Wish(two.pk, "2026-03-05", day.pk, 5, False),
    )  # fmt: skip
    assert row.order["absences"] == [[two.pk, "2026-03-06"], [two.pk, "2026-03-07"]]
    worked(row)
    page = client.get(f"{PAGE}{row.pk}/change/").content.decode()
    assert f"员工E1 (E1), 2026-03-03: {day.code} – met" in page
    assert f"员工E2 (E2), 2026-03-05: not {day.code} – not met" in page


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ({"wishes": "E9 2026-03-03 -"}, "E9 2026-03-03 -"),
        ({"wishes": "E1 2026-03-33 -"}, "E1 2026-03-33 -"),
        ({"wishes": "E1 2026-03-03 NOBODY"}, "E1 2026-03-03 NOBODY"),
        ({"wishes": "E1 2026-03-03 - 101"}, "E1 2026-03-03 - 101"),
        ({"wishes": "E1"}, "E1"),
        ({"absences": "E1"}, "E1"),
        ({"absences": "E1 soon"}, "E1 soon"),
    ],
)
def test_a_line_that_cannot_be_read_is_named(browser, people, lines, said):
    people("E1")
    with tenant_context(2):
        hire_people(["E9"], actor=system_actor("test"), now=timezone.now())
    page = ask(browser("zh-hans"), f"{Shift.objects.first().code} 1", **lines).content.decode()
    assert f"无法识别「{said}」" in page
    assert not RosterProposal.objects.exists()


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
