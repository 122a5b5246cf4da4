"""The reasons of a day name what the number rests on, and their sums add up to the stored numbers."""

from datetime import timedelta

import numpy as np

from attendance.rules.absences import AbsenceColumns, AbsenceKind
from attendance.rules.calendars import DayKind
from attendance.rules.day_columns import DayFlag, DayRow, PunchColumns
from attendance.rules.day_engine import compute_days
from attendance.rules.day_traces import DayTrace, trace_day
from attendance.rules.lateness import LatenessPolicy, LateTier
from attendance.rules.reasons import Reason, clock, explain_day, explain_stored
from attendance.rules.shift_choice import choose_shifts, misfits
from attendance.rules.shift_parts import OvertimeSource, RoundingDirection
from attendance.rules.shift_tables import compile_shifts
from attendance.rules.shifts import (
    Break,
    Flex,
    LateStart,
    OvertimePolicy,
    PunchMode,
    Rounding,
    Segment,
    Shift,
)

from .days import MONDAY, at, one_day, punches_of, roster_of
from .test_all_rules import TABLE, random_sample

FLEX = Shift(
    "F", 570, 1080, (Break(720, 750),), window_before_minutes=330, flex=Flex(510, 630), overtime=OvertimePolicy(30, 30)
)


def trace(shift: Shift | None, *times: str, kind: DayKind = DayKind.WORKDAY, **more) -> DayTrace:
    """The trace of a single planned day; `before` are times of the day before, which has the same shift."""
    table = compile_shifts([shift] if shift else [], **more.pop("rules", {}))
    before = more.pop("before", ())
    place = 0 if shift else -1
    roster = roster_of(*[place] * (2 if before else 1), kinds=[kind] * (2 if before else 1),
                       first=MONDAY - timedelta(days=1) if before else MONDAY)  # fmt: skip
    yesterday = punches_of(*before, day=MONDAY - timedelta(days=1))
    punches = punches_of(*times)
    both = PunchColumns(*(np.concatenate(pair) for pair in zip(columns_of(yesterday), columns_of(punches))))
    return trace_day(table, roster, both, len(roster) - 1, **more)


def columns_of(punches: PunchColumns) -> tuple[np.ndarray, np.ndarray]:
    return punches.employee, punches.minute


def explain(shift: Shift | None, *times: str, kind: DayKind = DayKind.WORKDAY, **more) -> Reason:
    return explain_day(trace(shift, *times, kind=kind, **more))


def lines(reason: Reason, language: str, depth: int = 0) -> list[str]:
    below = [line for item in reason.because for line in lines(item, language, depth + 1)]
    return ["  " * depth + getattr(reason, language), *below]


def test_a_day_explains_itself_in_english():
    assert lines(explain(FLEX, "10:45", "20:10"), "en") == [
        f"{MONDAY} present",
        "  Calendar: working day",
        "  Shift F 09:30–18:00, flexible start 08:30–10:30",
        "  2 punches: 10:45, 20:10",
        "  15 minutes late",
        "    First in 10:45",
        "    Latest start 10:30",
        "  535 minutes worked",
        "    Counted from 10:45",
        "    Counted to 20:10",
        "    30 minutes break 12:00–12:30 taken off",
        "  60 minutes weekday overtime (from 30 minutes, in steps of 30)",
        "    70 minutes after the shift 19:00–20:10",
    ]


def test_a_day_explains_itself_in_chinese():
    assert lines(explain(FLEX, "10:45", "20:10"), "zh") == [
        f"{MONDAY} 出勤",
        "  日历：工作日",
        "  班次 F 09:30–18:00，弹性上班 08:30–10:30",
        "  打卡 2 次：10:45, 20:10",
        "  迟到 15 分钟",
        "    首次打卡 10:45",
        "    最晚上班 10:30",
        "  工时 535 分钟",
        "    计时起 10:45",
        "    计时止 20:10",
        "    扣除休息 12:00–12:30 30 分钟",
        "  平时加班 60 分钟（满 30 分钟起，按 30 分钟取整）",
        "    班后 19:00–20:10 70 分钟",
    ]


