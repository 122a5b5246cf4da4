"""Attendance scenarios of another product that need roster, punches and months in the database, by id.

D is Wednesday 2026-03-11; nobody has a shift but those whom a test gives one.
"""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from attendance.models import AttendanceSettings, DayResult, MonthResult, Punch, RosterDay, Rotation, Shift, Status
from attendance.queries import day_explanations
from attendance.services.day_results import compute_month
from attendance.services.leave_effects import Asked
from attendance.services.leave_requests import request_leave
from attendance.services.months import lock_month
from attendance.services.recomputations import recompute_stored
from attendance.services.rosters import assign_shift, plan_roster, put_on_rotation
from attendance.services.setups import OwnDay, set_calendar_days
from hrsaas.access.actors import Origin
from hrsaas.access.queries.actors import actor_for_user
from hrsaas.access.rules.permissions import Role
from hrsaas.errors import DomainError
from hrsaas.people.services.assignments import leave
from tests.attendance.conftest import MARCH, at
from tests.attendance.requests_team import settle
from tests.factories import make_user

D = date(2026, 3, 11)


def day(offset: int) -> date:
    return D + timedelta(days=offset)


def clock(offset: int, time: str) -> str:
    return f"{day(offset)}T{time}"


@pytest.fixture
def shift_of(hospital):
    def make(code, start, end, **more):
        windows = {"window_before_minutes": 60, "window_after_minutes": 60}
        return Shift.objects.create(code=code, name=code, start_minute=start, end_minute=end, **{**windows, **more})

    return make


@pytest.fixture
def one(people):
    """Has only the shifts that a test assigns."""
    AttendanceSettings.objects.update(default_rotation=None)
    (person,) = people("P1")
    return person


@pytest.fixture
def assign(actor, now):
    def make(person, shift, *offsets):
        for offset in offsets:
            assign_shift(employee=person, day=day(offset), shift=shift, actor=actor, now=now)

    return make


@pytest.fixture
def compute(actor, now):
    return lambda now=now: compute_month(month=MARCH, actor=actor, now=now)


def absent_days(person) -> list[int]:
    rows = DayResult.objects.filter(employee=person, status=Status.ABSENT).order_by("date")
    return [(row.date - D).days for row in rows]


@pytest.mark.parametrize("_id", [pytest.param(0, id="FH-002")])
def test_a_wider_window_between_two_punches_still_gives_one_day(one, shift_of, assign, stamp, compute, _id):
    shift = shift_of("S", 480, 720)
    assign(one, shift, 0)
    stamp("P1", clock(0, "08:00"))
    compute()
    assert DayResult.objects.get(employee=one, date=D).status == Status.MISSING_PUNCH
    Shift.objects.filter(pk=shift.pk).update(window_before_minutes=120)
    stamp("P1", clock(0, "12:00"))
    row = DayResult.objects.get(employee=one, date=D)  # the one there is
    assert (row.status, row.worked_minutes) == (Status.PRESENT, 240)


@pytest.mark.parametrize("_id", [pytest.param(0, id="FH-012")])
def test_days_before_today_without_a_punch_are_absent_and_today_is_not_judged(one, shift_of, assign, compute, _id):
    assign(one, shift_of("S", 480, 720), *range(-5, 8))
    compute(at(clock(0, "15:00")))
    assert absent_days(one) == [-5, -4, -3, -2, -1]
    assert not DayResult.objects.filter(employee=one, date__gte=D).exists()


@pytest.mark.parametrize("_id", [pytest.param(0, id="FH-014")])
def test_nobody_is_absent_before_the_shift_is_over(one, shift_of, assign, compute, _id):
    assign(one, shift_of("EARLY", 420, 750), -2, -1)
    assign(one, shift_of("LATER", 570, 1080), 0, 1)
    compute(at(clock(0, "09:01")))
    assert absent_days(one) == [-2, -1]
    assert not DayResult.objects.filter(employee=one, date=D).exists()


