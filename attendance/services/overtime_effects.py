"""What overtime would come to, before anybody asks for it: kind of day, what counts, hours of the month, limits."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from django.db.models import F, Sum

from attendance.models import DayResult, Kind, LeaveType, OvertimeKind, OvertimeRequest, Shift
from attendance.models.request_states import LIVE
from attendance.packs.lint import limits
from attendance.queries.months import end_of, is_locked, month_locked, month_of
from attendance.queries.rosters import People, roster_grid
from attendance.queries.setups import Setup, load_setup
from attendance.rules.calendars import DayKind, day_number
from attendance.rules.day_columns import NO_SHIFT
from attendance.rules.shift_parts import OvertimePolicy
from attendance.services.day_previews import DayEffect, effect_of_overtime
from attendance.services.requests import refused, require_employed
from hrsaas.errors import DomainError
from hrsaas.people.models import Employee

ONE_DAY = timedelta(days=1)
MOST_MINUTES = 1440
Compensation = OvertimeRequest.Compensation


@dataclass(frozen=True)
class NewOvertime:
    """Overtime as it is asked for: from start_minute to end_minute of the day (above 1440: of the next), or so many
    minutes.
    """

    employee: Employee
    date: date
    start_minute: int | None = None
    end_minute: int | None = None
    minutes: int | None = None
    compensation: str = Compensation.PAY.value
    reason: str = ""


@dataclass(frozen=True)
class OvertimeWarning:
    """Something that the decider should know; code as in ``OvertimeEffect``."""

    code: str
    zh: str
    en: str


@dataclass(frozen=True)
class OvertimeEffect:
    """kind: of the day; shift: planned, or None. minutes: outside the shift; counted_minutes: of them after minimum and
    step. basis: what overtime rests on. day_minutes, month_minutes: overtime with this one, of the limits beside them.

    days: before and after by the engine, for days that are over. adjusted: the month is locked, so it counts in the
    next open one. warnings: day_limit, month_limit, below_minimum, by_punch. faults: why it would be refused.
    """

    kind: DayKind
    shift: Shift | None
    minutes: int
    counted_minutes: int
    basis: str
    day_minutes: int
    day_limit_minutes: int
    month_minutes: int
    month_limit_minutes: int
    leave_type: LeaveType | None
    days: Sequence[DayEffect]
    adjusted: bool
    warnings: Sequence[OvertimeWarning]
    faults: Sequence[DomainError]


def effect_of(asked: NewOvertime, *, today: date) -> OvertimeEffect:
    """Errors, where the request itself makes no sense: attendance.request.{not_employed,times},
    attendance.settings.missing; everything else is in faults.
    """
    _require_times(asked)
    require_employed(asked.employee, asked.date)
    setup = load_setup()
    kind, shift = _planned(setup, asked)
    policy = shift.build().overtime if shift else setup.settings.off_roster
    minutes = _outside(asked, shift, kind)
    counted, leave_type = policy.credit(minutes), _leave_type(asked)
    others = other_minutes(asked)
    day, month = others.get(asked.date, 0) + counted, sum(others.values()) + counted
    for_leave = asked.compensation == Compensation.TIME_OFF
    effects = [] if asked.date >= today or not minutes else effect_of_overtime(
        employee_id=asked.employee.pk, day=asked.date, minutes=minutes, for_leave=for_leave
    )  # fmt: skip
    return OvertimeEffect(
        kind=kind, shift=shift, minutes=minutes, counted_minutes=counted, basis=policy.source.name.lower(),
        day_minutes=day, day_limit_minutes=limits()["day_overtime_minutes"].value, month_minutes=month,
        month_limit_minutes=limits()["month_overtime_minutes"].value, leave_type=leave_type, days=effects,
        adjusted=is_locked(month_of(asked.date)), warnings=list(_warnings(kind, policy, minutes, day, month)),
        faults=list(_faults(asked, setup, kind, minutes, leave_type, today)),
    )  # fmt: skip


def other_minutes(asked: NewOvertime) -> dict[date, int]:
    """Overtime of the person in the month without this request, by day: what was computed, else what is asked for."""
    month = month_of(asked.date)
    inside = {"employee": asked.employee, "date__gte": month, "date__lt": end_of(month)}
    requests = OvertimeRequest.objects.filter(**inside, state__in=LIVE).order_by()
    found = dict(requests.values_list("date").annotate(Sum("minutes")))
    total = F("overtime_weekday_minutes") + F("overtime_rest_day_minutes") + F("overtime_statutory_minutes")
    done = DayResult.objects.filter(employee=asked.employee, month=month).exclude(date=asked.date).annotate(
        all_minutes=total + F("overtime_leave_minutes")
    )  # fmt: skip
    return found | dict(done.values_list("date", "all_minutes"))


def _planned(setup: Setup, asked: NewOvertime) -> tuple[DayKind, Shift | None]:
    grid = roster_grid(setup, People.only(asked.employee.pk), asked.date, asked.date + ONE_DAY)
    roster = grid.columns(setup.calendar(grid.first, grid.days))
    place = int(np.flatnonzero(roster.day == day_number(asked.date))[0])
    shift = int(roster.shift[place])
    return DayKind(int(roster.kind[place])), None if shift == NO_SHIFT else setup.shifts[shift]


def _outside(asked: NewOvertime, shift: Shift | None, kind: DayKind) -> int:
    """Of the minutes asked for those beside the shift of a working day; on other days all work is overtime."""
    if asked.start_minute is None or asked.end_minute is None:
        return asked.minutes or 0
    whole = asked.end_minute - asked.start_minute
    if kind != DayKind.WORKDAY or shift is None or shift.open_due_minutes is not None:
        return whole
    inside = min(asked.end_minute, shift.end_minute) - max(asked.start_minute, shift.start_minute)
    return whole - max(0, inside)


def _leave_type(asked: NewOvertime) -> LeaveType | None:
    if asked.compensation != Compensation.TIME_OFF:
        return None
    offered = LeaveType.objects.filter(is_active=True, overtime_months__isnull=False)
    found: LeaveType | None = offered.order_by("code").first()
    return found


def _require_times(asked: NewOvertime) -> None:
    start, end, length = asked.start_minute, asked.end_minute, asked.minutes
    if start is not None and end is not None and length is None:
        length = end - start
    elif start is not None or end is not None or length is None:
        raise refused(
            "times", "请填写起止时间，或只填写分钟数。", "Give a start and an end, or only the minutes.",
            field="minutes",
        )  # fmt: skip
    if not 0 < length <= MOST_MINUTES:
        raise refused("times", "加班时长须在 24 小时以内。", "Overtime is more than nothing, and at most 24 hours.",
                      field="minutes")  # fmt: skip


def _warnings(kind: DayKind, policy: OvertimePolicy, minutes: int, day: int, month: int) -> Iterator[OvertimeWarning]:
    daily, monthly = limits()["day_overtime_minutes"], limits()["month_overtime_minutes"]
    if kind == DayKind.WORKDAY and day > daily.value:
        yield OvertimeWarning(
            "day_limit", f"当日加班 {_hours(day)} 小时，超过 {_hours(daily.value)} 小时（{daily.reference.zh}）。",
            f"{_hours(day)} hours of overtime on this day, above {_hours(daily.value)} ({daily.reference.en}).",
        )  # fmt: skip
    if month > monthly.value:
        yield OvertimeWarning(
            "month_limit",
            f"当月加班 {_hours(month)} 小时，超过 {_hours(monthly.value)} 小时（{monthly.reference.zh}）。",
            f"{_hours(month)} hours of overtime in this month, above {_hours(monthly.value)} ({monthly.reference.en}).",
        )  # fmt: skip
    if 0 < minutes < policy.minimum_minutes:
        yield OvertimeWarning(
            "below_minimum", f"不足 {policy.minimum_minutes} 分钟的加班不计。",
            f"Overtime below {policy.minimum_minutes} minutes does not count.",
        )  # fmt: skip
    if policy.source.name == "BY_PUNCH":
        yield OvertimeWarning(
            "by_punch", "该班次的加班按打卡计算，审批仅作记录或转调休。",
            "Overtime of this shift counts by the punches; the request is a record, or makes it time off.",
        )  # fmt: skip


def _faults(
    asked: NewOvertime, setup: Setup, kind: DayKind, minutes: int, leave_type: LeaveType | None, today: date
) -> Iterator[DomainError]:
    back = setup.settings.overtime_days_back
    if (today - asked.date).days > back:
        yield refused(
            "too_late", f"加班最晚须在 {back} 天内申请。" if back else "加班须事先或当天申请。",
            f"Overtime can be asked for until {back} days after it." if back
            else "Overtime has to be asked for before it, or on the day.", field="date",
        )  # fmt: skip
    if not minutes:
        yield refused(
            "within_shift", "所选时间都在班次内，不是加班。", "All of this time lies within the shift.",
            field="start_minute",
        )  # fmt: skip
    if asked.compensation == Compensation.TIME_OFF:
        yield from _leave_faults(asked, setup, kind, leave_type)
    if _meets(asked):
        yield refused(
            "twice", "该时间已申请过加班。", "Overtime is asked for in this time already.", status=409, field="date"
        )


def _leave_faults(
    asked: NewOvertime, setup: Setup, kind: DayKind, leave_type: LeaveType | None
) -> Iterator[DomainError]:
    if kind == DayKind.STATUTORY_HOLIDAY:
        yield refused(
            "statutory_pay", "法定节假日加班须支付加班费，不能以调休代替（《劳动法》第四十四条）。",
            "Overtime on a statutory holiday is always paid (Labour Law art. 44).", field="compensation",
        )  # fmt: skip
        return
    word = OvertimeKind.WEEKDAY if kind == DayKind.WORKDAY else OvertimeKind.REST_DAY
    if leave_type is None or word not in setup.settings.overtime_leave_kinds:
        yield refused(
            "no_time_off", "该日加班不能转为调休。", "Overtime of this day cannot become time off.",
            field="compensation",
        )  # fmt: skip
    if is_locked(month_of(asked.date)):  # its pay is settled with the month
        yield month_locked(month_of(asked.date))


def _meets(asked: NewOvertime) -> bool:
    there = OvertimeRequest.objects.filter(employee=asked.employee, date=asked.date, state__in=LIVE)
    if asked.start_minute is None:
        return bool(there.exists())
    times = there.values_list("start_minute", "end_minute")
    return any(start is None or (start < asked.end_minute and asked.start_minute < end) for start, end in times)


def kind_title(kind: DayKind) -> str:
    """The kind of a day in the active language."""
    return str(Kind(int(kind)).label)


def _hours(minutes: int) -> str:
    return f"{minutes / 60:g}"