def test_absence_missing_punches_and_free_days_say_so():
    assert "  No punches" in lines(explain(FLEX), "en")
    assert "  No punch out: no working time counted" in lines(explain(FLEX, "09:00"), "en")
    assert "  缺上班卡，工时不计" in lines(explain(FLEX, "18:00"), "zh")
    holiday = lines(explain(None, "09:00", "10:00", kind=DayKind.STATUTORY_HOLIDAY), "en")
    assert holiday[0] == f"{MONDAY} worked without a shift"
    assert "  60 minutes statutory holiday overtime" in holiday


def test_times_name_the_day_before_and_after():
    assert (clock(485), clock(1925), clock(-30)) == ("08:05", "08:05+1", "23:30-1")


def find(reason: Reason, key: str) -> Reason | None:
    return next((item for item in reason.because if item.key == key), None)


def away(start: str, end: str, kind: AbsenceKind = AbsenceKind.LEAVE_PAID) -> AbsenceColumns:
    return AbsenceColumns(
        np.array([0]), np.array([at(start)]), np.array([at(end)]), np.array([kind], dtype=np.int8)
    )  # fmt: skip


SPLIT = Shift("S4", 570, 1260, segments=(Segment(570, 840), Segment(990, 1260)), punches=PunchMode.EACH_SEGMENT)


def test_a_split_day_explains_each_segment():
    assert lines(explain(SPLIT, "09:40", "14:00", "21:00"), "en")[2:] == [
        "  Shift S4 09:30–21:00",
        "    Segment 1 09:30–14:00",
        "    Segment 2 16:30–21:00",
        "  3 punches: 09:40, 14:00, 21:00",
        "    09:40 in",
        "    14:00 out",
        "    21:00 out",
        "  16:30–21:00: No punch in: no working time counted",
        "  10 minutes late",
        "    10 minutes late in 09:30–14:00",
        "      First in 09:40",
        "      Latest start 09:30",
        "  260 minutes worked",
        "    260 minutes worked in 09:30–14:00",
        "      Counted from 09:40",
        "      Counted to 14:00",
    ]


def test_lessons_end_by_the_timetable_and_a_missed_one_is_named():
    lessons = Shift("L", 480, 580, segments=(Segment(480, 525), Segment(535, 580)), punches=PunchMode.SEGMENT_STARTS)
    found = lines(explain(lessons, "07:58"), "zh")
    assert "      计时止 08:45（按课时结束）" in found
    assert "  旷工 45 分钟" in found
    assert "    08:55–09:40 无人打卡 45 分钟" in found


def test_a_late_start_after_a_late_leave_says_when_the_person_left():
    shift = Shift("D", 480, 1020, window_after_minutes=360, late_starts=(LateStart(1260, 600),))
    found = lines(explain(shift, "09:30", "18:00", before=("08:00", "21:30")), "en")
    assert "  Left at 21:30 the day before, so may come until 10:00" in found
    assert "  晚走晚到：前一日 21:30 下班，可于 10:00 前到岗" in lines(
        explain(shift, "09:30", "18:00", before=("08:00", "21:30")), "zh"
    )
    late = find(explain(shift, "10:05", "18:00", before=("08:00", "21:30")), "late")
    assert late.value == 5
    assert late.because[1].because[0].key == "late_start"


def test_leave_at_the_edges_moves_what_is_asked_and_says_so():
    day = Shift("D", 480, 1020, (Break(720, 780),))
    morning = explain(day, "13:05", "17:00", absences=away("08:00", "12:00"))
    assert lines(find(morning, "late"), "en") == [
        "5 minutes late", "  First in 13:05", "  Latest start 13:00", "    Leave or travel until 13:00",
    ]  # fmt: skip
    assert lines(find(morning, "away"), "zh") == ["请假和出差覆盖应出勤 240 分钟", "  带薪假 240 分钟"]
    within = find(explain(day, "08:00", "17:00", absences=away("10:00", "11:00")), "worked")
    assert [part.en for part in within.because][-1] == "60 minutes leave or travel 10:00–11:00 taken off"


def test_rounding_names_the_punch_and_the_rule():
    shift = Shift("R", 480, 1020, round_in=Rounding(15, RoundingDirection.UP), round_out=Rounding(15))
    worked = find(explain(shift, "08:03", "17:05"), "worked")
    assert [part.en for part in worked.because] == [
        "Counted from 08:15 (08:03 rounded up to 15 minutes)",
        "Counted to 17:00 (17:05 rounded to the nearest 15 minutes)",
    ]


