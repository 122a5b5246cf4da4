"""The reasons of a day name what the number rests on, and their sums add up to the stored numbers."""

from attendance.rules.calendars import DayKind
from attendance.rules.day_engine import compute_days
from attendance.rules.reasons import Reason, clock, explain_day
from attendance.rules.shifts import Break, Flex, OvertimePolicy, Shift

from .days import MONDAY, at, one_day
from .test_reference_agreement import TABLE, random_sample

FLEX = Shift(
    "F", 570, 1080, (Break(720, 750),), window_before_minutes=330, flex=Flex(510, 630), overtime=OvertimePolicy(30, 30)
)


def explain(shift: Shift | None, *times: str, kind: DayKind = DayKind.WORKDAY) -> Reason:
    row = one_day(shift, *times, kind=kind)
    day = at("00:00") // 1440
    return explain_day(day=day, kind=kind, shift=shift, row=row, punches=[at(time) for time in times])


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


def assert_adds_up(reason: Reason, policy: OvertimePolicy) -> None:
    """Every number equals what its own parts say."""
    for item in reason.because:
        parts = {part.key: part.value for part in item.because}
        if item.key == "late":
            assert item.value == parts["first_in"] - parts["latest_start"]
        if item.key == "early":
            assert item.value == parts["due_end"] - parts["last_out"]
        if item.key == "worked":
            breaks = sum(part.value for part in item.because if part.key == "break")
            assert item.value == parts["counted_to"] - parts["counted_from"] - breaks
        if item.key.startswith("overtime"):
            assert item.value == sum(policy.credit(value) for value in parts.values())


def test_the_sums_of_a_random_month_add_up_to_the_stored_numbers():
    roster, punches = random_sample(people=60, length=31, seed=5)
    results = compute_days(TABLE, roster, punches)
    for index in range(len(roster)):
        day, place, kind = (int(getattr(roster, name)[index]) for name in ("day", "shift", "kind"))
        shift = None if place < 0 else TABLE.shifts[place]
        row = results.row(index)
        shown = [minute for minute in (row.first_in, row.last_out) if minute >= 0]
        reason = explain_day(
            day=day, kind=DayKind(kind), shift=shift, row=row, punches=shown, off_roster=TABLE.off_roster
        )
        assert_adds_up(reason, shift.overtime if shift else TABLE.off_roster)
        for key in ("late", "early", "worked", "overtime_weekday", "overtime_rest_day", "overtime_statutory", "night"):
            stored = getattr(row, f"{key}_minutes")
            assert (find(reason, key) is not None) == bool(stored) or key == "worked"
            assert stored == 0 or find(reason, key).value == stored
