"""Making and changing shifts: what holds from which day, and what days that are closed keep."""

from __future__ import annotations

import ast
from datetime import date, timedelta
from pathlib import Path

import pytest

from attendance.models import (
    AttendanceSettings,
    DayResult,
    RosterDay,
    Rotation,
    Shift,
    Timesheet,
)
from attendance.queries.day_explanations import explain_result
from attendance.services.day_results import compute_month
from attendance.services.months import lock_month
from attendance.services.rosters import assign_shift, plan_roster, put_on_rotation
from attendance.services.shift_faults import FAULTS
from attendance.services.shifts import check_shift, save_rotation, save_settings, save_shift
from hrsaas.access.actors import Origin
from hrsaas.access.queries.actors import actor_for_user
from hrsaas.access.rules.permissions import Role
from hrsaas.audit.models import Entry
from hrsaas.errors import DomainError, NotAllowed
from hrsaas.tenancy.context import tenant_context
from tests.attendance.conftest import MARCH
from tests.factories import make_user

D = date(2026, 3, 16)
DAY = {"name": "白班", "start_minute": 480, "end_minute": 1020}


@pytest.fixture
def save(hospital, actor, now):
    return lambda code="DAY", start_date=None, **values: save_shift(
        code=code, values={**({} if Shift.objects.filter(code=code).exists() else DAY), **values},
        start_date=start_date, actor=actor, now=now,
    )  # fmt: skip


@pytest.fixture
def worker(people, save, actor, now):
    """On the day shift every day of March, planned and computed."""
    save()
    AttendanceSettings.objects.update(default_rotation=None)
    every = Rotation.objects.create(code="ALL", name="每天", cycle=["DAY"], crews=1, anchor_date=MARCH)
    (person,) = people("W1")
    put_on_rotation(employees=[person], rotation=every, start_date=MARCH, actor=actor, now=now)
    compute_month(month=MARCH, actor=actor, now=now)
    return person


def refused(make, **given):
    with pytest.raises(DomainError) as error:
        make(**given)
    return error.value


def test_a_shift_is_made_and_changed_and_the_trail_tells(save, now):
    save(late_grace_minutes=5)
    save(late_grace_minutes=10, breaks=[{"start_minute": 720, "end_minute": 780, "paid": False}])
    shift = Shift.objects.get(code="DAY")
    assert (shift.late_grace_minutes, shift.build().due_minutes) == (10, 480)
    entry = Entry.objects.filter(action="attendance.shift.save").latest("id")
    assert (entry.old["late_grace_minutes"], entry.new["late_grace_minutes"]) == (5, 10)
    with tenant_context(2):
        assert not Shift.objects.filter(code="DAY", name="白班").exists()


def test_only_who_may_set_up_attendance_changes_shifts(hospital, now):
    manager = actor_for_user(make_user(Role.PAYROLL_OFFICER, now=now), Origin())
    with pytest.raises(NotAllowed):
        save_shift(code="DAY", values=DAY, actor=manager, now=now)


def test_a_change_from_a_day_on_leaves_the_days_before_as_they_were(worker, save, actor, now):
    new = save(start_date=D, end_minute=960)
    old = Shift.objects.get(code=f"DAY@{D}")
    assert (old.end_minute, new.end_minute, old.ended_date, new.code) == (1020, 960, D, "DAY")
    days = dict(RosterDay.objects.filter(employee=worker).values_list("date", "shift_id"))
    assert {days[D - timedelta(days=1)], days[D]} == {old.pk, new.pk}
    compute_month(month=MARCH, actor=actor, now=now)
    results = DayResult.objects.filter(employee=worker).order_by("date")
    assert [row.due_minutes for row in results] == [540] * 15 + [480] * 16
    assert all(explain_result(row).because[0].key == "day_kind" for row in results)


def test_versions_are_one_shift_in_the_timesheet(worker, save, stamp, actor, now):
    for day in (D - timedelta(days=1), D):
        stamp("W1", f"{day}T08:00", f"{day}T17:00")
    save(start_date=D, late_grace_minutes=5)
    compute_month(month=MARCH, actor=actor, now=now)
    assert Timesheet.objects.get(employee=worker).shift_days == {"DAY": 2}


def test_days_of_a_locked_month_keep_their_shift_and_their_digest(worker, save, unlock, actor, now):
    locked = lock_month(month=MARCH, actor=actor, now=now)
    assert refused(save, late_grace_minutes=5).code == "attendance.shift.in_locked_month"
    assert refused(save, late_grace_minutes=5, start_date=D).code == "attendance.month.locked"
    april = date(2026, 4, 1)
    save(late_grace_minutes=5, start_date=april)
    row = DayResult.objects.filter(employee=worker).first()
    assert (row.shift.known_code, row.shift.late_grace_minutes) == ("DAY", 0)
    unlock()
    assert lock_month(month=MARCH, actor=actor, now=now).digest == locked.digest