@pytest.mark.parametrize("_id", [pytest.param(0, id="FH-016")])
def test_a_weekly_day_off_and_people_without_a_roster_are_never_absent(people, shift_of, compute, actor, now, _id):
    (worker, stranger) = people("W1", "W2")
    shift_of("S", 480, 720)
    week = Rotation.objects.create(
        code="WEEK", name="周", cycle=["S"], crews=1, anchor_date=date(2024, 1, 1), follows_calendar=True
    )
    AttendanceSettings.objects.update(default_rotation=None)
    put_on_rotation(employees=[worker], rotation=week, start_date=MARCH, actor=actor, now=now)
    compute()
    sunday = DayResult.objects.get(employee=worker, date=date(2026, 3, 15))
    assert (sunday.status, sunday.shift, sunday.absent_half_days) == (Status.REST, None, 0)
    assert not DayResult.objects.filter(employee=stranger).exists()


@pytest.mark.parametrize("_id", [pytest.param(0, id="FH-018")])
def test_who_has_left_has_no_days(one, shift_of, assign, compute, actor, now, _id):
    assign(one, shift_of("S", 480, 720), 0, 1)
    leave(employee=one, leave_date=D, actor=actor, now=now)
    compute()
    assert not DayResult.objects.filter(employee=one, date__gte=D).exists()


@pytest.mark.parametrize("_id", [pytest.param(0, id="FH-031")])
def test_without_an_assignment_the_default_roster_says_the_shift(people, shift_of, stamp, compute, _id):
    shift_of("S", 840, 960)
    default = Rotation.objects.create(code="DEF", name="默认", cycle=["S"], crews=1, anchor_date=date(2024, 1, 1))
    AttendanceSettings.objects.update(default_rotation=default)
    (person,) = people("P1")
    stamp("P1", clock(0, "14:45"))
    compute()
    row = DayResult.objects.get(employee=person, date=D)
    assert (row.shift.code, row.first_in) == ("S", 14 * 60 + 45)


@pytest.mark.parametrize("_id", [pytest.param(0, id="FH-042")])
def test_a_new_assignment_decides_until_the_month_is_locked(one, shift_of, assign, stamp, compute, actor, now, _id):
    first, second = shift_of("S1", 480, 720), shift_of("S2", 750, 990)
    assign(one, first, 0)
    stamp("P1", clock(0, "12:30"))
    compute()
    assert DayResult.objects.get(employee=one, date=D).shift == first
    assign(one, second, 0)
    recompute_stored(employee_id=one.pk, first=D, last=D, now=now)
    assert DayResult.objects.get(employee=one, date=D).shift == second
    lock_month(month=MARCH, actor=actor, now=now)
    with pytest.raises(DomainError) as refused:
        assign(one, first, 0)
    assert refused.value.code == "attendance.month.locked"
    assert DayResult.objects.get(employee=one, date=D).shift == second


@pytest.mark.parametrize("_id", [pytest.param(0, id="FH-045")])
def test_a_devices_stamp_is_of_the_person_with_that_number(one, stamp, _id):
    assert stamp("P1", clock(0, "08:00"), source="mumbai_first_floor").added == 1
    found = Punch.objects.get()
    assert (found.employee, found.source, found.punched_at) == (one, "mumbai_first_floor", at(clock(0, "08:00")))


@pytest.mark.parametrize("shift", [pytest.param(None, id="FH-046"), pytest.param("S", id="FH-047")])
def test_a_person_has_one_result_a_day_whatever_the_shift(one, shift_of, assign, compute, shift):
    other = shift_of("S", 480, 600)
    assign(one, other, 0)
    compute()
    row = MonthResult.objects.get(employee=one)
    row.pk, row.shift_ids = None, [other.pk if shift else 0] * len(row.shift_ids)
    with pytest.raises(IntegrityError, match="attendance_result_person"), transaction.atomic():
        row.save(force_insert=True)
    row.shift_ids += [0]  # nor has a month more days than it has
    with pytest.raises(IntegrityError, match="attendance_result_days"), transaction.atomic():
        row.save(force_insert=True)


