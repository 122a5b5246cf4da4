import pytest

from attendance.rules.shifts import Break, Flex, NightWindow, OvertimePolicy, Shift


def test_due_minutes_are_the_span_without_unpaid_breaks():
    shift = Shift("D", 480, 1020, (Break(720, 780), Break(900, 915, paid=True)))
    assert shift.due_minutes == 480


def test_a_shift_may_end_on_the_next_day_and_its_window_reaches_around_it():
    shift = Shift("N", 1380, 1920, window_before_minutes=60, window_after_minutes=120)
    assert shift.span_minutes == 540
    assert shift.window == (1320, 2040)


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
        ({"start_minute": 1440}, "must start on its own day"),
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
    ],
)
def test_the_parts_of_a_shift_are_checked_too(build):
    with pytest.raises(ValueError, match="must"):
        build()