def test_overtime_names_punches_approval_and_what_is_too_little():
    both = Shift("A", 480, 1020, overtime=OvertimePolicy(30, 30, source=OvertimeSource.SMALLER))
    approved = np.array([60], dtype=np.int32)
    assert lines(find(explain(both, "08:00", "19:10", approved=approved), "overtime_weekday"), "en") == [
        "60 minutes weekday overtime (the smaller of punches and approval)",
        "  120 minutes by punch (from 30 minutes, in steps of 30)",
        "    130 minutes after the shift 17:00–19:10",
        "  60 minutes approved",
    ]
    nothing = find(explain(both, "08:00", "19:10"), "overtime_weekday")
    assert (nothing.value, nothing.because[-1].value) == (0, 0)
    plain = Shift("P", 480, 1020, overtime=OvertimePolicy(30, 30))
    assert find(explain(plain, "08:00", "17:20"), "below_minimum").zh == "不足 30 分钟，不计加班"


def test_open_shifts_core_hours_and_tiers_say_their_rule():
    open_day = Shift("O", 360, 1440, window_after_minutes=0, open_due_minutes=480)
    assert "  60 minutes short of due hours" in lines(explain(open_day, "09:00", "16:00"), "en")
    core = Shift("C", 540, 1080, flex=Flex(480, 600, core_end_minute=960))
    assert lines(find(explain(core, "09:00", "15:30"), "early"), "en")[1] == "  Core hours end 16:00"
    tiers = LatenessPolicy(3, 10, (LateTier(1), LateTier(61, 1)))
    day = Shift("D", 480, 1020)
    found = lines(explain(day, "09:10", "17:00", rules={"lateness": tiers}), "zh")
    assert {"    迟到等级：61 分钟起", "  旷工半天", "    迟到 70 分钟，达到 61 分钟等级"} <= set(found)
    assert "    每月前 3 次 10 分钟以内的迟到在月度汇总中免计" in lines(
        explain(day, "08:10", "17:00", rules={"lateness": tiers}), "zh"
    )


def test_every_punch_that_does_not_count_says_why():
    shift = Shift("D", 480, 1020, duplicate_minutes=5)
    roles = find(explain(shift, "07:58", "08:00", "12:00", "17:05"), "punches").because
    assert [role.en for role in roles] == [
        "07:58 in", "08:00 a duplicate, not counted", "12:00 between the first and the last, not counted", "17:05 out",
    ]  # fmt: skip


def test_the_chosen_shift_and_punches_after_the_lock_are_told():
    early, later = Shift("E", 480, 960, alternatives=("L",)), Shift("L", 600, 1080)
    table = compile_shifts([early, later])
    punches = punches_of("09:58", "18:05")
    roster = choose_shifts(table, roster_of(0), punches)
    choice = misfits(table, 0, punches, employee=0, day=int(roster.day[0]), used=-1)
    reason = explain_day(trace_day(table, roster, punches, 0), choice=choice, too_late=[at("18:30")])
    assert find(reason, "chosen").en == "Shift L chosen by the punches"
    assert [(part.zh, part.value) for part in find(reason, "chosen").because] == [
        ("E：与打卡相差 243", 243), ("L：与打卡相差 7", 7),
    ]  # fmt: skip
    assert find(reason, "punches_after_lock").en.endswith("until it is opened: 18:30")