@pytest.mark.parametrize("_id", [pytest.param(0, id="FH-051")])
def test_days_that_nobody_accounts_for_leave_holidays_out(people, shift_of, stamp, compute, actor, now, _id):
    sunday = date(2026, 3, 8)
    shift_of("S", 480, 720)
    every_day = Rotation.objects.create(code="ALL", name="每天", cycle=["S"], crews=1, anchor_date=date(2024, 1, 1))
    (joiner,) = people("J1", hire_date=sunday)
    put_on_rotation(employees=[joiner], rotation=every_day, start_date=sunday, actor=actor, now=now)
    set_calendar_days(days=[OwnDay(sunday, "公司假日")], actor=actor, now=now)
    assign_shift(employee=joiner, day=sunday, shift=None, actor=actor, now=now)
    stamp("J1", "2026-03-09T08:00", "2026-03-09T12:00")
    compute()
    absent = {day(offset) for offset in absent_days(joiner)}
    assert date(2026, 3, 10) in absent
    assert {sunday, date(2026, 3, 9), date(2026, 3, 7)} & absent == set()


@pytest.mark.parametrize("_id", [pytest.param(0, id="FH-054")])
def test_a_person_has_one_shift_a_day_and_a_second_stretch_is_a_segment_of_it(
    one, shift_of, assign, stamp, compute, _id
):
    morning = shift_of("MORNING", 480, 720)
    assign(one, morning, 0)
    with pytest.raises(IntegrityError, match="attendance_roster"), transaction.atomic():
        RosterDay.objects.create(employee=one, date=D, shift=morning)
    both = [{"start_minute": 480, "end_minute": 720}, {"start_minute": 1140, "end_minute": 1380}]
    assign(one, shift_of("ME", 480, 1380, segments=both, punch_mode=Shift.PunchMode.EACH_SEGMENT), 0)
    stamp("P1", *(clock(0, time) for time in ("08:00", "12:00", "19:00", "23:00")))
    compute()
    row = DayResult.objects.get(employee=one, date=D)
    assert (row.status, row.worked_minutes, row.due_minutes) == (Status.PRESENT, 480, 480)


@pytest.fixture
def away(one, leave_types, actor, now):
    chief = actor_for_user(make_user(Role.HR_ADMIN, now=now), Origin())

    def make(code, first, last, **more):
        asked = Asked(one, leave_types[code], day(first), day(last), **more)
        settle(request_leave(asked=asked, actor=actor, now=now), chief, now)

    return make


@pytest.mark.parametrize("_id", [pytest.param(0, id="FH-065")])
def test_an_approved_trip_takes_the_place_of_an_absence_at_once(one, shift_of, assign, compute, away, _id):
    assign(one, shift_of("S", 480, 720), -1, 0)
    compute()
    assert absent_days(one) == [-1, 0]
    away("travel", -1, 0, destination="苏州")
    rows = DayResult.objects.filter(employee=one, date__in=[day(-1), D]).order_by("date")
    assert [(row.status, row.travel_minutes) for row in rows] == [(Status.TRAVEL, 240)] * 2
    reasons = day_explanations.explain(one.pk, D).because
    assert any(reason.key == "away" and reason.value == 240 for reason in reasons)


@pytest.mark.parametrize("_id", [pytest.param(0, id="FH-067")])
def test_a_trip_never_takes_the_place_of_leave(one, shift_of, assign, compute, away, _id):
    """Ours says so instead of leaving the day out unseen; who was on leave asks for the other day."""
    assign(one, shift_of("S", 480, 720), -1, 0)
    compute()
    away("personal", 0, 0)
    with pytest.raises(DomainError) as refused:
        away("travel", -1, 0, destination="苏州")
    assert refused.value.code == "attendance.leave.overlap"
    away("travel", -1, -1, destination="苏州")
    rows = DayResult.objects.filter(employee=one, date__in=[day(-1), D]).order_by("date")
    assert [row.status for row in rows] == [Status.TRAVEL, Status.LEAVE]


@pytest.mark.parametrize("_id", [pytest.param(0, id="FH-031-planned")])
def test_the_default_roster_plans_the_days_too(people, shift_of, actor, now, _id):
    shift_of("S", 840, 960)
    default = Rotation.objects.create(code="DEF", name="默认", cycle=["S"], crews=1, anchor_date=date(2024, 1, 1))
    AttendanceSettings.objects.update(default_rotation=default)
    (person,) = people("P1")
    plan_roster(first=D, end=day(1), actor=actor, now=now)
    assert RosterDay.objects.get(employee=person, date=D).shift.code == "S"