def test_a_shift_that_nobody_had_before_the_day_needs_no_version(save):
    save()
    save(start_date=D, end_minute=960)
    assert list(Shift.objects.filter(code__startswith="DAY").values_list("code", "end_minute")) == [("DAY", 960)]


def test_days_by_hand_follow_the_new_version_too(worker, save, actor, now):
    assign_shift(employee=worker, day=D, shift=Shift.objects.get(code="DAY"), actor=actor, now=now)
    new = save(start_date=D, end_minute=960)
    assert RosterDay.objects.get(employee=worker, date=D).shift == new


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"end_minute": 400}, "end_minute"),
        ({"breaks": [{"start_minute": 400, "end_minute": 500, "paid": False}]}, "breaks"),
        ({"flex_earliest_minute": 300, "flex_latest_minute": 540}, "flex_earliest_minute"),
        ({"segments": [{"start_minute": 480, "end_minute": 600}]}, "segments"),
        ({"alternatives": ["NOBODY"]}, "alternatives"),
        ({"round_in_minutes": 90}, "round_in_minutes"),
    ],
)
def test_what_contradicts_itself_is_refused_with_its_field_in_both_languages(save, values, field):
    fault = refused(save, **values)
    assert (fault.code, fault.field) == ("attendance.shift.contradiction", field)
    assert fault.zh != fault.en
    assert not Shift.objects.filter(code="DAY", name="白班").exists()


def test_a_code_has_no_at_and_is_short(hospital):
    for code in ("", "A@2026-01-01", "X" * 21):
        assert refused(check_shift, code=code, values=DAY).code == "attendance.shift.code"


def test_every_refusal_of_the_rules_is_known_in_chinese():
    root = Path(__file__).resolve().parents[3] / "attendance" / "rules"
    said = {text for name in ("shifts.py", "shift_parts.py") for text in _refusals(root / name)}
    assert {text for text in said if not any(text.endswith(known) for known in FAULTS)} == set()


def _refusals(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and getattr(node.func, "attr", getattr(node.func, "id", "")) in (
            "require",
            "_require",
        ):
            text = node.args[-1]
            if isinstance(text, ast.Constant):
                yield text.value


def test_a_rotation_changes_from_a_day_on(worker, save, actor, now):
    save(code="NIGHT", start_minute=1200, end_minute=1740)
    save_rotation(code="ALL", values={"cycle": ["NIGHT", ""]}, start_date=D, actor=actor, now=now)
    plan_roster(first=MARCH, end=date(2026, 4, 1), actor=actor, now=now)
    codes = [row.shift.code if row.shift else "" for row in RosterDay.objects.filter(employee=worker).order_by("date")]
    assert codes[:15] == ["DAY"] * 15
    assert set(codes[15:]) == {"NIGHT", ""}


def test_a_rotation_needs_known_shifts_even_crews_and_room_for_its_people(worker, save, actor, now):
    def change(**values):
        return save_rotation(code="ALL", values=values, actor=actor, now=now)

    assert refused(change, cycle=["NOBODY"]).code == "attendance.rotation.unknown_shift"
    assert refused(change, cycle=["DAY", "", "DAY"], crews=2).code == "attendance.rotation.cycle"
    assert refused(change, cycle=["DAY", ""], follows_calendar=True).code == "attendance.rotation.cycle"
    change(cycle=["DAY", ""], crews=2)
    put_on_rotation(
        employees=[worker], rotation=Rotation.objects.get(code="ALL"), crew=1, start_date=D, actor=actor, now=now
    )
    assert refused(change, cycle=["DAY"], crews=1).code == "attendance.rotation.too_few_crews"


def test_settings_change_and_refuse_what_contradicts_itself(hospital, actor, now):
    tiers = [{"from_minutes": 31, "absent_half_days": 1, "name": "较长", "name_en": "long"}]
    row = save_settings(values={"late_tiers": tiers, "working_weekdays": [0, 1, 2, 3, 4, 5]}, actor=actor, now=now)
    assert row.lateness.bounds == [31]
    for values, code in (
        ({"working_weekdays": []}, "attendance.settings.weekdays"),
        ({"late_tiers": [{**tiers[0], "absent_half_days": 3}]}, "attendance.settings.tiers"),
        ({"off_roster_step_minutes": 0}, "attendance.settings.tiers"),
    ):
        assert refused(save_settings, values=values, actor=actor, now=now).code == code
    assert AttendanceSettings.objects.get().late_tiers == tiers
