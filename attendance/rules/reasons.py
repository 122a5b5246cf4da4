"""Reasons 计算依据: why a day came out as it did, as a small tree of facts and sums in Chinese and English.

Made from the engine's own trace of the day, so nothing is computed here a second time; `tests` check that every sum
adds up to the number above it, for every rule there is.
"""

from collections.abc import Sequence

from attendance.rules.absences import AbsenceKind
from attendance.rules.calendars import DayKind, date_of
from attendance.rules.day_columns import RESULT_COLUMNS, DayRow, DayStatus
from attendance.rules.day_traces import DayTrace, SegmentTrace, covered_by_kind
from attendance.rules.overtime_reasons import explain_overtime
from attendance.rules.reason_parts import (
    AWAY_TEXTS,
    KIND_TEXTS,
    STATUS_TEXTS,
    Reason,
    clock,
    minutes_of,
    span_text,
)
from attendance.rules.segment_reasons import (
    explain_early,
    explain_late,
    explain_late_start,
    explain_night,
    explain_worked,
    missing_punches,
)
from attendance.rules.shift_choice import Misfit
from attendance.rules.shift_parts import PunchMode
from attendance.rules.shifts import DAY_MINUTES, Shift

__all__ = ["Reason", "clock", "explain_day", "explain_stored"]


def explain_day(trace: DayTrace, *, choice: Sequence[Misfit] = (), too_late: Sequence[int] = ()) -> Reason:
    """The reasons of one day. choice: how badly each shift fits that may have been worked; too_late: minutes since
    1970 of punches that arrived after the month was locked.
    """
    found = [
        _explain_kind(trace.kind),
        _explain_shift(trace.shift),
        _explain_choice(trace, choice),
        _explain_punches(trace),
        _explain_too_late(trace.day, too_late),
        _explain_away(trace.row),
        *missing_punches(trace),
        explain_late(trace),
        None if trace.row.late_minutes else explain_late_start(trace),
        explain_early(trace),
        explain_worked(trace),
        *explain_overtime(trace),
        explain_night(trace),
        _explain_short(trace),
        _explain_absent(trace),
        _explain_half_days(trace),
    ]
    return _day(trace.day, trace.row, tuple(reason for reason in found if reason))


def explain_stored(*, day: int, kind: DayKind, shift: Shift | None, row: DayRow) -> Reason:
    """A stored day whose punches, roster or rules are not what they were when it was computed: its figures alone."""
    zh = "打卡、排班、请假或规则在计算之后有变化，以下为计算时的数值"
    en = "Punches, roster, leave or rules have changed since; these are the figures as they were computed"
    figures = tuple(
        minutes_of(name.removesuffix("_minutes"), value, name, name)
        for name in RESULT_COLUMNS
        if name.endswith("_minutes") and (value := getattr(row, name))
    )
    return _day(day, row, (_explain_kind(kind), _explain_shift(shift), Reason("changed_since", 0, zh, en), *figures))


def _day(day: int, row: DayRow, because: tuple[Reason, ...]) -> Reason:
    zh, en = STATUS_TEXTS[DayStatus(row.status)]
    date = date_of(day).isoformat()
    return Reason("status", row.status, f"{date} {zh}", f"{date} {en}", because)


def _explain_kind(kind: DayKind) -> Reason:
    zh, en = KIND_TEXTS[kind]
    return Reason("day_kind", kind, f"日历：{zh}", f"Calendar: {en}")


def _explain_shift(shift: Shift | None) -> Reason:
    if shift is None:
        return Reason("shift", 0, "当日无排班", "No shift planned")
    times = span_text(shift.start_minute, shift.end_minute)
    zh, en = f"班次 {shift.code} {times}", f"Shift {shift.code} {times}"
    if shift.flex:
        band = span_text(shift.earliest_minute, shift.latest_minute)
        zh, en = f"{zh}，弹性上班 {band}", f"{en}, flexible start {band}"
    if shift.is_open:
        zh, en = f"{zh}，不定时，应出勤 {shift.due_minutes} 分钟", f"{en}, open, {shift.due_minutes} minutes due"
    if shift.start_minute >= DAY_MINUTES:
        zh, en = f"{zh}，归属前一日", f"{en}, belongs to the day before"
    parts = tuple(_explain_segment(shift, place) for place in range(len(shift.parts))) if len(shift.parts) > 1 else ()
    return Reason("shift", shift.due_minutes, zh, en, parts)


def _explain_segment(shift: Shift, place: int) -> Reason:
    part = shift.parts[place]
    span = span_text(part.start_minute, part.end_minute)
    lesson = shift.punches == PunchMode.SEGMENT_STARTS
    zh, en = (f"第 {place + 1} 节课", "Lesson") if lesson else (f"第 {place + 1} 段", "Segment")
    return Reason("segment", part.minutes, f"{zh} {span}", f"{en} {place + 1} {span}")


def _explain_choice(trace: DayTrace, choice: Sequence[Misfit]) -> Reason | None:
    """Why this shift, where several may have been worked."""
    if not choice or trace.shift is None:
        return None
    parts = tuple(
        Reason(
            "misfit", one.cost, f"{one.code}：与打卡相差 {one.cost}", f"{one.code}: misses the punches by {one.cost}"
        )
        for one in choice
    )
    code = trace.shift.code
    return Reason("chosen", 0, f"按打卡自动识别为班次 {code}", f"Shift {code} chosen by the punches", parts)


def _explain_punches(trace: DayTrace) -> Reason:
    count, times = len(trace.punches), ", ".join(map(clock, trace.punches))
    zh = f"打卡 {count} 次：{times}" if count else "无打卡记录"
    en = f"{count} punches: {times}" if count else "No punches"
    roles = [role for segment in trace.segments for role in _roles(trace.shift, segment)]
    shown = len(trace.segments) > 1 or any(role.key == "punch_ignored" for role in roles)
    return Reason("punches", count, zh, en, tuple(roles) if shown else ())


