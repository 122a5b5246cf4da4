"""Reasons 计算依据: why a day came out as it did, as a small tree of facts and sums in Chinese and English.

Works on the stored day result, so what is explained is what was stored: every number shown is a column of the result
or a fixed time of the shift, and `tests` check that each sum adds up to the number above it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from attendance.rules.calendars import DayKind, date_of
from attendance.rules.day_columns import NO_MINUTE, DayRow, DayStatus
from attendance.rules.shift_tables import OFF_ROSTER_POLICY
from attendance.rules.shifts import DAY_MINUTES, OvertimePolicy, Shift

STATUS_TEXTS = {
    DayStatus.REST: ("休息", "rest"),
    DayStatus.HOLIDAY: ("放假", "holiday"),
    DayStatus.PRESENT: ("出勤", "present"),
    DayStatus.ABSENT: ("旷工", "absent"),
    DayStatus.MISSING_PUNCH: ("缺卡", "missing punch"),
    DayStatus.OFF_ROSTER: ("无排班出勤", "worked without a shift"),
    DayStatus.LEAVE: ("请假", "leave"),
    DayStatus.TRAVEL: ("出差", "travel"),
}
KIND_TEXTS = {
    DayKind.WORKDAY: ("工作日", "working day"),
    DayKind.REST_DAY: ("休息日", "rest day"),
    DayKind.STATUTORY_HOLIDAY: ("法定节假日", "statutory holiday"),
    DayKind.HOLIDAY: ("假日", "holiday"),
}


@dataclass(frozen=True, slots=True)
class Reason:
    """One fact: a stable key, its value (minutes, a minute since 1970, or a code), the text, and what it rests on."""

    key: str
    value: int
    zh: str
    en: str
    because: tuple["Reason", ...] = ()


def explain_day(
    *,
    day: int,
    kind: DayKind,
    shift: Shift | None,
    row: DayRow,
    punches: Sequence[int],
    off_roster: OvertimePolicy = OFF_ROSTER_POLICY,
) -> Reason:
    """The reasons of one day. `punches` are the minutes of all punches matched to it, ascending.

    `off_roster` is the overtime policy that the shift table was compiled with, for days without a shift.
    """
    zh, en = STATUS_TEXTS[DayStatus(row.status)]
    facts = (_explain_kind(kind), _explain_shift(shift), _explain_punches(day, punches))
    numbers = _explain_numbers(day, shift, shift.overtime if shift else off_roster, row)
    date = date_of(day).isoformat()
    return Reason("status", row.status, f"{date} {zh}", f"{date} {en}", (*facts, *numbers))


def _explain_kind(kind: DayKind) -> Reason:
    zh, en = KIND_TEXTS[kind]
    return Reason("day_kind", kind, f"日历：{zh}", f"Calendar: {en}")


def _explain_shift(shift: Shift | None) -> Reason:
    if shift is None:
        return Reason("shift", 0, "当日无排班", "No shift planned")
    times = f"{clock(shift.start_minute)}–{clock(shift.end_minute)}"
    zh, en = f"班次 {shift.code} {times}", f"Shift {shift.code} {times}"
    if shift.flex:
        band = f"{clock(shift.earliest_minute)}–{clock(shift.latest_minute)}"
        zh, en = f"{zh}，弹性上班 {band}", f"{en}, flexible start {band}"
    return Reason("shift", shift.due_minutes, zh, en)


def _explain_punches(day: int, punches: Sequence[int]) -> Reason:
    times = ", ".join(clock(minute - day * DAY_MINUTES) for minute in punches)
    return Reason(
        "punches",
        len(punches),
        f"打卡 {len(punches)} 次：{times}" if punches else "无打卡记录",
        f"{len(punches)} punches: {times}" if punches else "No punches",
    )


def _explain_numbers(day: int, shift: Shift | None, policy: OvertimePolicy, row: DayRow) -> tuple[Reason, ...]:
    first = row.first_in - day * DAY_MINUTES if row.first_in != NO_MINUTE else None
    last = row.last_out - day * DAY_MINUTES if row.last_out != NO_MINUTE else None
    times = DayTimes(shift=shift, policy=policy, first=first, last=last)
    found = [
        _explain_missing(times) if (first is None) != (last is None) else None,
        _explain_late(times, row.late_minutes) if shift and row.late_minutes else None,
        _explain_early(times, row.early_minutes) if shift and row.early_minutes else None,
        _explain_worked(times, row.worked_minutes) if first is not None and last is not None else None,
        *_explain_overtime(times, row),
        _minutes("night", row.night_minutes, "夜间工时", "night work") if row.night_minutes else None,
    ]
    return tuple(reason for reason in found if reason)


@dataclass(frozen=True, slots=True)
class DayTimes:
    """The times of one day in minutes of that day, None where there is no punch."""

    shift: Shift | None
    policy: OvertimePolicy
    first: int | None
    last: int | None

    @property
    def due_end(self) -> int | None:
        """When the shift ended for this person: the start held inside the band, plus the length of the shift."""
        if self.shift is None:
            return None
        came = self.shift.earliest_minute if self.first is None else self.first
        start = min(max(came, self.shift.earliest_minute), self.shift.latest_minute)
        return start + self.shift.span_minutes


def _explain_missing(times: DayTimes) -> Reason:
    if times.first is None:
        return Reason("missing_in", 0, "缺上班卡，工时不计", "No punch in: no working time counted")
    return Reason("missing_out", 0, "缺下班卡，工时不计", "No punch out: no working time counted")


def _explain_late(times: DayTimes, minutes: int) -> Reason:
    assert times.shift is not None and times.first is not None
    grace = times.shift.late_grace_minutes
    limit = _time("latest_start", times.shift.latest_minute, "最晚上班", "Latest start")
    came = _time("first_in", times.first, "首次打卡", "First in")
    zh, en = _grace_text(grace)
    return _minutes("late", minutes, "迟到", "late", (came, limit), zh, en)


def _explain_early(times: DayTimes, minutes: int) -> Reason:
    assert times.shift is not None and times.last is not None and times.due_end is not None
    due = _time("due_end", times.due_end, "应下班", "Due end")
    left = _time("last_out", times.last, "末次打卡", "Last out")
    zh, en = _grace_text(times.shift.early_grace_minutes)
    return _minutes("early", minutes, "早退", "early leave", (due, left), zh, en)


def _explain_worked(times: DayTimes, minutes: int) -> Reason:
    assert times.first is not None and times.last is not None
    begin, finish = _counted_span(times)
    parts = [
        _time("counted_from", begin, "计时起", "Counted from"),
        _time("counted_to", finish, "计时止", "Counted to"),
    ]
    for item in times.shift.unpaid_breaks if times.shift else ():
        overlap = min(finish, item.end_minute) - max(begin, item.start_minute)
        if overlap > 0:
            span = f"{clock(item.start_minute)}–{clock(item.end_minute)}"
            parts.append(_minutes("break", overlap, f"扣除休息 {span}", f"break {span} taken off"))
    return _minutes("worked", minutes, "工时", "worked", tuple(parts))


def _counted_span(times: DayTimes) -> tuple[int, int]:
    """What counts as time at work, breaks included: sides that earn no overtime end with the shift."""
    assert times.first is not None and times.last is not None
    begin, finish = times.first, times.last
    if times.shift and not times.shift.overtime.before:
        begin = max(begin, times.shift.earliest_minute)
    if times.shift and not times.shift.overtime.after and times.due_end is not None:
        finish = min(finish, times.due_end)
    return begin, max(begin, finish)


def _explain_overtime(times: DayTimes, row: DayRow) -> list[Reason]:
    kinds = (
        ("overtime_weekday", row.overtime_weekday_minutes, "平时加班", "weekday overtime"),
        ("overtime_rest_day", row.overtime_rest_day_minutes, "休息日加班", "rest day overtime"),
        ("overtime_statutory", row.overtime_statutory_minutes, "法定节假日加班", "statutory holiday overtime"),
    )
    return [
        _minutes(key, minutes, zh, en, _overtime_parts(times, key, row), *_policy_text(times.policy))
        for key, minutes, zh, en in kinds
        if minutes
    ]


def _overtime_parts(times: DayTimes, key: str, row: DayRow) -> tuple[Reason, ...]:
    """Off working days the whole working time is overtime; else what lies before and after the shift."""
    if key != "overtime_weekday":
        return (_minutes("worked", row.worked_minutes, "工时", "worked"),)
    assert times.shift and times.first is not None and times.last is not None and times.due_end is not None
    policy, parts = times.policy, []
    after = times.last - times.due_end
    before = min(times.shift.earliest_minute, times.last) - times.first
    if policy.after and policy.credit(after):
        span = f"{clock(times.due_end)}–{clock(times.last)}"
        parts.append(_minutes("after_shift", after, f"班后 {span}", f"after the shift {span}"))
    if policy.before and policy.credit(before):
        span = f"{clock(times.first)}–{clock(times.first + before)}"
        parts.append(_minutes("before_shift", before, f"班前 {span}", f"before the shift {span}"))
    return tuple(parts)


def _policy_text(policy: OvertimePolicy) -> tuple[str, str]:
    step, minimum = policy.step_minutes, policy.minimum_minutes
    if step == 1 and minimum == 1:
        return "", ""
    return f"（满 {minimum} 分钟起，按 {step} 分钟取整）", f" (from {minimum} minutes, in steps of {step})"


def _grace_text(grace: int) -> tuple[str, str]:
    if not grace:
        return "", ""
    return f"（超过宽限 {grace} 分钟，全部计入）", f" (beyond the {grace} minutes of grace, counted in full)"


def _minutes(
    key: str, minutes: int, zh: str, en: str, because: tuple[Reason, ...] = (), more_zh: str = "", more_en: str = ""
) -> Reason:
    return Reason(key, minutes, f"{zh} {minutes} 分钟{more_zh}", f"{minutes} minutes {en}{more_en}", because)


def _time(key: str, minute: int, zh: str, en: str) -> Reason:
    return Reason(key, minute, f"{zh} {clock(minute)}", f"{en} {clock(minute)}")


def clock(minute_of_day: int) -> str:
    """`08:05`, `08:05+1` on the next day, `23:30-1` on the day before."""
    days, minute = divmod(minute_of_day, DAY_MINUTES)
    return f"{minute // 60:02}:{minute % 60:02}" + (f"{days:+d}" if days else "")
