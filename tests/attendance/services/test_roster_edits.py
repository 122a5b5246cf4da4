"""Edits of the roster in one step: nothing over somebody else's change, rules held, every cell recorded."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from attendance.models import (
    EmployeeSkill,
    RosterBatch,
    RosterChange,
    RosterDay,
    RosterPolicy,
    Rotation,
    Shift,
    ShiftSkill,
    Skill,
    WorkProtection,
)
from attendance.queries.roster_checks import BY_ROTATION, check_changes
from attendance.services.roster_edits import Edit, Seen, save_edits
from attendance.services.rosters import assign_shift, put_on_rotation
from hrsaas.access.actors import Actor
from hrsaas.access.rules.permissions import ALL
from hrsaas.errors import DomainError, NotAllowed, NotFound
from hrsaas.tenancy.context import tenant_context

MONDAY = date(2026, 3, 2)


@pytest.fixture
def shifts(hospital):
    return {shift.code: shift.id for shift in Shift.objects.all()}


@pytest.fixture
def save(actor, now):
    def run(*edits, actor=actor):
        return save_edits(edits=[Edit(*one) if isinstance(one, tuple) else one for one in edits], actor=actor, now=now)

    return run


def test_days_are_saved_together_and_recorded_one_by_one(people, shifts, save):
    one, two = people("E1", "E2")
    saved = save((one.id, MONDAY, shifts["A"]), (two.id, MONDAY, shifts["N"]), (two.id, MONDAY + timedelta(1), None))
    assert saved.days == 3
    assert set(RosterDay.objects.values_list("employee__code", "date", "shift__code", "by_hand")) == {
        ("E1", MONDAY, "A", True), ("E2", MONDAY, "N", True), ("E2", MONDAY + timedelta(1), None, True),
    }  # fmt: skip
    assert RosterChange.objects.filter(batch=saved.batch, old_planned=False).count() == 3
    assert save((one.id, MONDAY, shifts["A"])).batch is None


def test_somebody_elses_edit_is_named_and_not_overwritten(people, shifts, save, actor, now):
    (one,) = people("E1")
    other = Actor(label="other@alpha.example", permissions=ALL, kind="system")
    save((one.id, MONDAY, shifts["A"]))
    save((one.id, MONDAY, shifts["N"]), actor=other)
    with pytest.raises(DomainError) as refused:
        save(
            Edit(one.id, MONDAY + timedelta(3), shifts["A"], Seen(False)),
            Edit(one.id, MONDAY, None, Seen(True, shifts["A"])),
        )
    assert refused.value.code == "attendance.roster.conflict"
    assert refused.value.status == 409
    (conflict,) = refused.value.extra["conflicts"]
    assert (conflict["name"], conflict["date"], conflict["shift"]) == ("员工E1", "2026-03-02", "N")
    assert conflict["changed_by"] == "other@alpha.example"
    assert list(RosterDay.objects.values_list("shift__code", flat=True)) == ["N"]
    save(Edit(one.id, MONDAY, None, Seen(True, shifts["N"])))


def test_a_rule_that_blocks_refuses_all_and_names_person_day_figure_limit(people, shifts, save, actor):
    one, two = people("E1", "E2")
    WorkProtection.objects.create(employee=one, kind="nursing", start_date=date(2026, 1, 1), end_date=date(2026, 6, 1))
    with pytest.raises(DomainError) as refused:
        save((one.id, MONDAY, shifts["N"]), (two.id, MONDAY, shifts["N"]))
    assert refused.value.code == "attendance.roster.rules"
    first = refused.value.extra["findings"][0]
    assert (first["rule"], first["severity"], first["dates"]) == ("protected_night", "block", ["2026-03-02"])
    assert "员工E1，2026-03-02：不得安排夜班" in first["zh"] and "619" in first["zh"]
    assert "may not work at night" in first["en"]
    assert not RosterDay.objects.exists()
    save((one.id, date(2026, 6, 1), shifts["N"]))


def test_a_shift_that_asks_for_a_licence_is_for_those_whose_licence_is_valid(people, shifts, save):
    one, two = people("E1", "E2")
    licence = Skill.objects.create(code="icu", name="重症资质")
    ShiftSkill.objects.create(shift_id=shifts["A"], skill=licence)
    EmployeeSkill.objects.create(employee=one, skill=licence, start_date=date(2026, 1, 1), end_date=date(2026, 3, 3))
    save((one.id, MONDAY, shifts["A"]), (two.id, MONDAY, shifts["N"]))
    for person, day in ((two, MONDAY), (one, MONDAY + timedelta(1))):
        with pytest.raises(DomainError) as refused:
            save((person.id, day, shifts["A"]))
        assert [one["rule"] for one in refused.value.extra["findings"] if one["severity"] == "block"] == ["skills"]


def test_why_somebody_is_protected_is_for_those_who_may_know(people, shifts):
    (one,) = people("E1")
    WorkProtection.objects.create(employee=one, kind="pregnant", start_date=date(2026, 1, 1))
    manager = Actor(label="m", permissions=frozenset({"attendance.roster.change"}))
    found = check_changes({(one.id, MONDAY): shifts["N"]}, actor=manager)
    assert found and all("619" not in one.zh and "pregnan" not in one.en for one in found)


def test_what_a_rule_is_worth_is_the_tenants_choice(people, shifts, save):
    (one,) = people("E1")
    days = [(one.id, MONDAY + timedelta(at), shifts["A"]) for at in range(7)]
    saved = save(*days)
    assert {finding.rule for finding in saved.findings} >= {"days_in_row"}
    RosterPolicy.objects.create(severities={"days_in_row": "block"}, limits={"consecutive_work_days": 7})
    save((one.id, MONDAY + timedelta(7), None))
    with pytest.raises(DomainError) as refused:
        save((one.id, MONDAY + timedelta(7), shifts["A"]))
    assert "连续工作 8 天，上限 7 天" in refused.value.zh
    RosterPolicy.objects.update(severities={"days_in_row": "off"})
    save((one.id, MONDAY + timedelta(7), shifts["A"]))


def test_an_old_violation_does_not_stand_in_the_way_of_another_change(people, shifts, save):
    one, two = people("E1", "E2")
    save(*[(one.id, MONDAY + timedelta(at), shifts["A"]) for at in range(9)])
    RosterPolicy.objects.create(severities={"days_in_row": "block", "week_hours": "block"})
    save((one.id, MONDAY + timedelta(8), None))
    save((two.id, MONDAY, shifts["A"]))


def test_back_to_the_rotation_is_what_the_rotation_says(people, shifts, save, actor, now):
    (one,) = people("E1")
    rotation = Rotation.objects.filter(follows_calendar=False).first()
    put_on_rotation(employees=[one], rotation=rotation, start_date=MONDAY, crew=0, actor=actor, now=now)
    save((one.id, MONDAY, None))
    save((one.id, MONDAY, BY_ROTATION))
    row = RosterDay.objects.get()
    expected = rotation.cycle[(MONDAY - rotation.anchor_date).days % len(rotation.cycle)]
    assert ((row.shift.code if row.shift else ""), row.by_hand, row.own_week) == (expected, False, True)


def test_who_may_not_and_whom_one_does_not_see(people, shifts, save, tenant_b):
    (one,) = people("E1")
    with pytest.raises(NotAllowed):
        save((one.id, MONDAY, None), actor=Actor(label="x", permissions=frozenset()))
    nobody = Actor(label="x", permissions=frozenset({"attendance.roster.change"}), unit_ids=frozenset())
    with pytest.raises(NotFound):
        save((one.id, MONDAY, None), actor=nobody)
    with tenant_context(tenant_b.id), pytest.raises(NotFound):
        save((one.id, MONDAY, None))
    assert not RosterBatch.objects.exists()


@pytest.mark.parametrize("wrong", ["twice", "shift", "not_employed"])
def test_what_cannot_be_is_refused(people, shifts, save, wrong):
    (one,) = people("E1", hire_date=date(2026, 3, 1))
    edits = {
        "twice": [(one.id, MONDAY, None), (one.id, MONDAY, shifts["A"])], "shift": [(one.id, MONDAY, 12345)],
        "not_employed": [(one.id, date(2026, 2, 27), shifts["A"])],
    }  # fmt: skip
    with pytest.raises(DomainError) as refused:
        save(*edits[wrong])
    assert refused.value.code == f"attendance.roster.{wrong}"


def test_the_statements_do_not_grow_with_people(people, shifts, save):
    def count(codes):
        someone = people(*codes)
        with CaptureQueriesContext(connection) as queries:
            save(*[(one.id, MONDAY + timedelta(at), shifts["A"]) for one in someone for at in range(5)])
        return len(queries)

    assert count(["E1"]) == count([f"F{at}" for at in range(12)])


def test_one_day_by_hand_is_an_edit_like_any_other(people, shifts, actor, now):
    (one,) = people("E1")
    assign_shift(employee=one, day=MONDAY, shift=Shift.objects.get(code="A"), actor=actor, now=now)
    change = RosterChange.objects.get()
    assert (change.new_shift.code, change.batch.made_by) == ("A", "tester")


def test_a_shift_that_a_newer_version_replaced_is_planned_for_earlier_days_only(people, shifts, save):
    (one,) = people("E1")
    Shift.objects.filter(id=shifts["A"]).update(code=f"A@{MONDAY}", ended_date=MONDAY)
    save((one.id, MONDAY - timedelta(1), shifts["A"]))
    with pytest.raises(DomainError) as refused:
        save((one.id, MONDAY, shifts["A"]))
    assert refused.value.code == "attendance.roster.shift" and "newer version" in refused.value.en