def _roles(shift: Shift | None, segment: SegmentTrace) -> list[Reason]:
    """What each punch was taken for."""
    roles, window = [], shift.duplicate_minutes if shift else 1
    punches, first, last = segment.punches, segment.first_in, segment.last_out
    for place, minute in enumerate(punches):
        time = clock(minute)
        if minute == first and place == 0:
            roles.append(Reason("punch_in", minute, f"{time} 上班", f"{time} in"))
        elif minute == last and place == len(punches) - 1:
            roles.append(Reason("punch_out", minute, f"{time} 下班", f"{time} out"))
        elif minute - punches[place - 1 if place else 0] < window or minute in (first, last):
            zh, en = f"{time} 重复打卡，不计", f"{time} a duplicate, not counted"
            roles.append(Reason("punch_ignored", minute, zh, en))
        else:
            zh, en = f"{time} 首末卡之间，不计", f"{time} between the first and the last, not counted"
            roles.append(Reason("punch_ignored", minute, zh, en))
    return roles


def _explain_too_late(day: int, stamps: Sequence[int]) -> Reason | None:
    if not stamps:
        return None
    times = ", ".join(clock(minute - day * DAY_MINUTES) for minute in stamps)
    zh = f"月份锁定后到达的打卡，解锁重算前不计：{times}"
    en = f"Punches that arrived after the month was locked and do not count until it is opened: {times}"
    return Reason("punches_after_lock", len(stamps), zh, en)


def _explain_away(row: DayRow) -> Reason | None:
    """Due minutes that leave and travel cover."""
    covered = {kind: minutes for kind, minutes in covered_by_kind(row).items() if minutes}
    if not covered:
        return None
    parts = tuple(_away_part(kind, minutes) for kind, minutes in covered.items())
    return minutes_of("away", sum(covered.values()), "请假和出差覆盖应出勤", "of due time covered", parts)


def _away_part(kind: AbsenceKind, minutes: int) -> Reason:
    key, zh, en = AWAY_TEXTS[kind]
    return minutes_of(key, minutes, zh, en)


def _explain_short(trace: DayTrace) -> Reason | None:
    """Hours owed where only they count."""
    row = trace.row
    if not row.short_minutes:
        return None
    covered = sum(covered_by_kind(row).values())
    parts = [
        minutes_of("due", row.due_minutes, "应出勤", "due"),
        minutes_of("worked", row.worked_minutes, "工时", "worked"),
    ]
    if covered:
        parts.append(minutes_of("away", covered, "请假和出差", "of leave and travel"))
    return minutes_of("short", row.short_minutes, "工时不足", "short of due hours", tuple(parts))


def _explain_absent(trace: DayTrace) -> Reason | None:
    """Segments to which nobody came, without what leave covers."""
    row = trace.row
    if not row.absent_minutes:
        return None
    missed = [segment for segment in trace.segments if segment.absent]
    parts = tuple(
        minutes_of("missed_segment", segment.absent, f"{_span(segment)} 无人打卡", f"{_span(segment)} without a punch")
        for segment in missed
        if len(trace.segments) > 1
    )
    beyond = sum(segment.absent for segment in missed) - row.absent_minutes
    if parts and beyond:
        parts = (*parts, minutes_of("break", beyond, "扣除按时长休息", "of breaks by length taken off"))
    return minutes_of("absent", row.absent_minutes, "旷工", "absent", parts)


def _span(segment: SegmentTrace) -> str:
    part = segment.segment
    return span_text(part.start_minute, part.end_minute) if part else ""


def _explain_half_days(trace: DayTrace) -> Reason | None:
    """By which rule half a day or all of it is absent."""
    halves = trace.row.absent_half_days
    if not halves:
        return None
    zh, en = ("旷工半天", "half a day absent") if halves == 1 else ("旷工一天", "a whole day absent")
    rules = (_by_absence(trace), _by_hours(trace), _by_lateness(trace))
    return Reason("half_days", halves, zh, en, tuple(rule for rule in rules if rule and rule.value == halves))


def _by_absence(trace: DayTrace) -> Reason | None:
    absent, due = trace.row.absent_minutes, trace.row.due_minutes
    if not absent or absent * 2 < due:
        return None
    zh, en = f"应出勤 {due} 分钟，未到 {absent} 分钟", f"{absent} of {due} due minutes missed"
    return Reason("by_absence", 2 if absent == due else 1, zh, en)


def _by_hours(trace: DayTrace) -> Reason | None:
    """Too few minutes worked on a day that the punches prove."""
    shift, row = trace.shift, trace.row
    proven = any(one.complete for one in trace.segments) and not any(one.single for one in trace.segments)
    if shift is None or not proven:
        return None
    minutes = row.worked_minutes + sum(covered_by_kind(row).values())
    for value, bound in ((2, shift.absent_below_minutes), (1, shift.half_absent_below_minutes)):
        if minutes < bound:
            zh, en = f"工时 {minutes} 分钟，低于 {bound} 分钟", f"{minutes} minutes are below {bound}"
            return Reason("by_hours", value, zh, en)
    return None


def _by_lateness(trace: DayTrace) -> Reason | None:
    late = trace.row.late_minutes
    reached = [tier for tier in trace.table.lateness.tiers if late >= tier.from_minutes]
    if not late or not reached or not reached[-1].absent_half_days:
        return None
    bound = reached[-1].from_minutes
    zh, en = f"迟到 {late} 分钟，达到 {bound} 分钟等级", f"{late} minutes late reach the tier of {bound}"
    return Reason("by_lateness", reached[-1].absent_half_days, zh, en)
