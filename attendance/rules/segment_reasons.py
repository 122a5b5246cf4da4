"""Reasons of what is counted segment by segment: lateness, early leave, working time, night, missing punches."""

from collections.abc import Callable, Iterable

from attendance.rules.day_traces import DayTrace, SegmentTrace
from attendance.rules.reason_parts import (
    Reason,
    clock,
    grace_text,
    minutes_of,
    rounding_text,
    span_text,
    time_of,
)
from attendance.rules.shifts import PunchMode, Shift

Parts = tuple[Reason, ...]


def missing_punches(trace: DayTrace) -> Iterable[Reason]:
    """Segments with one punch where two are asked for."""
    for segment in trace.segments:
        if not segment.single:
            continue
        zh, en = _place(trace, segment)
        if segment.first_in is None:
            yield Reason("missing_in", 0, f"{zh}缺上班卡，工时不计", f"{en}No punch in: no working time counted")
        else:
            yield Reason("missing_out", 0, f"{zh}缺下班卡，工时不计", f"{en}No punch out: no working time counted")


def explain_late(trace: DayTrace) -> Reason | None:
    """Lateness of the segments together, and what it does in the month."""
    if not trace.row.late_minutes or trace.shift is None:
        return None
    parts = _by_segment(trace, "late", lambda one: one.late, lambda one: _late_parts(trace, one), "迟到", "late")
    more = grace_text(trace.shift.late_grace_minutes)
    return minutes_of("late", trace.row.late_minutes, "迟到", "late", (*parts, *_month_of_late(trace)), more)


def _late_parts(trace: DayTrace, segment: SegmentTrace) -> Parts:
    came = segment.first_in if segment.first_in is not None else segment.counted_in
    limit = time_of("latest_start", segment.late_from, "最晚上班", "Latest start", _moved_start(trace, segment))
    return time_of("first_in", came, "首次打卡", "First in"), limit


def _moved_start(trace: DayTrace, segment: SegmentTrace) -> Parts:
    """Why the latest start is not that of the shift."""
    shift = trace.shift
    assert shift is not None and segment.segment is not None
    nominal = shift.latest_minute if segment is trace.segments[0] else segment.segment.start_minute
    if segment.late_from == nominal:
        return ()
    late_start = _late_start(trace, segment)
    if late_start is not None and late_start.value == segment.late_from:
        return (late_start,)
    away = Reason("excused_until", segment.late_from, f"请假或出差至 {clock(segment.late_from)}",
                  f"Leave or travel until {clock(segment.late_from)}")  # fmt: skip
    return (away,) if late_start is None else (late_start, away)


def explain_late_start(trace: DayTrace) -> Reason | None:
    """Came late and may, having left late the day before."""
    used = [segment for segment in trace.segments if segment.late_start]
    return _late_start(trace, used[0]) if used else None


def _late_start(trace: DayTrace, segment: SegmentTrace) -> Reason | None:
    """The bound of late-out-late-in that the leave of the day before has reached."""
    left = trace.left_before
    if trace.shift is None or left is None or segment is not trace.segments[0]:
        return None
    reached = [rule for rule in trace.shift.late_starts if left >= rule.left_from_minute]
    if not reached:
        return None
    until = reached[-1].start_until_minute
    zh = f"晚走晚到：前一日 {clock(left)} 下班，可于 {clock(until)} 前到岗"
    en = f"Left at {clock(left)} the day before, so may come until {clock(until)}"
    return Reason("late_start", until, zh, en)


def _month_of_late(trace: DayTrace) -> Parts:
    """What the month makes of a late day."""
    late, policy = trace.row.late_minutes, trace.table.lateness
    found = []
    if policy.free_count and late <= policy.free_minutes:
        zh = f"每月前 {policy.free_count} 次 {policy.free_minutes} 分钟以内的迟到在月度汇总中免计"
        en = f"The first {policy.free_count} times a month of at most {policy.free_minutes} minutes are forgiven"
        found.append(Reason("free_times", policy.free_count, zh, en))
    reached = [tier for tier in policy.tiers if late >= tier.from_minutes]
    if reached:
        bound = reached[-1].from_minutes
        found.append(Reason("late_tier", bound, f"迟到等级：{bound} 分钟起", f"Tier of lateness: from {bound} minutes"))
    return tuple(found)


def explain_early(trace: DayTrace) -> Reason | None:
    if not trace.row.early_minutes or trace.shift is None:
        return None
    parts = _by_segment(trace, "early", lambda one: one.early, lambda one: _early_parts(trace, one), "早退",
                        "early leave")  # fmt: skip
    more = grace_text(trace.shift.early_grace_minutes)
    return minutes_of("early", trace.row.early_minutes, "早退", "early leave", parts, more)


