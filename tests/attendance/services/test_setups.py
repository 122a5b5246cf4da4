"""Installing templates, and what the database then holds."""

from __future__ import annotations

from datetime import date

import pytest

from attendance.models import AttendanceSettings, LeaveType, RosterDay, Rotation, Shift
from attendance.packs.loader import list_packs, load_pack
from attendance.queries.setups import load_setup
from attendance.rules.calendars import DayKind
from attendance.services.rosters import plan_roster
from attendance.services.setups import OwnDay, install_pack, remove_calendar_day, set_calendar_days
from hrsaas.errors import DomainError
from tests.attendance.conftest import MARCH


@pytest.mark.parametrize("code", list_packs())
def test_a_template_comes_back_from_the_database_as_it_was_written(code, db, in_alpha, actor, now):
    install_pack(code=code, actor=actor, now=now)
    pack = load_pack(code)
    assert {row.code: row.build() for row in Shift.objects.all()} == {
        shift.code: shift for shift in pack.build_shifts()
    }
    rotations = {row.code: row.build() for row in Rotation.objects.filter(follows_calendar=False)}
    assert rotations == {rotation.code: rotation for rotation in pack.build_rotations()}
    settings = AttendanceSettings.objects.get()
    assert settings.off_roster == pack.off_roster_policy
    assert settings.default_rotation.code == pack.default_roster


def test_a_preview_writes_nothing_and_installing_twice_changes_nothing(db, in_alpha, actor, now):
    preview = install_pack(code="healthcare", actor=actor, now=now, preview=True)
    assert not Shift.objects.exists()
    assert install_pack(code="healthcare", actor=actor, now=now) == preview
    assert {"A", "APN", "OUTPATIENT"} <= set(preview.added)
    again = install_pack(code="healthcare", actor=actor, now=now)
    assert (again.added, again.changed) == ((), ())


def test_what_was_changed_is_set_to_the_template(db, in_alpha, actor, now):
    install_pack(code="retail", actor=actor, now=now)
    Shift.objects.filter(code="M").update(late_grace_minutes=59)
    assert install_pack(code="retail", actor=actor, now=now).changed == ("M",)
    assert Shift.objects.get(code="M").late_grace_minutes == 5


def test_a_shift_of_a_locked_month_stays_as_it_was(people, close, actor, now):
    people(*(f"E{number}" for number in range(8)))
    close()
    Shift.objects.filter(code="A").update(late_grace_minutes=59)
    with pytest.raises(DomainError) as refused:
        install_pack(code="healthcare", actor=actor, now=now)
    assert refused.value.code == "attendance.shift.in_locked_month"


def test_an_unknown_template_is_named(db, in_alpha, actor, now):
    with pytest.raises(DomainError) as refused:
        install_pack(code="mars", actor=actor, now=now)
    assert (refused.value.code, refused.value.status) == ("attendance.pack.unknown", 404)


def test_without_a_template_planning_says_what_to_do(db, in_alpha, actor, now):
    with pytest.raises(DomainError) as refused:
        plan_roster(first=MARCH, end=date(2026, 4, 1), actor=actor, now=now)
    assert refused.value.code == "attendance.settings.missing"


def test_weekdays_means_monday_to_friday_and_no_national_holidays(db, in_alpha, actor, now):
    install_pack(code="office_flex", calendar="weekdays", actor=actor, now=now)
    new_year_2026 = load_setup().calendar(date(2026, 1, 1), 4).tolist()
    assert new_year_2026 == [DayKind.WORKDAY, DayKind.WORKDAY, DayKind.REST_DAY, DayKind.REST_DAY]


def test_with_national_holidays_new_year_is_paid_at_300_percent(db, in_alpha, actor, now):
    install_pack(code="office_flex", actor=actor, now=now)
    assert load_setup().calendar(date(2026, 1, 1), 1).tolist() == [DayKind.STATUTORY_HOLIDAY]


def test_a_day_of_ones_own_can_be_taken_back(hospital, actor, now):
    from attendance.models import CalendarDay

    set_calendar_days(days=[OwnDay(date(2026, 3, 5), "司庆")], actor=actor, now=now)
    assert load_setup().calendar(date(2026, 3, 5), 1).tolist() == [DayKind.HOLIDAY]
    remove_calendar_day(day=CalendarDay.objects.get(), actor=actor, now=now)
    assert load_setup().calendar(date(2026, 3, 5), 1).tolist() == [DayKind.WORKDAY]


def test_the_same_date_twice_is_refused_with_its_position(hospital, actor, now):
    day = OwnDay(date(2026, 3, 5))
    with pytest.raises(DomainError) as refused:
        set_calendar_days(days=[day, day], actor=actor, now=now)
    assert (refused.value.code, refused.value.position) == ("attendance.calendar.repeated", 1)


def test_planning_needs_the_right_to_do_it(hospital, actor, now):
    from dataclasses import replace

    nobody = replace(actor, permissions=frozenset())
    with pytest.raises(DomainError) as refused:
        plan_roster(first=MARCH, end=date(2026, 4, 1), actor=nobody, now=now)
    assert refused.value.status == 403
    assert not RosterDay.objects.exists()


def test_a_template_brings_its_kinds_of_leave_and_how_long_time_off_holds(db, in_alpha, actor, now):
    install_pack(code="government", actor=actor, now=now)
    assert set(LeaveType.objects.values_list("code", flat=True)) == set(load_pack("government").leave_types)
    assert LeaveType.objects.get(code="comp").overtime_months == 12


def test_kinds_of_leave_that_are_there_stay_as_they_are(db, in_alpha, actor, now):
    install_pack(code="government", actor=actor, now=now)
    LeaveType.objects.filter(code="comp").update(overtime_months=1)
    install_pack(code="retail", actor=actor, now=now)
    assert LeaveType.objects.get(code="comp").overtime_months == 1
    assert LeaveType.objects.filter(code="home_visit").exists()
