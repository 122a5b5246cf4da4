"""Copied weeks, steps taken back, rotations, publication, open shifts, protections: what each promises."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from attendance.models import (
    CrewMembership,
    LeaveDay,
    LeaveRequest,
    OpenShift,
    RosterBatch,
    RosterChange,
    RosterDay,
    RosterPolicy,
    Rotation,
    Shift,
    WorkProtection,
)
from attendance.queries.roster_policies import Severity, load_policy
from attendance.queries.setups import current_settings
from attendance.rules.calendars import minute_of
from attendance.rules.roster_checks import Regime, Rule
from attendance.services.open_shifts import open_shifts, take_open_shift, withdraw_open_shift
from attendance.services.roster_copies import copy_weeks, preview_copy, undo_batch
from attendance.services.roster_edits import Edit, save_edits
from attendance.services.roster_policies import set_roster_policy
from attendance.services.roster_publications import mark_seen, publish_roster
from attendance.services.rosters import assign_shift, put_on_rotation
from attendance.services.rotation_plans import apply_rotation, preview_rotation
from attendance.services.shifts import save_shift
from attendance.services.work_protections import add_work_protection, end_work_protection
from hrsaas.access.actors import Actor
from hrsaas.audit.models import Entry
from hrsaas.errors import DomainError, NotAllowed, NotFound
from hrsaas.people.models import OrgUnit

MONDAY = date(2026, 4, 6)
MAY = date(2026, 5, 1)


@pytest.fixture
def shifts(hospital):
    return {shift.code: shift for shift in Shift.objects.all()}


@pytest.fixture
def week(people, shifts, actor, now):
    """E1 with a Monday on A, a Tuesday on N, a free Wednesday."""
    (one,) = people("E1")
    edits = [Edit(one.id, MONDAY, shifts["A"].id), Edit(one.id, MONDAY + timedelta(1), shifts["N"].id),
             Edit(one.id, MONDAY + timedelta(2), None)]  # fmt: skip
    save_edits(edits=edits, actor=actor, now=now)
    return one


def take_leave(person, leave_type, day, now):
    """A day of approved leave."""
    request = LeaveRequest.objects.create(
        employee=person, leave_type=leave_type, first_date=day, last_date=day, amount=100, state="approved",
        created_at=now, created_by="tester",
    )  # fmt: skip
    LeaveDay.objects.create(
        request=request, employee=person, date=day, start_minute=minute_of(day),
        end_minute=minute_of(day + timedelta(1)), amount=100, state="approved",
    )  # fmt: skip


def codes(person, first, days):
    rows = dict(RosterDay.objects.filter(employee=person).values_list("date", "shift__code"))
    return [rows.get(first + timedelta(at), "?") for at in range(days)]


def test_a_week_is_copied_and_taken_back(week, actor, now):
    seen = preview_copy(employee_ids=[week.id], source=MONDAY, weeks=2, actor=actor)
    assert len(seen.edits) == 6
    assert RosterDay.objects.count() == 3
    saved = copy_weeks(employee_ids=[week.id], source=MONDAY, weeks=2, actor=actor, now=now)
    assert (saved.days, saved.batch.kind) == (6, "copy")
    assert codes(week, MONDAY + timedelta(7), 8) == ["A", "N", None, "?", "?", "?", "?", "A"]
    undone = undo_batch(batch=saved.batch, actor=actor, now=now)
    assert undone.kind == "undo"
    assert codes(week, MONDAY, 10) == ["A", "N", None] + ["?"] * 7
    with pytest.raises(DomainError) as refused:
        undo_batch(batch=saved.batch, actor=actor, now=now)
    assert refused.value.code == "attendance.roster.undone"


def test_what_changed_since_is_not_taken_back(week, shifts, actor, now):
    saved = copy_weeks(employee_ids=[week.id], source=MONDAY, weeks=1, actor=actor, now=now)
    save_edits(edits=[Edit(week.id, MONDAY + timedelta(7), None)], actor=actor, now=now)
    with pytest.raises(DomainError) as refused:
        undo_batch(batch=saved.batch, actor=actor, now=now)
    assert refused.value.code == "attendance.roster.conflict"
    assert "2026-04-13" in refused.value.en


def test_a_rotation_is_looked_at_and_then_applied_and_days_by_hand_stay(people, shifts, actor, now):
    one, two = people("E1", "E2")
    rotation = next(row for row in Rotation.objects.order_by("code") if row.crews > 1)
    asked = {"employee_ids": [one.id, two.id], "rotation": rotation, "crew": None, "first": MAY,
             "end": MAY + timedelta(14)}  # fmt: skip
    lines = preview_rotation(**asked, actor=actor)
    assert [line.crew for line in lines] == [0, 1]
    assert not CrewMembership.objects.exists()
    save_edits(edits=[Edit(one.id, MAY, shifts["DUTY"].id)], actor=actor, now=now)
    assert apply_rotation(**asked, actor=actor, now=now) == 27
    assert [code or "" for code in codes(two, MAY, 14)] == list(lines[1].codes)
    assert codes(one, MAY, 1) == ["DUTY"]


def test_published_days_are_known_and_changes_of_them_are_told(people, shifts, actor, now, unit):
    one, two = people("E1", "E2")
    save_edits(edits=[Edit(one.id, MAY, shifts["A"].id)], actor=actor, now=now)
    published = publish_roster(unit=unit, first=MAY, end=MAY + timedelta(7), actor=actor, now=now)
    assert (published.people, published.notice_days, published.published_by) == (2, 30, "tester")
    assert RosterDay.objects.filter(published=True, employee=one, date=MAY).exists()
    assert not RosterChange.objects.filter(published=True).exists()
    save_edits(edits=[Edit(one.id, MAY, None), Edit(one.id, MAY + timedelta(40), None)], actor=actor, now=now)
    change = RosterChange.objects.get(published=True)
    assert (change.employee_id, change.old_shift.code, change.new_shift, change.seen_at) == (one.id, "A", None, None)
    assert RosterDay.objects.get(employee=one, date=MAY).published
    person = Actor(label="e", permissions=frozenset({"attendance.roster.view"}), employee_id=one.id)
    other = Actor(label="e", permissions=frozenset({"attendance.roster.view"}), employee_id=two.id)
    assert (mark_seen(actor=other, now=now), mark_seen(actor=person, now=now), mark_seen(actor=person, now=now)) == (
        0, 1, 0,
    )  # fmt: skip


def test_a_new_rotation_tells_who_has_a_published_roster(people, shifts, actor, now, unit):
    (one,) = people("E1")
    rotation = next(row for row in Rotation.objects.order_by("code") if not row.follows_calendar)
    asked = {"employee_ids": [one.id], "rotation": rotation, "first": MAY, "end": MAY + timedelta(7)}
    apply_rotation(**asked, crew=0, actor=actor, now=now)
    publish_roster(unit=unit, first=MAY, end=MAY + timedelta(7), actor=actor, now=now)
    before = codes(one, MAY, 7)
    put_on_rotation(employees=[one], rotation=rotation, crew=1, start_date=MAY, actor=actor, now=now)
    after = codes(one, MAY, 7)
    assert after != before
    assert RosterChange.objects.filter(published=True).count() == sum(a != b for a, b in zip(before, after))
    assert RosterDay.objects.filter(published=True).count() == 7


def test_too_little_notice_needs_a_reason(people, actor, now, unit):
    people("E1")
    RosterPolicy.objects.create(notice_days=10)
    week = {"unit": unit, "first": MONDAY, "end": MONDAY + timedelta(7)}
    with pytest.raises(DomainError) as refused:
        publish_roster(**week, actor=actor, now=now)
    assert (refused.value.code, refused.value.field) == ("attendance.publication.notice", "reason")
    assert publish_roster(**week, reason="客流突增", actor=actor, now=now).reason == "客流突增"


def test_a_roster_that_breaks_a_blocking_rule_is_not_published(people, shifts, actor, now, unit):
    (one,) = people("E1")
    save_edits(edits=[Edit(one.id, MAY, shifts["N"].id)], actor=actor, now=now)
    WorkProtection.objects.create(employee=one, kind="nursing", start_date=MAY)
    with pytest.raises(DomainError) as refused:
        publish_roster(unit=unit, first=MAY, end=MAY + timedelta(7), actor=actor, now=now)
    assert refused.value.code == "attendance.roster.rules"
    assert not RosterDay.objects.filter(published=True).exists()


def test_an_open_shift_goes_to_whoever_is_free_and_of_the_unit(team, shifts, actor, now, unit):
    one, two = open_shifts(unit=unit, day=MONDAY, shift=shifts["A"], places=2, actor=actor, now=now)
    take_open_shift(open_shift=one, employee=team.nurse, actor=team["nurse"], now=now)
    assert codes(team.nurse, MONDAY, 1) == ["A"]
    assert RosterBatch.objects.get().kind == "claim"
    for employee, asker, code in ((team.mate, "mate", "gone"), (team.nurse, "nurse", "busy")):
        with pytest.raises(DomainError) as refused:
            shift = one if code == "gone" else two
            take_open_shift(open_shift=shift, employee=employee, actor=team[asker], now=now)
        assert refused.value.code == f"attendance.open_shift.{code}"
    with pytest.raises(NotFound):
        take_open_shift(open_shift=two, employee=team.mate, actor=team["nurse"], now=now)
    withdraw_open_shift(open_shift=two, actor=actor, now=now)
    assert OpenShift.objects.get(id=two.id).state == "withdrawn"


def test_an_open_shift_goes_over_to_the_new_version_of_its_shift(team, shifts, actor, now, unit):
    (row,) = open_shifts(unit=unit, day=MONDAY, shift=shifts["A"], actor=actor, now=now)
    assign_shift(employee=team.mate, day=MONDAY - timedelta(3), shift=shifts["A"], actor=actor, now=now)
    new = save_shift(code="A", values={"late_grace_minutes": 7}, start_date=MONDAY, actor=actor, now=now)
    row.refresh_from_db()
    assert (row.shift, new.pk == shifts["A"].pk) == (new, False)
    with pytest.raises(DomainError) as refused:
        open_shifts(unit=unit, day=MONDAY, shift=shifts["A"], actor=actor, now=now)
    assert (refused.value.code, refused.value.field) == ("attendance.roster.shift", "shift")
    OpenShift.objects.update(shift=shifts["A"])  # one of before there were versions
    take_open_shift(open_shift=row, employee=team.nurse, actor=team["nurse"], now=now)
    assert RosterDay.objects.get(employee=team.nurse, date=MONDAY).shift == new


def test_copying_and_taking_back_use_the_version_of_the_day(week, shifts, actor, now):
    freed = save_edits(edits=[Edit(week.id, MONDAY + timedelta(8), shifts["A"].id)], actor=actor, now=now)
    freed = save_edits(edits=[Edit(week.id, MONDAY + timedelta(8), None)], actor=actor, now=now)
    start = MONDAY + timedelta(7)
    new = save_shift(code="A", values={"late_grace_minutes": 7}, start_date=start, actor=actor, now=now)
    undo_batch(batch=freed.batch, actor=actor, now=now)
    assert RosterDay.objects.get(date=MONDAY + timedelta(8)).shift == new
    copy_weeks(employee_ids=[week.id], source=MONDAY, weeks=1, actor=actor, now=now)
    assert RosterDay.objects.get(date=start).shift == new
    assert RosterDay.objects.get(date=MONDAY).shift_id == shifts["A"].pk


def test_rules_that_block_hold_for_open_shifts_too(team, shifts, actor, now, unit):
    (row,) = open_shifts(unit=unit, day=MONDAY, shift=shifts["N"], actor=actor, now=now)
    WorkProtection.objects.create(employee=team.nurse, kind="pregnant", start_date=MONDAY)
    with pytest.raises(DomainError) as refused:
        take_open_shift(open_shift=row, employee=team.nurse, actor=team["nurse"], now=now)
    assert refused.value.code == "attendance.roster.rules"
    assert OpenShift.objects.get(id=row.id).state == "open"


def test_people_of_another_unit_do_not_get_it(team, shifts, actor, now):
    elsewhere = OrgUnit.objects.create(code="X", name="别处")
    (row,) = open_shifts(unit=elsewhere, day=MONDAY, shift=shifts["A"], actor=actor, now=now)
    with pytest.raises(DomainError) as refused:
        take_open_shift(open_shift=row, employee=team.nurse, actor=team["nurse"], now=now)
    assert refused.value.code == "attendance.open_shift.unit"


def test_a_protection_is_kept_without_its_kind_in_the_trail(people, team, actor, now):
    row = add_work_protection(employee=team.nurse, kind="pregnant", start_date=MAY, actor=actor, now=now)
    end_work_protection(protection=row, end_date=date(2026, 9, 1), actor=actor, now=now)
    with pytest.raises(DomainError) as refused:
        end_work_protection(protection=row, end_date=MAY, actor=actor, now=now)
    assert refused.value.code == "attendance.protection.period"
    with pytest.raises(NotAllowed):
        add_work_protection(employee=team.nurse, kind="minor", start_date=MAY, actor=team["boss"], now=now)
    assert "pregnant" not in str(list(Entry.objects.filter(action__contains="protection").values_list("new", "old")))


def test_the_template_says_under_which_regime_people_work_unless_the_tenant_does(hospital, actor, now):
    rotation = Rotation.objects.order_by("code").first()
    given = {"notice_days": 3, "drafts_hidden": True, "severities": {Rule.REST: Severity.BLOCK}}
    set_roster_policy(
        **given, limits={"rest_between_shifts_minutes": 600},
        regimes={rotation.code: Regime("comprehensive", "quarter")}, actor=actor, now=now,
    )  # fmt: skip
    policy = load_policy(current_settings())
    assert policy.regime_of(rotation.code) == Regime("comprehensive", "quarter")
    assert policy.limits["rest_between_shifts_minutes"] == 600
    assert policy.reference("rest_between_shifts_minutes") is None
    assert policy.reference("standard_week_minutes") is not None
    with pytest.raises(DomainError) as refused:
        set_roster_policy(**given, limits={"standard_week_minutes": 3000}, regimes={}, actor=actor, now=now)
    assert refused.value.code == "attendance.roster.policy"


def test_leave_is_left_out_of_copies_and_named_where_somebody_works(week, leave_types, shifts, actor, now):
    away = MONDAY + timedelta(7)
    take_leave(week, leave_types["personal"], away, now)
    seen = preview_copy(employee_ids=[week.id], source=MONDAY, weeks=1, actor=actor)
    assert seen.away == ((week.id, away),)
    assert [edit.date for edit in seen.edits] == [away + timedelta(1), away + timedelta(2)]
    saved = save_edits(edits=[Edit(week.id, away, shifts["A"].id)], actor=actor, now=now)
    assert [(one.rule, one.dates) for one in saved.findings if one.rule is Rule.AWAY] == [(Rule.AWAY, (away,))]
