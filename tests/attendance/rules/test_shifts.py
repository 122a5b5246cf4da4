import pytest

from attendance.rules.shift_parts import RoundingDirection, taken_off
from attendance.rules.shifts import (
    Break,
    Flex,
    LateStart,
    LengthBreak,
    NightWindow,
    OvertimePolicy,
    PunchMode,
    Rounding,
    Segment,
    Shift,
)


def test_due_minutes_are_the_span_without_unpaid_breaks():
    shift = Shift("D", 480, 1020, (Break(720, 780), Break(900, 915, paid=True)))
    assert shift.due_minutes == 480


def test_a_shift_may_end_on_the_next_day_and_its_window_reaches_around_it():
    shift = Shift("N", 1380, 1920, window_before_minutes=60, window_after_minutes=120)
    assert shift.span_minutes == 540
    assert shift.window == (1320, 2041)


def test_a_window_of_nothing_holds_the_minute_of_the_end_and_never_noon():
    assert Shift("D", 480, 1020, window_before_minutes=0, window_after_minutes=0).window == (480, 1021)
    assert Shift("N", 1380, 1920, window_after_minutes=240).window[1] == 2160


def test_a_fixed_shift_has_no_band():
    shift = Shift("D", 480, 1020)
    assert (shift.earliest_minute, shift.latest_minute) == (480, 480)


@pytest.mark.parametrize(("minutes", "credited"), [(29, 0), (30, 30), (59, 30), (60, 60), (-5, 0), (0, 0)])
def test_overtime_counts_from_the_minimum_in_whole_steps(minutes, credited):
    assert OvertimePolicy(step_minutes=30, minimum_minutes=30).credit(minutes) == credited


def test_a_minimum_above_the_step_is_reached_first():
    policy = OvertimePolicy(step_minutes=30, minimum_minutes=60)
    assert (policy.credit(59), policy.credit(60), policy.credit(95)) == (0, 60, 90)


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        ({"code": ""}, "needs a code"),
        ({"start_minute": 2160, "end_minute": 2200}, "must start on its own day, or before noon of the next"),
        ({"segments": (Segment(480, 720), Segment(700, 1020))}, "in order and must not overlap"),
        ({"segments": (Segment(480, 720), Segment(780, 1000))}, "begin and end with the shift"),
        ({"segments": tuple(Segment(480 + 40 * i, 520 + 40 * i) for i in range(13))}, "more than 12 segments"),
        ({"segments": (Segment(480, 720), Segment(780, 1020)), "flex": Flex(480, 500)}, "has one segment"),
        (
            {"segments": (Segment(480, 720), Segment(780, 1020)), "breaks": (Break(700, 760),)},
            "every break must lie inside one segment",
        ),
        ({"length_breaks": (LengthBreak(360, 30), LengthBreak(300, 15))}, "must ascend"),
        ({"late_starts": (LateStart(1260, 470),)}, "a late start must lie between"),
        ({"late_starts": (LateStart(1320, 600), LateStart(1260, 540))}, "must ascend"),
        ({"flex": Flex(480, 600, core_end_minute=1030)}, "core hours must end before the earliest end"),
        ({"open_due_minutes": 480, "flex": Flex(480, 500)}, "an open shift has no"),
        ({"open_due_minutes": 480, "punches": PunchMode.SEGMENT_STARTS}, "needs a punch out"),
        ({"alternatives": ("D",)}, "no alternative to itself"),
        ({"absent_below_minutes": -1}, "least working times"),
        ({"end_minute": 480}, "must end after it starts"),
        ({"end_minute": 480 + 1441}, "24 hours"),
        ({"late_grace_minutes": -1}, "grace"),
        ({"duplicate_minutes": 0}, "duplicate_minutes"),
        ({"window_before_minutes": -1}, "must not be shorter"),
        ({"window_after_minutes": 1141}, "between noon"),
        ({"breaks": (Break(470, 490),)}, "breaks"),
        ({"breaks": (Break(1000, 1030),)}, "breaks"),
        ({"breaks": (Break(700, 760), Break(750, 800))}, "breaks"),
        ({"breaks": (Break(480, 1020),)}, "working time"),
        ({"flex": Flex(300, 600)}, "flexible band"),
        ({"flex": Flex(500, 600)}, "nominal start"),
    ],
)
def test_contradictions_are_refused_with_the_shift_and_the_reason(arguments, text):
    with pytest.raises(ValueError, match=text) as refused:
        Shift(**{"code": "D", "start_minute": 480, "end_minute": 1020, **arguments})
    assert str(refused.value).startswith("shift '")


@pytest.mark.parametrize(
    "build",
    [
        lambda: Break(60, 60),
        lambda: Flex(600, 500),
        lambda: OvertimePolicy(step_minutes=0),
        lambda: OvertimePolicy(minimum_minutes=0),
        lambda: NightWindow(600, 1320),
        lambda: NightWindow(1320, 2200),
        lambda: Segment(60, 60),
        lambda: LengthBreak(360, 0),
        lambda: Rounding(0),
        lambda: LateStart(2160, 600),
        lambda: Flex(480, 600, core_end_minute=600),
    ],
)
def test_the_parts_of_a_shift_are_checked_too(build):
    with pytest.raises(ValueError, match="must"):
        build()


def test_the_gaps_of_a_split_shift_are_unpaid_where_two_punches_are_enough():
    segments = (Segment(570, 840), Segment(990, 1260))
    two = Shift("S", 570, 1260, segments=segments)
    four = Shift("S", 570, 1260, segments=segments, punches=PunchMode.EACH_SEGMENT)
    assert two.due_minutes == four.due_minutes == 540
    assert (two.unpaid_breaks, four.unpaid_breaks) == ((Break(840, 990),), ())


def test_the_windows_of_segments_meet_in_the_middle_and_those_of_lessons_begin_before_the_lesson():
    segments = (Segment(480, 525), Segment(535, 580))
    assert Shift("S", 480, 580, segments=segments, punches=PunchMode.EACH_SEGMENT).cuts == (531,)
    lessons = Shift("L", 480, 580, segments=segments, punches=PunchMode.SEGMENT_STARTS, window_before_minutes=15)
    assert lessons.cuts == (520,)


def test_what_is_due_knows_breaks_by_length_and_open_hours():
    assert Shift("D", 540, 1080, length_breaks=(LengthBreak(360, 60),)).due_minutes == 480
    assert Shift("O", 0, 1440, window_before_minutes=0, window_after_minutes=0, open_due_minutes=480).due_minutes == 480


@pytest.mark.parametrize(
    ("worked", "left"), [(360, 360), (370, 360), (390, 360), (391, 361), (540, 510), (550, 540), (600, 555)]
)
def test_a_break_by_length_never_leaves_less_than_its_bound(worked, left):
    assert worked - taken_off((LengthBreak(360, 30), LengthBreak(540, 45)), worked) == left


@pytest.mark.parametrize(
    ("rounding", "results"),
    [
        (Rounding(15, RoundingDirection.UP), (480, 495, 495)),
        (Rounding(15, RoundingDirection.DOWN), (480, 480, 480)),
        (Rounding(15, RoundingDirection.NEAREST), (480, 480, 495)),
    ],
)
def test_times_are_rounded_to_the_clock(rounding, results):
    assert tuple(rounding.apply(minute) for minute in (480, 487, 488)) == results
