"""Swaps: their effect on both shown before, agreed to by the other, approved, and done only if nothing has changed."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import transaction

from attendance.models import RosterDay, RosterPolicy, Shift, ShiftSwap, WorkProtection
from attendance.queries.roster_checks import check_changes
from attendance.rules.roster_checks import Rule
from attendance.services.rosters import assign_shift
from attendance.services.shift_swaps import NewSwap, ask_swap, preview_swap, withdraw_swap
from attendance.services.shifts import save_shift
from hrsaas.access.models import User
from hrsaas.approvals.models import ApprovalRequest
from hrsaas.approvals.queries.requests import inbox
from hrsaas.approvals.services.reminders import remind
from hrsaas.errors import DomainError
from hrsaas.people.models import Assignment, Employee, OrgUnit
from hrsaas.tenancy.context import tenant_context
from tests.attendance.requests_team import settle

MONDAY, TUESDAY = date(2026, 4, 6), date(2026, 4, 7)  # today is 1 April


@pytest.fixture
def plan(actor, now):
    """``plan(person, day, "A")``; None is free."""

    def assign(person, day, code):
        shift = Shift.objects.get(code=code) if code else None
        assign_shift(employee=person, day=day, shift=shift, actor=actor, now=now)

    return assign


@pytest.fixture
def planned(team, plan):
    """The nurse works early on Monday and is free on Tuesday, the mate the other way round, at night."""
    for person, monday, tuesday in ((team.nurse, "A", None), (team.mate, None, "N")):
        plan(person, MONDAY, monday)
        plan(person, TUESDAY, tuesday)
    return team


def wish(team, **more):
    return NewSwap(**{"employee": team.nurse, "other": team.mate, "date": MONDAY, "reason": "孩子生病", **more})


def roster(team) -> list[str]:
    """Nurse on Monday and Tuesday, mate on both; '' for free."""
    rows = RosterDay.objects.filter(employee__in=[team.nurse, team.mate], date__in=[MONDAY, TUESDAY])
    found = {(row.employee_id, row.date): row.shift.code if row.shift else "" for row in rows.select_related("shift")}
    return [found[person.pk, day] for person in (team.nurse, team.mate) for day in (MONDAY, TUESDAY)]


def refusal(call) -> DomainError:
    with pytest.raises(DomainError) as refused, transaction.atomic():
        call()
    return refused.value


def agreed(team, now, **more) -> ShiftSwap:
    swap = ask_swap(asked=wish(team, **more), actor=team["nurse"], now=now)
    settle(swap, team["mate"], now)
    return swap


def test_the_effect_on_both_is_shown_before_and_nothing_is_written(planned, now):
    seen = preview_swap(asked=wish(planned, other_date=TUESDAY), actor=planned["nurse"], now=now)
    assert not ShiftSwap.objects.exists() and not ApprovalRequest.objects.exists()
    assert roster(planned) == ["A", "", "", "N"]
    nurse, mate = sorted(seen.people, key=lambda one: one.employee_id != planned.nurse.pk)
    assert (seen.shift.code, seen.other_shift.code) == ("A", "N")
    assert nurse.days == [(MONDAY, "A", ""), (TUESDAY, "", "N")]
    assert mate.days == [(MONDAY, "", "A"), (TUESDAY, "N", "")]
    (week,) = nurse.weeks
    due = {shift.code: shift.build().due_minutes for shift in Shift.objects.all()}
    assert week.monday == MONDAY and week.after_minutes - week.before_minutes == due["N"] - due["A"]


def test_too_little_rest_and_too_many_hours_are_said(planned, plan, now):
    RosterPolicy.objects.create(regimes={"": {"kind": "standard", "period": None}})
    plan(planned.mate, date(2026, 4, 5), "N")  # 23:00 until 08:00 on Monday
    for day, code in ((8, None), (9, "A"), (10, "A"), (11, "A"), (12, "A")):
        plan(planned.mate, date(2026, 4, day), code)
    (mate,) = [
        one for one in preview_swap(asked=wish(planned), actor=planned["nurse"], now=now).people
        if one.employee_id == planned.mate.pk
    ]  # fmt: skip
    assert mate.rest_after_minutes is not None and mate.rest_after_minutes <= 60
    (rest,) = [one for one in mate.warnings if one.rule is Rule.REST]
    (week,) = [one for one in mate.warnings if one.rule is Rule.WEEK_HOURS]
    assert "休息" in rest.zh and "rest" in rest.en and "一周" in week.zh
    assert (rest.value, week.value) == (mate.rest_after_minutes, mate.weeks[0].after_minutes)


def test_a_swap_is_held_against_the_same_rules_as_an_edit_in_the_grid(planned, plan, now):
    plan(planned.mate, date(2026, 4, 5), "N")
    shift = Shift.objects.get(code="A")
    by_hand = check_changes({(planned.nurse.pk, MONDAY): None, (planned.mate.pk, MONDAY): shift.pk})
    swapped = preview_swap(asked=wish(planned), actor=planned["nurse"], now=now).findings
    assert by_hand and {(one.rule, one.en) for one in by_hand} == {(one.rule, one.en) for one in swapped}
    RosterPolicy.objects.create(severities={"rest": "off"})
    swapped = preview_swap(asked=wish(planned), actor=planned["nurse"], now=now).findings
    assert Rule.REST not in {one.rule for one in swapped}


def test_what_a_rule_blocks_is_not_asked_for_and_fails_where_it_came_later(planned, plan, now):
    waiting = agreed(planned, now)
    WorkProtection.objects.create(employee=planned.nurse, kind="pregnant", start_date=MONDAY)
    asked = wish(planned, date=TUESDAY, employee=planned.mate, other=planned.nurse)
    seen = preview_swap(asked=asked, actor=planned["mate"], now=now)
    assert Rule.PROTECTED_NIGHT in {one.rule for one in seen.findings}
    assert refusal(lambda: ask_swap(asked=asked, actor=planned["mate"], now=now)).code == "attendance.roster.rules"
    plan(planned.mate, date(2026, 4, 5), "N")
    RosterPolicy.objects.create(severities={"rest": "block"})
    settle(waiting, planned["boss"], now)
    waiting.refresh_from_db()
    assert (waiting.state, roster(planned)) == ("failed", ["A", "", "", "N"])
    assert "休息" in waiting.failure


def test_a_waiting_swap_goes_over_to_the_new_version_of_its_shift(planned, actor, now):
    swap = agreed(planned, now, other_date=TUESDAY)
    night = Shift.objects.get(code="N")
    new = save_shift(code="A", values={"late_grace_minutes": 7}, start_date=MONDAY, actor=actor, now=now)
    later = save_shift(code="N", values={"late_grace_minutes": 7}, start_date=date(2026, 4, 8), actor=actor, now=now)
    swap.refresh_from_db()
    assert (swap.shift, swap.other_shift_id) == (new, night.pk), "the night of Tuesday is before its new version"
    assert later.pk != night.pk
    settle(swap, planned["boss"], now)
    swap.refresh_from_db()
    assert swap.state == "approved"
    assert RosterDay.objects.get(employee=planned.mate, date=MONDAY).shift == new


def test_the_other_agrees_first_then_the_manager_and_the_roster_changes(planned, now):
    swap = ask_swap(asked=wish(planned, other_date=TUESDAY), actor=planned["nurse"], now=now)
    request = ApprovalRequest.objects.get()
    assert list(inbox(planned["mate"], now=now)) == [request] and not inbox(planned["boss"], now=now)
    assert refusal(lambda: settle(swap, planned["boss"], now)).code == "approvals.request.not_yours"
    settle(swap, planned["mate"], now)
    assert roster(planned) == ["A", "", "", "N"], "nothing before the manager"
    assert list(inbox(planned["boss"], now=now)) == [request]
    settle(swap, planned["boss"], now)
    swap.refresh_from_db()
    assert (swap.state, roster(planned)) == ("approved", ["", "N", "A", ""])
    assert RosterDay.objects.filter(by_hand=True).count() == 4


def test_a_shift_is_given_for_nothing(planned, now):
    settle(agreed(planned, now), planned["boss"], now)
    assert roster(planned) == ["", "", "A", "N"]


def test_two_swap_their_shifts_of_one_day(planned, plan, now):
    plan(planned.mate, MONDAY, "N")
    settle(agreed(planned, now, other_date=MONDAY), planned["boss"], now)
    assert roster(planned) == ["N", "", "A", "N"]


@pytest.mark.parametrize("changed", ["nurse", "mate"])
def test_a_roster_that_changed_meanwhile_makes_it_fail_and_says_why(planned, plan, now, changed):
    swap = agreed(planned, now, other_date=TUESDAY)
    person, day, code = (planned.nurse, MONDAY, "N") if changed == "nurse" else (planned.mate, TUESDAY, "A")
    plan(person, day, code)
    before = roster(planned)
    settle(swap, planned["boss"], now)
    swap.refresh_from_db()
    assert (swap.state, roster(planned)) == ("failed", before)
    assert "排班已变更" in swap.failure and "changed" in swap.failure_en


def test_who_has_a_shift_by_then_is_not_given_another(planned, plan, now):
    swap = agreed(planned, now)
    plan(planned.mate, MONDAY, "N")
    settle(swap, planned["boss"], now)
    swap.refresh_from_db()
    assert (swap.state, roster(planned)) == ("failed", ["A", "", "N", "N"])
    assert "has a shift" in swap.failure_en


def test_a_planned_day_that_is_stored_nowhere_is_held_too(team, actor, now):
    """Both follow their rotations; only the swap writes their days."""
    days = [date(2026, 4, 6 + more) for more in range(12)]
    from attendance.queries.swap_checks import planned_shifts

    there = planned_shifts([team.nurse.pk, team.mate.pk], days)
    day = next((one for one in days if there[team.nurse.pk, one] and not there[team.mate.pk, one]), None)
    if day is None:
        from attendance.models import Rotation
        from attendance.services.rosters import put_on_rotation

        rotation = Rotation.objects.filter(crews__gt=1).first()
        for crew, person in enumerate((team.nurse, team.mate)):
            put_on_rotation(
                employees=[person], rotation=rotation, crew=crew, start_date=date(2026, 4, 1), actor=actor, now=now
            )
        there = planned_shifts([team.nurse.pk, team.mate.pk], days)
        day = next(one for one in days if there[team.nurse.pk, one] and not there[team.mate.pk, one])
    assert not RosterDay.objects.filter(date=day).exists()
    settle(agreed(team, now, date=day), team["boss"], now)
    after = planned_shifts([team.nurse.pk, team.mate.pk], [day])
    assert (after[team.nurse.pk, day], after[team.mate.pk, day]) == (None, there[team.nurse.pk, day])


def test_a_no_of_the_other_ends_it(planned, now):
    swap = ask_swap(asked=wish(planned), actor=planned["nurse"], now=now)
    settle(swap, planned["mate"], now, approve=False)
    swap.refresh_from_db()
    assert (swap.state, ApprovalRequest.objects.get().state, roster(planned)) == (
        "rejected",
        "rejected",
        ["A", "", "", "N"],
    )


def test_it_is_taken_back_by_who_asked(planned, now):
    swap = agreed(planned, now)
    assert refusal(lambda: withdraw_swap(swap=swap, actor=planned["mate"], now=now)).status == 403
    assert withdraw_swap(swap=swap, actor=planned["nurse"], now=now).state == "withdrawn"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"date": date(2026, 3, 31)}, "past"),
        ({"date": TUESDAY}, "no_shift"),
        ({"other_date": MONDAY}, "no_shift"),
        ({"reason": ""}, "empty"),
        ({"other": "nurse"}, "same_person"),
    ],
)
def test_what_is_refused(planned, now, change, code):
    change = {**change, "other": planned.nurse} if "other" in change else change
    asked = wish(planned, **change)
    assert refusal(lambda: ask_swap(asked=asked, actor=planned["nurse"], now=now)).code == f"attendance.request.{code}"


def test_shifts_are_swapped_within_a_unit_with_who_can_say_yes(planned, plan, people, actor, now):
    plan(planned.mate, MONDAY, "N")
    assert refusal(lambda: preview_swap(asked=wish(planned), actor=planned["nurse"], now=now)).code.endswith("not_free")
    (new,) = people("E9")
    plan(new, MONDAY, None)
    error = refusal(lambda: preview_swap(asked=wish(planned, other=new), actor=planned["nurse"], now=now))
    assert error.code == "attendance.request.no_login"
    from hrsaas.people.services.units import create_unit

    other = create_unit(code="V", name="别处", actor=actor, now=now)
    Assignment.objects.filter(employee=new).update(unit=other)
    error = refusal(lambda: preview_swap(asked=wish(planned, other=new), actor=planned["nurse"], now=now))
    assert error.code == "attendance.request.other_unit"


def test_the_same_shift_is_asked_for_once_and_only_by_who_may(planned, now):
    ask_swap(asked=wish(planned), actor=planned["nurse"], now=now)
    assert refusal(lambda: ask_swap(asked=wish(planned), actor=planned["nurse"], now=now)).code.endswith("twice")
    assert refusal(lambda: preview_swap(asked=wish(planned), actor=planned["mate"], now=now)).status == 404


def test_a_manager_who_is_one_of_the_two_does_not_approve_it(planned, plan, now):
    Assignment.objects.filter(employee=planned.nurse).update(manager=planned.mate)
    swap = agreed(planned, now)
    assert swap.pk and ApprovalRequest.objects.get().steps.get(order=2).role == "hr_admin"
    assert refusal(lambda: settle(swap, planned["mate"], now)).status == 403
    settle(swap, planned["hr"], now)
    assert roster(planned) == ["", "", "A", "N"]


def test_who_is_to_agree_is_reminded_without_any_role_to_decide(planned, now, mailoutbox):
    from datetime import timedelta

    ask_swap(asked=wish(planned), actor=planned["nurse"], now=now)
    assert remind(now=now + timedelta(days=2)) == 1
    assert [mail.to for mail in mailoutbox] == [[planned.users["mate"].email]]


def test_the_other_tenant_sees_nothing_of_it(planned, now, tenant_b):
    ask_swap(asked=wish(planned), actor=planned["nurse"], now=now)
    with tenant_context(tenant_b.id):
        assert not ShiftSwap.objects.exists()
        assert not Employee.objects.filter(pk=planned.nurse.pk).exists()
        assert not OrgUnit.objects.filter(code="V").exists() and not User.objects.filter(employee=planned.nurse.pk)
