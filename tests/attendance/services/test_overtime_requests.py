"""Overtime: its effect shown before, approved by the manager, counted once: on its day, as time off, or later."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from attendance.models import (
    AttendanceSettings,
    DayResult,
    LeaveEntry,
    LeaveLot,
    OvertimeAdjustment,
    OvertimeRequest,
    Shift,
    Timesheet,
)  # fmt: skip
from attendance.queries.day_explanations import explain
from attendance.services.day_results import compute_month
from attendance.services.leave_effects import Asked
from attendance.services.leave_requests import request_leave
from attendance.services.months import lock_month
from attendance.services.overtime_credits import OvertimeRow, credit_overtime
from attendance.services.overtime_effects import NewOvertime
from attendance.services.overtime_requests import ask_overtime, cancel_overtime, preview_overtime
from attendance.services.rosters import assign_shift
from hrsaas.access.actors import Actor
from hrsaas.approvals.models import ApprovalRequest
from hrsaas.errors import DomainError
from hrsaas.tenancy.context import tenant_context
from tests.attendance.conftest import MARCH
from tests.attendance.requests_team import settle

MONDAY = date(2026, 3, 30)  # a working day; day shift A is 08:00 to 16:00
SATURDAY = date(2026, 3, 28)
QINGMING = date(2026, 4, 5)
BY_PUNCH, BY_APPROVAL, SMALLER = 0, 1, 2


@pytest.fixture
def late(team, stamp, leave_types, actor, now):
    """The nurse worked until 18:55 on Monday and from 9 to 13 on her free Saturday; March is computed and open."""
    assign_shift(employee=team.nurse, day=MONDAY, shift=Shift.objects.get(code="A"), actor=actor, now=now)
    assign_shift(employee=team.nurse, day=SATURDAY, shift=None, actor=actor, now=now)
    stamp("E1", "2026-03-30T07:58", "2026-03-30T18:55", "2026-03-28T09:00", "2026-03-28T13:00")
    compute_month(month=MARCH, actor=actor, now=now)
    return team


def basis(source: int) -> None:
    Shift.objects.update(overtime_source=source)
    AttendanceSettings.objects.update(off_roster_source=source)


def wish(team, day=MONDAY, start=16 * 60, end=18 * 60, **more):
    given = {"employee": team.nurse, "date": day, "start_minute": start, "end_minute": end, "reason": "手术", **more}
    return NewOvertime(**given)


def result(team, day=MONDAY) -> DayResult:
    return DayResult.objects.get(employee=team.nurse, date=day)


def refusal(call) -> DomainError:
    with pytest.raises(DomainError) as refused, transaction.atomic():
        call()
    return refused.value


def ask(team, now, **more):
    return ask_overtime(asked=wish(team, **more), actor=team["nurse"], now=now)


def approved(team, now, **more):
    asked = ask(team, now, **more)
    settle(asked, team["boss"], now)
    asked.refresh_from_db()
    return asked


def test_the_effect_is_shown_before_and_nothing_is_written(late, actor, now):
    basis(SMALLER)
    compute_month(month=MARCH, actor=actor, now=now)
    before = list(DayResult.objects.order_by("id").values())
    seen = preview_overtime(asked=wish(late), actor=late["nurse"], now=now)
    assert list(DayResult.objects.order_by("id").values()) == before
    assert not OvertimeRequest.objects.exists() and not ApprovalRequest.objects.exists()
    assert (seen.kind.name, seen.shift.code, seen.basis) == ("WORKDAY", "A", "smaller")
    assert (seen.minutes, seen.counted_minutes, seen.day_minutes) == (120, 120, 120)
    assert (seen.month_limit_minutes, seen.day_limit_minutes, seen.warnings, seen.faults) == (2160, 180, [], [])
    (day,) = seen.days
    assert (day.before["overtime_weekday_minutes"], day.after["overtime_weekday_minutes"]) == (0, 120)


@pytest.mark.parametrize(
    ("source", "without", "end", "counted"),
    [
        (BY_PUNCH, 150, 18 * 60, 150),  # 175 minutes by punch, in steps of 30
        (BY_APPROVAL, 0, 18 * 60, 120),
        (BY_APPROVAL, 0, 21 * 60, 300),  # what was approved, whatever the punches say
        (SMALLER, 0, 18 * 60, 120),
        (SMALLER, 0, 21 * 60, 150),
        (SMALLER, 0, 16 * 60 + 100, 90),  # by the step
        (SMALLER, 0, 16 * 60 + 50, 0),  # below the minimum of an hour
    ],
)
def test_what_was_approved_counts_by_the_policy_of_the_shift(late, actor, now, source, without, end, counted):
    basis(source)
    compute_month(month=MARCH, actor=actor, now=now)
    assert result(late).overtime_weekday_minutes == without
    shown = preview_overtime(asked=wish(late, end=end), actor=late["nurse"], now=now).days[0].after
    asked = ask(late, now, end=end)
    assert result(late).overtime_weekday_minutes == without, "nothing before the approval"
    settle(asked, late["boss"], now)
    assert result(late).overtime_weekday_minutes == counted == shown["overtime_weekday_minutes"]
    sheet = Timesheet.objects.get(employee=late.nurse)
    assert sheet.overtime_weekday_minutes == counted


def test_an_approval_writes_the_day_touched_and_no_other(late, actor, now):
    basis(SMALLER)
    compute_month(month=MARCH, actor=actor, now=now)
    asked, later = ask(late, now), now + timedelta(minutes=5)
    settle(asked, late["boss"], later)
    assert list(DayResult.objects.filter(computed_at=later).values_list("employee", "date")) == [
        (late.nurse.pk, MONDAY)
    ]
    compute_month(month=MARCH, actor=actor, now=later + timedelta(minutes=5))
    assert not DayResult.objects.filter(computed_at__gt=later).exists(), "the month comes to the same"


def test_rejected_and_withdrawn_ones_count_nothing(late, actor, now):
    basis(SMALLER)
    settle(ask(late, now), late["boss"], now, approve=False)
    withdrawn = cancel_overtime(request=ask(late, now), actor=late["nurse"], now=now)
    compute_month(month=MARCH, actor=actor, now=now)
    assert withdrawn.state == "withdrawn"
    assert result(late).overtime_weekday_minutes == 0


def test_a_cancelled_one_counts_no_more_and_is_not_for_the_person_once_the_day_began(late, now):
    basis(BY_APPROVAL)
    asked = approved(late, now)
    assert (
        refusal(lambda: cancel_overtime(request=asked, actor=late["nurse"], now=now)).code == "attendance.request.begun"
    )
    cancel_overtime(request=asked, actor=late["boss"], now=now)
    assert result(late).overtime_weekday_minutes == 0
    error = refusal(lambda: cancel_overtime(request=asked, actor=late["boss"], now=now))
    assert (error.code, error.status) == ("attendance.request.decided", 409)
    ask(late, now)  # the time is free again


def test_time_off_is_credited_once_and_not_paid_too(late, actor, now):
    asked = approved(late, now, day=SATURDAY, start=9 * 60, end=12 * 60, compensation="time_off")
    row = result(late, SATURDAY)
    assert (row.overtime_rest_day_minutes, row.overtime_leave_minutes) == (60, 180)
    lot = LeaveLot.objects.get(employee=late.nurse, key="overtime:2026-03-28")
    assert (lot.remaining, lot.start_date, lot.end_date) == (180, SATURDAY, date(2026, 9, 28))
    for _time in range(2):
        compute_month(month=MARCH, actor=actor, now=now)
    assert LeaveEntry.objects.filter(lot=lot).count() == 1
    sheet = Timesheet.objects.get(employee=late.nurse)
    assert (sheet.overtime_rest_day_minutes, sheet.overtime_leave_minutes) == (60, 180)
    rows = [OvertimeRow("E1", SATURDAY, 60)]
    assert credit_overtime(rows=rows, leave_type=asked.leave_type, actor=actor, now=now) == 0, "the day is credited"


def test_what_a_clerk_credits_is_not_paid_too(late, leave_types, actor, now):
    credit = {"leave_type": leave_types["comp"], "actor": actor, "now": now}
    assert [credit_overtime(rows=[OvertimeRow("E1", SATURDAY, 180)], **credit) for _time in range(2)] == [1, 0]
    for _time in range(2):
        row = result(late, SATURDAY)
        assert (row.overtime_rest_day_minutes, row.overtime_leave_minutes) == (60, 180)
        compute_month(month=MARCH, actor=actor, now=now)
    lot = LeaveLot.objects.get(employee=late.nurse, key="credited:2026-03-28")
    assert (lot.remaining, lot.end_date, lot.entries.count()) == (180, date(2026, 9, 28), 1)
    sheet = Timesheet.objects.get(employee=late.nurse)
    assert (sheet.overtime_rest_day_minutes, sheet.overtime_leave_minutes) == (60, 180)
    row = OvertimeRow("E1", SATURDAY, 241)
    assert refusal(lambda: credit_overtime(rows=[row], **credit)).code == "attendance.leave.not_worked"
    assert "changed_since" not in {one.key for one in explain(late.nurse.pk, SATURDAY).because}
    assert credit_overtime(rows=[OvertimeRow("E1", SATURDAY, 0)], **credit) == 1, "taken back"
    lot.refresh_from_db()
    assert (lot.remaining, result(late, SATURDAY).overtime_rest_day_minutes) == (0, 240)


def test_a_credit_and_a_request_of_one_day_share_its_minutes(late, leave_types, actor, now):
    rows = [OvertimeRow("E1", SATURDAY, 180)]
    credit_overtime(rows=rows, leave_type=leave_types["comp"], actor=actor, now=now)
    approved(late, now, day=SATURDAY, start=9 * 60, end=13 * 60, compensation="time_off")
    row = result(late, SATURDAY)
    assert (row.overtime_rest_day_minutes, row.overtime_leave_minutes) == (0, 240)
    lots = dict(LeaveLot.objects.filter(employee=late.nurse).values_list("key", "remaining"))
    assert lots == {"credited:2026-03-28": 180, "overtime:2026-03-28": 60}


def test_a_credit_approves_no_more_overtime(late, leave_types, actor, now):
    basis(BY_APPROVAL)
    approved(late, now)
    assert result(late).overtime_weekday_minutes == 120
    rows = [OvertimeRow("E1", MONDAY, 90)]
    credit_overtime(rows=rows, leave_type=leave_types["comp"], actor=actor, now=now)
    row = result(late)
    assert (row.overtime_weekday_minutes, row.overtime_leave_minutes) == (30, 90)


def test_a_locked_month_is_not_credited_and_nobody_beyond_ones_reach(late, leave_types, actor, now):
    rows = [OvertimeRow("E1", SATURDAY, 60)]
    credit = {"rows": rows, "leave_type": leave_types["comp"], "now": now}
    narrow = Actor("x", frozenset({"attendance.leave.change"}), unit_ids=frozenset({0}))
    assert refusal(lambda: credit_overtime(**credit, actor=narrow)).code == "attendance.leave.unknown_employee"
    lock_month(month=MARCH, actor=actor, now=now)
    error = refusal(lambda: credit_overtime(**credit, actor=actor))
    assert (error.code, error.status) == ("attendance.month.locked", 409)
    assert not LeaveLot.objects.filter(key__startswith="credited:").exists()


def test_time_off_is_what_was_worked_and_follows_what_is_known_later(late, stamp, now):
    approved(late, now, day=SATURDAY, start=9 * 60, end=17 * 60, compensation="time_off")
    lot = LeaveLot.objects.get(employee=late.nurse)
    assert lot.remaining == 240
    stamp("E1", "2026-03-28T15:00")
    lot.refresh_from_db()
    assert (lot.remaining, lot.entries.count()) == (360, 2)


def test_the_settings_say_how_much_time_off_overtime_gives(late, now):
    AttendanceSettings.objects.update(overtime_leave_percent=150)
    approved(late, now, day=SATURDAY, start=9 * 60, end=11 * 60, compensation="time_off")
    assert LeaveLot.objects.get(employee=late.nurse).remaining == 180


def test_cancelling_takes_time_off_back_but_not_what_was_used(late, leave_types, now):
    asked = approved(late, now, day=SATURDAY, start=9 * 60, end=12 * 60, compensation="time_off")
    cancel_overtime(request=asked, actor=late["boss"], now=now)
    assert LeaveLot.objects.get(employee=late.nurse).remaining == 0
    assert result(late, SATURDAY).overtime_rest_day_minutes == 240
    again = approved(late, now, day=SATURDAY, start=9 * 60, end=12 * 60, compensation="time_off")
    off = {"first_date": date(2026, 4, 8), "last_date": date(2026, 4, 8), "start_minute": 480, "end_minute": 600}
    assign_shift(
        employee=late.nurse, day=date(2026, 4, 8), shift=Shift.objects.get(code="A"), actor=late["clerk"], now=now
    )
    request_leave(asked=Asked(employee=late.nurse, leave_type=leave_types["comp"], **off), actor=late["nurse"], now=now)
    error = refusal(lambda: cancel_overtime(request=again, actor=late["boss"], now=now))
    assert (error.code, error.status) == ("attendance.request.used", 409)


def test_a_statutory_holiday_is_always_paid(late, now):
    error = refusal(lambda: ask(late, now, day=QINGMING, start=540, end=720, compensation="time_off"))
    assert error.code == "attendance.request.statutory_pay"
    seen = preview_overtime(asked=wish(late, day=QINGMING, start=540, end=720), actor=late["nurse"], now=now)
    assert (seen.kind.name, seen.faults, seen.days) == ("STATUTORY_HOLIDAY", [], [])


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"day": date(2026, 3, 20)}, "too_late"),
        ({"start": 9 * 60, "end": 15 * 60}, "within_shift"),
        ({"start": 18 * 60, "end": 16 * 60}, "times"),
        ({"minutes": 60}, "times"),
        ({"reason": " "}, "empty"),
        ({"day": SATURDAY, "start": 540, "end": 720, "compensation": "time_off"}, "no_time_off"),
        ({"day": date(2023, 3, 1)}, "not_employed"),
    ],
)
def test_what_is_refused(late, now, change, code):
    AttendanceSettings.objects.update(overtime_leave_kinds=["weekday"])
    assert refusal(lambda: ask(late, now, **change)).code == f"attendance.request.{code}"
    assert not OvertimeRequest.objects.exists()


def test_only_what_lies_beside_the_shift_is_overtime(late, now):
    assert preview_overtime(asked=wish(late, start=15 * 60), actor=late["nurse"], now=now).minutes == 120


def test_with_no_days_back_it_is_for_the_day_itself_and_later(late, now):
    AttendanceSettings.objects.update(overtime_days_back=0)
    assert "before it" in refusal(lambda: ask(late, now)).en
    ask(late, now, day=date(2026, 4, 1), start=1_200, end=1_320)


def test_the_same_time_is_asked_for_once(late, now):
    ask(late, now)
    assert refusal(lambda: ask(late, now, start=17 * 60, end=19 * 60)).code == "attendance.request.twice"
    assert refusal(lambda: ask(late, now, start=None, end=None, minutes=30)).code == "attendance.request.twice"
    ask(late, now, start=18 * 60, end=19 * 60)
    with pytest.raises(DatabaseError, match="attendance_overtime_once"), transaction.atomic():
        OvertimeRequest.objects.create(
            employee=late.nurse, date=MONDAY, minutes=30, reason="x", asked_at=now, asked_by="x"
        )


def test_the_caps_of_the_law_warn_with_what_is_worked_and_asked_for(late, actor, now):
    AttendanceSettings.objects.update(overtime_days_back=31)
    basis(BY_PUNCH)
    compute_month(month=MARCH, actor=actor, now=now)
    seen = preview_overtime(asked=wish(late, end=20 * 60), actor=late["nurse"], now=now)
    assert [one.code for one in seen.warnings] == ["day_limit", "by_punch"]
    assert seen.month_minutes == 240 + 240, "Saturday as computed, and this one"
    basis(BY_APPROVAL)
    for day in (7, 14, 21, 22):
        assign_shift(employee=late.nurse, day=date(2026, 3, day), shift=None, actor=actor, now=now)
        approved(late, now, day=date(2026, 3, day), start=480, end=960)
    compute_month(month=MARCH, actor=actor, now=now)
    seen = preview_overtime(asked=wish(late), actor=late["nurse"], now=now)
    assert (seen.month_minutes, seen.warnings) == (4 * 480 + 120, []), "of Saturday nothing was approved"
    (warning,) = [
        one for one in preview_overtime(asked=wish(late, end=24 * 60), actor=late["nurse"], now=now).warnings
        if one.code == "month_limit"
    ]  # fmt: skip
    assert "40 小时" in warning.zh and "above 36 (Labour Law" in warning.en, "4 × 8 worked, 8 more wanted"


def test_a_locked_month_takes_it_as_an_adjustment_of_the_open_one(late, close, actor, now):
    basis(SMALLER)
    close()
    locked = list(DayResult.objects.filter(date__lt=date(2026, 4, 1)).order_by("id").values())
    compute_month(month=date(2026, 4, 1), actor=actor, now=now)
    assert preview_overtime(asked=wish(late), actor=late["nurse"], now=now).adjusted
    asked = approved(late, now)
    assert (asked.state, asked.counts_on_day) == ("approved", False)
    assert list(DayResult.objects.filter(date__lt=date(2026, 4, 1)).order_by("id").values()) == locked
    row = OvertimeAdjustment.objects.get()
    assert (row.overtime_weekday_minutes, row.month.start_date) == (120, date(2026, 4, 1))
    later = now + timedelta(days=1)
    compute_month(month=date(2026, 4, 1), actor=actor, now=later)
    assert Timesheet.objects.get(employee=late.nurse, month=row.month).overtime_weekday_minutes == 120
    cancel_overtime(request=asked, actor=late["boss"], now=later)
    assert sum(OvertimeAdjustment.objects.values_list("overtime_weekday_minutes", flat=True)) == 0
    assert Timesheet.objects.get(employee=late.nurse, month=row.month).overtime_weekday_minutes == 0


def test_opened_again_a_month_does_not_count_twice_what_was_adjusted(late, close, unlock, actor, now):
    basis(SMALLER)
    close()
    asked = approved(late, now)
    unlock(MARCH)
    compute_month(month=MARCH, actor=actor, now=now)
    assert result(late).overtime_weekday_minutes == 0
    cancel_overtime(request=asked, actor=late["boss"], now=now)
    assert sum(OvertimeAdjustment.objects.values_list("overtime_weekday_minutes", flat=True)) == 0


def test_taken_back_after_the_lock_it_is_taken_back_in_the_open_month(late, close, unlock, actor, now):
    basis(SMALLER)
    asked = approved(late, now)
    close()
    cancel_overtime(request=asked, actor=late["boss"], now=now)
    assert OvertimeAdjustment.objects.get().overtime_weekday_minutes == -120
    unlock(MARCH)
    compute_month(month=MARCH, actor=actor, now=now)
    assert result(late).overtime_weekday_minutes == 120, "March stays what was paid for it"


def test_time_off_is_refused_for_a_locked_month(late, close, now):
    waiting = ask(late, now, day=SATURDAY, start=540, end=720, compensation="time_off")
    close()
    assert refusal(lambda: settle(waiting, late["boss"], now)).code == "attendance.request.locked"
    error = refusal(lambda: ask(late, now, compensation="time_off"))
    assert error.code == "attendance.month.locked"


def test_adjustments_are_append_only(late, close, now):
    basis(SMALLER)
    close()
    approved(late, now)
    for call in (
        lambda: OvertimeAdjustment.objects.update(overtime_weekday_minutes=1),
        lambda: OvertimeAdjustment.objects.all().delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            call()


def test_nobody_approves_the_own_overtime(late, people, now):
    from hrsaas.access.actors import Origin
    from hrsaas.access.queries.actors import actor_for_user
    from hrsaas.access.rules.permissions import Role
    from tests.factories import make_user

    (alone,) = people("E9")
    asked = ask_overtime(asked=NewOvertime(alone, MONDAY, minutes=60, reason="x"), actor=late["clerk"], now=now)
    himself = actor_for_user(make_user(Role.HR_ADMIN, now=now, employee=alone), Origin())
    assert refusal(lambda: settle(asked, himself, now)).code == "attendance.request.own"
    settle(asked, late["hr"], now)


def test_computing_takes_as_many_statements_for_many_requests_as_for_one(late, actor, now):
    basis(SMALLER)

    def statements() -> int:
        with CaptureQueriesContext(connection) as queries:
            compute_month(month=MARCH, actor=actor, now=now)
        return len(queries)

    approved(late, now)
    statements()
    one = statements()
    for day in (25, 26, 27, 29):
        assign_shift(employee=late.nurse, day=date(2026, 3, day), shift=None, actor=actor, now=now)
        approved(late, now, day=date(2026, 3, day), start=1_260, end=1_380)
    statements()
    assert statements() == one


def test_the_other_tenant_sees_nothing_of_it(late, now, tenant_b):
    ask(late, now)
    with tenant_context(tenant_b.id):
        assert not OvertimeRequest.objects.exists()


@pytest.mark.parametrize("source", [BY_PUNCH, SMALLER])
def test_a_day_says_what_was_approved_and_what_is_time_off(late, actor, now, source):
    basis(source)
    compute_month(month=MARCH, actor=actor, now=now)
    approved(late, now, day=SATURDAY, start=9 * 60, end=12 * 60, compensation="time_off")
    said = str(explain(late.nurse.pk, SATURDAY))
    assert "overtime_leave" in said and "加班转调休 180" in said
    assert ("已审批" in said) == (source == SMALLER)
