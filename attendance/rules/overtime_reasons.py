"""Reasons of overtime: what lies beside the shift, what of it counts by minimum and step, and what was approved."""

from attendance.rules.calendars import DayKind
from attendance.rules.day_traces import DayTrace, covered_by_kind
from attendance.rules.reason_parts import SOURCE_TEXTS, Reason, minutes_of, policy_text, span_text
from attendance.rules.shift_parts import OvertimePolicy, OvertimeSource

Parts = tuple[Reason, ...]
_KEYS = {
    DayKind.WORKDAY: ("overtime_weekday", "平时加班", "weekday overtime"),
    DayKind.STATUTORY_HOLIDAY: ("overtime_statutory", "法定节假日加班", "statutory holiday overtime"),
}
_REST = ("overtime_rest_day", "休息日加班", "rest day overtime")


def explain_overtime(trace: DayTrace) -> Parts:
    """Overtime of the day's kind; also where nothing of what was worked or approved counts."""
    policy = trace.shift.overtime if trace.shift else trace.table.off_roster
    sides = _sides(trace, policy)
    by_punch = sum(policy.credit(side.value) for side in sides)
    key, zh, en = _KEYS.get(trace.kind, _REST)
    row = trace.row
    minutes = row.overtime_weekday_minutes + row.overtime_rest_day_minutes + row.overtime_statutory_minutes
    time_off = _time_off(row.overtime_leave_minutes)
    if policy.source == OvertimeSource.BY_PUNCH:
        counted = tuple(side for side in sides if policy.credit(side.value))
        paid = (minutes_of(key, minutes, zh, en, counted, policy_text(policy)),) if minutes else ()
        return (*paid, *time_off) or _too_little(sides, policy)
    if not minutes and not by_punch and not trace.approved:
        return _too_little(sides, policy)
    how = SOURCE_TEXTS[policy.source]
    parts = (
        minutes_of("by_punch", by_punch, "按打卡", "by punch", sides, policy_text(policy)),
        minutes_of("approved", trace.approved or 0, "已审批", "approved"),
    )
    return (minutes_of(key, minutes, zh, en, parts, (f"（{how[0]}）", f" ({how[1]})")), *time_off)


def _time_off(minutes: int) -> Parts:
    """Overtime that is not paid but became leave."""
    if not minutes:
        return ()
    return (minutes_of("overtime_leave", minutes, "加班转调休", "overtime as time off"),)


def _sides(trace: DayTrace, policy: OvertimePolicy) -> Parts:
    """The minutes that may be overtime, before minimum and step."""
    row = trace.row
    if trace.kind != DayKind.WORKDAY:
        worked = row.worked_minutes
        return (minutes_of("worked", worked, "工时", "worked"),) if worked else ()
    if trace.shift is None:
        return ()
    if trace.shift.is_open:
        return _beyond_due(trace) if policy.after and any(one.complete for one in trace.segments) else ()
    return tuple(
        side
        for segment in trace.segments
        for side in _beside(segment.before_minutes, segment.after_minutes, segment.counted_in, segment.due_end)
    )


def _beside(before: int, after: int, came: int, due_end: int) -> Parts:
    sides = []
    if after:
        span = span_text(due_end, due_end + after)
        sides.append(minutes_of("after_shift", after, f"班后 {span}", f"after the shift {span}"))
    if before:
        span = span_text(came, came + before)
        sides.append(minutes_of("before_shift", before, f"班前 {span}", f"before the shift {span}"))
    return tuple(sides)


def _beyond_due(trace: DayTrace) -> Parts:
    """What an open shift has above the hours that are due."""
    due = trace.row.due_minutes - sum(covered_by_kind(trace.row).values())
    beyond = trace.row.worked_minutes - due
    if beyond <= 0:
        return ()
    return (minutes_of("beyond_due", beyond, f"超出应出勤 {due} 分钟", f"beyond {due} due minutes"),)


def _too_little(sides: Parts, policy: OvertimePolicy) -> Parts:
    """Time beside the shift that does not reach the minimum."""
    if not sides or policy.minimum_minutes == 1:
        return ()
    minimum = policy.minimum_minutes
    zh, en = f"不足 {minimum} 分钟，不计加班", f"Below {minimum} minutes: no overtime"
    return (Reason("below_minimum", sum(side.value for side in sides), zh, en, sides),)
