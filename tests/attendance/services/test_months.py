"""A month from plan to lock."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from attendance import jobs
from attendance.models import (
    AttendanceMonth,
    DayResult,
    MonthResult,
    Punch,
    RosterDay,
    Rotation,
    Shift,
    Status,
    Timesheet,
)
from attendance.queries.rosters import People
from attendance.queries.timesheets import month_columns
from attendance.services.day_results import compute_month
from attendance.services.months import lock_month
from attendance.services.rosters import assign_shift, plan_roster, put_on_rotation
from attendance.services.setups import OwnDay, set_calendar_days
from hrsaas.errors import DomainError
from hrsaas.people.services.assignments import leave
from hrsaas.tenancy.context import tenant_context
from tests.attendance.conftest import MARCH

APRIL = date(2026, 4, 1)


def night_nurse(people, actor, now, day=date(2026, 3, 31)):
    (nurse,) = people("E1")
    assign_shift(employee=nurse, day=day, shift=Shift.objects.get(code="N"), actor=actor, now=now)
    return nurse


def test_a_night_shift_over_midnight_and_the_end_of_the_month_counts_where_it_began(people, stamp, close, actor, now):
    nurse = night_nurse(people, actor, now)
    stamp("E1", "2026-03-31T22:50", "2026-04-01T08:05")
    close()
    row = DayResult.objects.get(employee=nurse, date=date(2026, 3, 31))
    assert row.status == Status.PRESENT
    assert (row.first_in, row.last_out) == (22 * 60 + 50, 32 * 60 + 5)
    assert (row.worked_minutes, row.night_minutes) == (545, 7 * 60)
    assert Timesheet.objects.get(employee=nurse).night_shift_count >= 1


def test_the_morning_after_does_not_count_again_in_the_next_month(people, stamp, actor, now):
    nurse = night_nurse(people, actor, now)
    assign_shift(employee=nurse, day=APRIL, shift=None, actor=actor, now=now)
    stamp("E1", "2026-03-31T22:50", "2026-04-01T08:05")
    later = now + timedelta(days=30)
    compute_month(month=APRIL, actor=actor, now=later)
    first = DayResult.objects.get(employee=nurse, date=APRIL)
    assert (first.status, first.worked_minutes) == (Status.REST, 0)


def test_nobody_is_due_before_joining_or_after_leaving(people, close, actor, now):
    (joiner,) = people("E1", hire_date=date(2026, 3, 16))
    (leaver,) = people("E2")
    leave(employee=leaver, leave_date=date(2026, 3, 11), actor=actor, now=now)
    close()
    days = DayResult.objects.filter(employee=joiner).values_list("date", flat=True)
    assert (min(days), len(days)) == (date(2026, 3, 16), 16)
    days = DayResult.objects.filter(employee=leaver).values_list("date", flat=True)
    assert (max(days), len(days)) == (date(2026, 3, 10), 10)


def test_closing_twice_changes_nothing(people, stamp, close):
    people("E1", "E2")
    stamp("E1", "2026-03-02T07:50", "2026-03-02T16:30")
    first = close()
    rows = list(DayResult.objects.order_by("id").values()), list(Timesheet.objects.order_by("id").values())
    digest = AttendanceMonth.objects.get(start_date=MARCH).digest
    assert close() == first
    assert rows == (list(DayResult.objects.order_by("id").values()), list(Timesheet.objects.order_by("id").values()))
    assert AttendanceMonth.objects.get(start_date=MARCH).digest == digest


def test_computing_again_writes_nothing_where_nothing_changed(people, stamp, actor, now):
    people("E1", "E2")
    stamp("E1", "2026-03-02T07:50", "2026-03-02T16:30")
    first = compute_month(month=MARCH, actor=actor, now=now)
    assert (first.people, first.days_written, first.timesheets_written) == (2, 62, 2)
    again = compute_month(month=MARCH, actor=actor, now=now + timedelta(hours=1))
    assert (again.days_written, again.timesheets_written, again.roster_days_planned) == (0, 0, 0)


def test_a_new_punch_rewrites_only_the_day_it_belongs_to(people, stamp, actor, now):
    (nurse,) = people("E1")
    assign_shift(employee=nurse, day=date(2026, 3, 2), shift=Shift.objects.get(code="A"), actor=actor, now=now)
    compute_month(month=MARCH, actor=actor, now=now)
    others = DayResult.objects.exclude(date=date(2026, 3, 2))
    before = list(others.order_by("id").values())
    stamp("E1", "2026-03-02T08:00", "2026-03-02T16:00", now=now + timedelta(hours=1))
    assert list(others.order_by("id").values()) == before
    assert Timesheet.objects.get().worked_minutes == 480
    again = compute_month(month=MARCH, actor=actor, now=now)
    assert (again.days_written, again.timesheets_written) == (0, 0)
    assert DayResult.objects.get(date=date(2026, 3, 2)).worked_minutes == 480


def test_chunks_give_the_same_as_one_piece(people, stamp, actor, now, monkeypatch):
    hired = people(*(f"E{number}" for number in range(7)))
    for employee in hired:
        stamp(employee.code, "2026-03-03T08:01", "2026-03-03T16:10", "2026-03-04T15:50", "2026-03-04T23:05")
    compute_month(month=MARCH, actor=actor, now=now)
    whole = list(DayResult.objects.order_by("employee_id", "date").values_list())
    MonthResult.objects.all().delete()
    monkeypatch.setattr(jobs, "CHUNK", 2)
    keys = jobs.plan(MARCH)
    assert len(keys) == 5
    for key in keys:
        jobs.run_step(MARCH, key, actor, now)
    parts = list(DayResult.objects.order_by("employee_id", "date").values_list())
    assert [row[3:] for row in parts] == [row[3:] for row in whole]  # all but ids and tenant


def test_somebody_hired_while_the_close_runs_is_in_it(people, actor, now):
    people("E1")
    keys = jobs.plan(MARCH)
    (newcomer,) = people("E2", hire_date=date(2026, 3, 30))
    for key in keys:
        jobs.run_step(MARCH, key, actor, now)
    assert Timesheet.objects.get(employee=newcomer).due_days <= 2


def test_the_number_of_statements_does_not_grow_with_the_people(people, actor, now):
    people("A1")
    with CaptureQueriesContext(connection) as one:
        compute_month(month=MARCH, actor=actor, now=now)
    people(*(f"B{number}" for number in range(40)))
    with CaptureQueriesContext(connection) as many:
        compute_month(month=MARCH, actor=actor, now=now)
    assert len(many) <= len(one)


def test_a_month_that_still_runs_is_computed_up_to_yesterday(people, actor, now):
    people("E1")
    today = now.replace(month=3, day=11)
    compute_month(month=MARCH, actor=actor, now=today)
    assert max(DayResult.objects.values_list("date", flat=True)) == date(2026, 3, 10)
    with pytest.raises(DomainError) as refused:
        lock_month(month=MARCH, actor=actor, now=today)
    assert refused.value.code == "attendance.month.not_over"


def test_a_locked_month_refuses_every_change_also_by_sql(people, stamp, close):
    people("E1")
    (newcomer,) = people("E2", hire_date=APRIL)
    stamp("E1", "2026-03-02T07:50", "2026-03-02T16:30")
    close()
    month_id = AttendanceMonth.objects.get().id
    others = "tenant_id, start_date, shift_ids, cells, computed_at"
    for statement in (
        "UPDATE attendance_monthresult SET cells[7][2] = 999",
        "UPDATE attendance_monthresult SET shift_ids[5] = 0",
        "UPDATE attendance_monthresult SET computed_at[5] = now()",
        "UPDATE attendance_monthresult SET start_date = '2026-05-01'",
        "DELETE FROM attendance_monthresult",
        f"INSERT INTO attendance_monthresult (employee_id, {others}) SELECT {newcomer.pk}, {others}"
        " FROM attendance_monthresult",
    ):
        with pytest.raises(DatabaseError, match="locked"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    for statement in (
        "UPDATE attendance_dayresult SET worked_minutes = 999",
        "UPDATE attendance_timesheet SET half_absent_days = 3",
        "UPDATE attendance_timesheet SET late_tiers = '{}'",
        "UPDATE attendance_timesheet SET worked_minutes = 0",
        "DELETE FROM attendance_timesheet",
        "UPDATE attendance_rosterday SET shift_id = NULL",
        "DELETE FROM attendance_rosterday",
        "DELETE FROM attendance_attendancemonth",
        "UPDATE attendance_attendancemonth SET start_date = '2026-05-01'",
        "INSERT INTO attendance_attendancemonth (tenant_id, start_date, state, locked_at, locked_by, digest, version)"
        " VALUES (1, '2026-06-01', 'locked', now(), '', '', 1)",
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    for model in (MonthResult, Timesheet):
        with pytest.raises(DatabaseError), transaction.atomic():
            model.objects.first().delete()
    with pytest.raises(DatabaseError, match="locked"), transaction.atomic():
        Timesheet.objects.create(month_id=month_id, employee=newcomer, **dict.fromkeys(_TOTALS, 0))


_TOTALS = [field.name for field in Timesheet._meta.local_fields if field.get_internal_type() == "IntegerField"]


def test_punches_are_append_only(people, stamp):
    people("E1")
    stamp("E1", "2026-03-02T07:50")
    for statement in ("UPDATE attendance_punch SET punched_at = now()", "DELETE FROM attendance_punch"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    assert Punch.objects.count() == 1


def test_the_same_delivery_twice_adds_nothing(people, stamp):
    people("E1")
    times = ("2026-03-02T07:50", "2026-03-02T16:30")
    first, again = stamp("E1", *times), stamp("E1", *times)
    assert (first.added, first.repeated) == (2, 0)
    assert (again.added, again.repeated) == (0, 2)
    assert Punch.objects.count() == 2


def test_a_repeated_row_within_one_delivery_counts_once(people, stamp):
    people("E1")
    counts = stamp("E1", "2026-03-02T07:50", "2026-03-02T07:50")
    assert (counts.added, counts.repeated) == (1, 1)


def test_punches_of_unknown_people_are_counted_and_named_by_position(people, stamp):
    people("E1")
    counts = stamp("E9", "2026-03-02T07:50", "2026-03-02T08:50")
    assert (counts.added, counts.unknown, counts.unknown_rows) == (0, 2, (0, 1))


def test_a_punch_without_a_time_zone_is_refused(people, actor, now):
    from attendance.services.punches import PunchRow, record_punches

    with pytest.raises(DomainError) as refused:
        record_punches(rows=[PunchRow("E1", now.replace(tzinfo=None))], source="x", actor=actor, now=now)
    assert refused.value.code == "attendance.punch.naive"


def test_late_punches_are_kept_and_counted_but_change_nothing(people, stamp, close, now):
    people("E1")
    first = close()
    before = list(DayResult.objects.order_by("date").values())
    late = stamp("E1", "2026-03-02T07:50", "2026-03-02T16:30", now=now + timedelta(hours=2))
    assert (late.added, late.late) == (2, 2)
    assert close() == {**first, "late_punches": 2}
    assert list(DayResult.objects.order_by("date").values()) == before


def test_the_end_of_the_last_night_shift_comes_too_late_as_well(people, stamp, close, actor, now):
    night_nurse(people, actor, now)
    close()
    assert stamp("E1", "2026-04-01T08:02").late == 1
    assert stamp("E1", "2026-04-01T13:00").late == 0


def test_an_unlocked_month_takes_late_punches_in(people, stamp, close, unlock, actor, now):
    (nurse,) = people("E1")
    assign_shift(employee=nurse, day=date(2026, 3, 2), shift=Shift.objects.get(code="A"), actor=actor, now=now)
    close()
    stamp("E1", "2026-03-02T08:00", "2026-03-02T16:00", now=now + timedelta(hours=2))
    unlock(MARCH, "补传打卡")
    assert close(now=now + timedelta(hours=3))["late_punches"] == 0
    assert DayResult.objects.get(date=date(2026, 3, 2)).status == Status.PRESENT


def test_who_is_hired_after_the_lock_is_named_with_the_way_out_and_nothing_is_changed(people, close, actor, now):
    people("E1")
    close()
    people("E2", hire_date=date(2026, 3, 16))
    people("E3", hire_date=APRIL)
    (key,) = jobs.plan(MARCH)
    (error,) = jobs.run_step(MARCH, key, actor, now).errors
    assert (error.item, error.code) == ("E2", "attendance.month.no_timesheet")
    assert "2026-03" in error.en and "员工E2 (E2)" in error.en and "Unlock" in error.en and "close" in error.en
    assert "员工E2（E2）" in error.zh and "解锁" in error.zh and "重新月结" in error.zh
    assert Timesheet.objects.count() == 1


def test_after_unlocking_the_next_close_takes_newcomers_in_and_leaves_the_others_as_they_are(
    people, stamp, close, unlock, actor, now
):
    people("E1")
    stamp("E1", "2026-03-02T07:50", "2026-03-02T16:30")
    close()
    before = [list(model.objects.order_by("id").values()) for model in (DayResult, Timesheet, RosterDay)]
    (newcomer,) = people("E2", hire_date=date(2026, 3, 16))
    unlock(MARCH, "补录新员工")
    assert close(now=now + timedelta(hours=1))["headcount"] == 2
    assert Timesheet.objects.get(employee=newcomer).due_days > 0
    others = [
        list(model.objects.exclude(employee=newcomer).order_by("id").values())
        for model in (DayResult, Timesheet, RosterDay)
    ]
    assert others == before
    (key,) = jobs.plan(MARCH)
    assert list(jobs.run_step(MARCH, key, actor, now).errors) == []


def test_services_refuse_a_locked_month_in_words(people, close, actor, now):
    (nurse,) = people("E1")
    close()
    calls = (
        lambda: assign_shift(employee=nurse, day=date(2026, 3, 5), shift=None, actor=actor, now=now),
        lambda: compute_month(month=MARCH, actor=actor, now=now),
        lambda: set_calendar_days(days=[OwnDay(date(2026, 3, 5))], actor=actor, now=now),
    )
    for call in calls:
        with pytest.raises(DomainError) as refused:
            call()
        assert refused.value.code == "attendance.month.locked"


def test_the_other_tenant_sees_and_loses_nothing(people, stamp, close, tenant_b):
    people("E1")
    stamp("E1", "2026-03-02T07:50", "2026-03-02T16:30")
    close()
    with tenant_context(tenant_b.id):
        assert Punch.objects.count() == 1
        assert not DayResult.objects.exists()
        assert not AttendanceMonth.objects.exists()


def test_people_without_any_roster_are_named_and_the_others_computed(people, actor, now):
    from attendance.models import AttendanceSettings

    employees = people("E1", "E2")
    AttendanceSettings.objects.update(default_rotation=None)
    put_on_rotation(
        employees=employees[:1], rotation=Rotation.objects.get(code="APN"), start_date=MARCH, actor=actor, now=now
    )
    done = compute_month(month=MARCH, actor=actor, now=now)
    assert [(error.item, error.code) for error in done.errors] == [("E2", "attendance.roster.missing")]
    assert Timesheet.objects.get().employee == employees[0]


def test_crews_of_newcomers_are_spread_evenly(people, actor, now):
    people(*(f"E{number}" for number in range(16)))
    plan_roster(first=MARCH, end=APRIL, actor=actor, now=now)
    shifts = RosterDay.objects.filter(date=MARCH).values_list("shift__code", flat=True)
    assert sorted(shifts, key=str) == sorted(["A", "P", "N", None] * 4, key=str)


def test_planning_again_leaves_changes_by_hand_alone(people, actor, now):
    (nurse,) = people("E1")
    plan_roster(first=MARCH, end=APRIL, actor=actor, now=now)
    day_shift = Shift.objects.get(code="D")
    assign_shift(employee=nurse, day=date(2026, 3, 9), shift=day_shift, actor=actor, now=now)
    put_on_rotation(
        employees=[nurse], rotation=Rotation.objects.get(code="OUTPATIENT"), start_date=MARCH, actor=actor, now=now
    )
    assert plan_roster(first=MARCH, end=APRIL, actor=actor, now=now) == 30
    planned = dict(RosterDay.objects.values_list("date", "shift__code"))
    assert planned[date(2026, 3, 9)] == "D"
    assert planned[date(2026, 3, 10)] == "O" and planned[date(2026, 3, 8)] is None


def test_a_holiday_that_comes_later_replans_the_day(people, actor, now):
    (clerk,) = people("E1")
    office = Rotation.objects.get(code="OUTPATIENT")
    put_on_rotation(employees=[clerk], rotation=office, start_date=MARCH, actor=actor, now=now)
    plan_roster(first=MARCH, end=APRIL, actor=actor, now=now)
    days = [OwnDay(date(2026, 3, 5), "司庆")]
    assert set_calendar_days(days=days, actor=actor, now=now) == 1
    assert set_calendar_days(days=days, actor=actor, now=now) == 0
    compute_month(month=MARCH, actor=actor, now=now)
    assert DayResult.objects.get(date=date(2026, 3, 5)).status == Status.HOLIDAY
    assert DayResult.objects.get(date=date(2026, 3, 6)).status == Status.ABSENT


def test_payroll_reads_columns_by_declared_names(people, stamp, close, actor, now):
    nurse = night_nurse(people, actor, now)
    stamp("E1", "2026-03-31T22:50", "2026-04-01T08:05")
    close()
    columns = month_columns(MARCH, [nurse.id, 12345])
    assert columns["has_timesheet"].tolist() == [1, 0]
    assert columns["n_shift_count"][0] == columns["night_shift_count"][0] == 1
    assert columns["worked_minutes"].tolist() == [545, 0] == columns["worked_hours"].tolist()


def test_one_person_can_be_computed_alone(people, actor, now):
    employees = people("E1", "E2")
    compute_month(month=MARCH, people=People.only(employees[0].id), actor=actor, now=now)
    assert set(DayResult.objects.values_list("employee_id", flat=True)) == {employees[0].id}


def test_what_was_planned_for_people_who_never_came_goes(people, actor, now):
    (ghost,) = people("E1")
    compute_month(month=MARCH, actor=actor, now=now)
    leave(employee=ghost, leave_date=date(2026, 2, 1), actor=actor, now=now)
    people("E2")
    for key in jobs.plan(MARCH):
        jobs.run_step(MARCH, key, actor, now)
    for model in (RosterDay, DayResult, Timesheet):
        assert not model.objects.filter(employee=ghost).exists()
        assert model.objects.exists()