def test_figures_that_today_cannot_be_explained_are_told_as_they_are():
    row = one_day(SPLIT, "09:40", "14:00", "16:30", "21:00")
    reason = explain_stored(day=at("00:00") // 1440, kind=DayKind.WORKDAY, shift=SPLIT, row=row)
    assert find(reason, "changed_since") is not None
    assert (find(reason, "late").value, find(reason, "worked").value) == (10, 530)


def total(reason: Reason, *keys: str) -> int:
    return sum(part.value for part in reason.because if part.key in keys)


def stretch(reason: Reason) -> int:
    """What one stretch of work comes to by its own parts."""
    parts = {part.key: part.value for part in reason.because}
    return parts["counted_to"] - parts["counted_from"] - total(reason, "break", "away_time")


def of_segments(reason: Reason, key: str) -> list[Reason]:
    """The reasons of the segments, or the one itself."""
    return [part for part in reason.because if part.key == f"{key}_of_segment"] or [reason]


def assert_adds_up(reason: Reason, policy: OvertimePolicy, kind: DayKind) -> None:
    """Every number equals what its own parts say."""
    for item in reason.because:
        if item.key == "late":
            for one in of_segments(item, "late"):
                assert one.value == total(one, "first_in") - total(one, "latest_start")
        if item.key == "early":
            for one in of_segments(item, "early"):
                assert one.value == total(one, "due_end") - total(one, "last_out")
        if item.key == "worked":
            parts = of_segments(item, "worked")
            assert all(one.value == stretch(one) for one in parts if one is not item)
            together = sum(one.value for one in parts) if parts != [item] else stretch(item)
            assert item.value == together - total(item, "length_break")
        if item.key in ("late", "early", "night") and of_segments(item, item.key) != [item]:
            assert item.value == sum(one.value for one in of_segments(item, item.key))
        if item.key == "away":
            assert item.value == sum(part.value for part in item.because)
        if item.key == "short":
            assert item.value == total(item, "due") - total(item, "worked", "away")
        if item.key == "absent" and item.because:
            assert item.value == total(item, "missed_segment") - total(item, "break")
        if item.key == "half_days":
            assert {part.value for part in item.because} == {item.value}
        if item.key.startswith("overtime"):
            assert item.value == agreed(item, policy)
        if item.key == "below_minimum":
            assert all(policy.credit(part.value) == 0 for part in item.because)


def agreed(item: Reason, policy: OvertimePolicy) -> int:
    if policy.source == OvertimeSource.BY_PUNCH:
        return sum(policy.credit(part.value) for part in item.because)
    by_punch, approved = item.because
    assert by_punch.value == sum(policy.credit(part.value) for part in by_punch.because)
    return approved.value if policy.source == OvertimeSource.BY_APPROVAL else min(by_punch.value, approved.value)


SHOWN = {
    "late": "late_minutes", "early": "early_minutes", "worked": "worked_minutes", "night": "night_minutes",
    "overtime_weekday": "overtime_weekday_minutes", "overtime_rest_day": "overtime_rest_day_minutes",
    "overtime_statutory": "overtime_statutory_minutes", "short": "short_minutes", "absent": "absent_minutes",
    "half_days": "absent_half_days",
}  # fmt: skip


def assert_tells_the_row(reason: Reason, row: DayRow) -> None:
    for key, column in SHOWN.items():
        found = find(reason, key)
        assert (found.value if found else 0) == getattr(row, column), (key, lines(reason, "en"))
    gone = find(reason, "away")
    assert (gone.value if gone else 0) == row.leave_paid_minutes + row.leave_unpaid_minutes + row.travel_minutes
    missing = {item.key for item in reason.because} & {"missing_in", "missing_out"}
    flags = {flag.name.lower() for flag in (DayFlag.MISSING_IN, DayFlag.MISSING_OUT) if row.flags & flag}
    assert missing == flags
    assert (find(reason, "late_start") is not None) == bool(row.flags & DayFlag.LATE_START and not row.late_minutes)


def test_the_reasons_of_random_days_by_every_rule_add_up_to_their_columns():
    roster, punches, absences, approved = random_sample(people=90, length=12, seed=5)
    results = compute_days(TABLE, roster, punches, absences=absences, approved=approved)
    for person in range(90):
        mine = roster.employee == person
        own = PunchColumns(*(column[punches.employee == person] for column in columns_of(punches)))
        gone = absences.employee == person
        leave = AbsenceColumns(
            *(getattr(absences, name)[gone] for name in ("employee", "start_minute", "end_minute", "kind"))
        )  # fmt: skip
        first = int(np.flatnonzero(mine)[0])
        for place in range(12):
            trace = trace_day(TABLE, roster.select(mine), own, place, absences=leave, approved=approved[mine])
            row = results.row(first + place)
            assert trace.row == row
            reason = explain_day(trace)
            policy = trace.shift.overtime if trace.shift else TABLE.off_roster
            assert_adds_up(reason, policy, trace.kind)
            assert_tells_the_row(reason, row)