def _early_parts(trace: DayTrace, segment: SegmentTrace) -> Parts:
    left = segment.last_out if segment.last_out is not None else segment.counted_out
    zh, en = "应下班", "Due end"
    flex = trace.shift.flex if trace.shift else None
    if flex is not None and flex.core_end_minute == segment.stay_until < segment.due_end:
        zh, en = "核心时间结束", "Core hours end"
    elif segment.stay_until < segment.due_end:
        zh, en = "请假或出差前应在岗至", "Due until leave or travel at"
    return time_of("due_end", segment.stay_until, zh, en), time_of("last_out", left, "末次打卡", "Last out")


def explain_worked(trace: DayTrace) -> Reason | None:
    """Working time with every break that was taken off."""
    if not any(segment.complete for segment in trace.segments):
        return None
    parts = _by_segment(
        trace, "worked", lambda one: one.worked, lambda one: _worked_parts(trace, one), "工时", "worked",
        of=lambda one: one.complete,
    )  # fmt: skip
    taken = trace.worked_in_segments - trace.row.worked_minutes
    if taken:
        above = _break_bound(trace)
        zh, en = f"工作超过 {above} 分钟，扣除休息", f"break taken off above {above} minutes of work"
        parts = (*parts, minutes_of("length_break", taken, zh, en))
    return minutes_of("worked", trace.row.worked_minutes, "工时", "worked", parts)


def _break_bound(trace: DayTrace) -> int:
    """The highest bound that the length worked is above."""
    bounds = [item.above_minutes for item in trace.shift.length_breaks] if trace.shift else []
    return max(bound for bound in bounds if bound < trace.worked_in_segments)


def _worked_parts(trace: DayTrace, segment: SegmentTrace) -> Parts:
    parts = [
        time_of("counted_from", segment.begin, "计时起", "Counted from", more=_from_text(trace.shift, segment)),
        time_of("counted_to", segment.finish, "计时止", "Counted to", more=_to_text(trace.shift, segment)),
    ]
    for one in segment.breaks:
        span = span_text(one.start, one.end)
        parts.append(minutes_of("break", one.minutes, f"扣除休息 {span}", f"break {span} taken off"))
    for one in segment.away:
        span = span_text(one.start, one.end)
        parts.append(
            minutes_of("away_time", one.minutes, f"扣除请假或出差 {span}", f"leave or travel {span} taken off")
        )
    return tuple(parts)


def _from_text(shift: Shift | None, segment: SegmentTrace) -> tuple[str, str]:
    if shift is None or segment.first_in is None:
        return "", ""
    if segment.begin > segment.counted_in:
        return "（更早的时间不计）", " (what lies before does not count)"
    return rounding_text(shift.round_in, segment.first_in)


def _to_text(shift: Shift | None, segment: SegmentTrace) -> tuple[str, str]:
    if shift is None:
        return "", ""
    if shift.punches == PunchMode.SEGMENT_STARTS:
        return "（按课时结束）", " (the end of the lesson)"
    if segment.last_out is None:
        return "", ""
    if segment.finish < segment.counted_out:
        return "（更晚的时间不计）", " (what lies after does not count)"
    return rounding_text(shift.round_out, segment.last_out)


def explain_night(trace: DayTrace) -> Reason | None:
    if not trace.row.night_minutes:
        return None
    window = trace.shift.night if trace.shift else None
    span = span_text(window.start_minute, window.end_minute) if window else span_text(1320, 1800)
    parts = _by_segment(trace, "night", lambda one: one.night, lambda one: (), "夜间工时", "night work")
    more = f"（{span}）", f" ({span})"
    return minutes_of("night", trace.row.night_minutes, "夜间工时", "night work", parts, more)


def _by_segment(
    trace: DayTrace, key: str, value: Callable[[SegmentTrace], int], parts: Callable[[SegmentTrace], Parts], zh: str,
    en: str, of: Callable[[SegmentTrace], bool] | None = None,
) -> Parts:  # fmt: skip
    """The parts themselves on a day of one segment, else one reason for each segment that has any."""
    if len(trace.segments) == 1:
        return parts(trace.segments[0])
    shown = [segment for segment in trace.segments if (of(segment) if of else value(segment))]
    return tuple(
        minutes_of(f"{key}_of_segment", value(segment), f"{_place(trace, segment)[0]}{zh}",
                   f"{en} in {_place(trace, segment)[1].removesuffix(': ')}", parts(segment))
        for segment in shown
    )  # fmt: skip


def _place(trace: DayTrace, segment: SegmentTrace) -> tuple[str, str]:
    """Which segment it is, empty where there is one only."""
    if len(trace.segments) == 1 or segment.segment is None:
        return "", ""
    span = span_text(segment.segment.start_minute, segment.segment.end_minute)
    return f"{span} 段", f"{span}: "
