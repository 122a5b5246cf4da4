"""Attendance scenarios of another product that the rules alone decide, by id; the rest is in `test_attendance_days`
and docs/attendance_scenarios.md. D is a Monday; times are (day, "HH:MM") with the day counted from D.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from attendance.queries.day_results import local_time
from attendance.rules.calendars import DayKind, date_of
from attendance.rules.day_columns import NO_MINUTE, NO_SHIFT, DayFlag, DayRow, DayStatus, PunchColumns, RosterColumns
from attendance.rules.day_engine import compute_days
from attendance.rules.matching import match_punches, punch_windows
from attendance.rules.shift_tables import compile_shifts
from attendance.rules.shifts import PunchMode, Segment, Shift
from tests.attendance.rules.days import at

MORNING = Shift("S", 480, 720, window_before_minutes=60, window_after_minutes=60)
FREE = None
D0 = at("00:00") // 1440
Stamp = tuple[int, str]


def minute(stamp: Stamp) -> int:
    return at(stamp[1]) + stamp[0] * 1440


def roster_of(plan: dict[int, Shift | None], kind: DayKind = DayKind.WORKDAY) -> tuple[list[Shift], RosterColumns]:
    """One person's days by their number from D; days that are not named are not planned at all."""
    shifts = list({shift.code: shift for shift in plan.values() if shift}.values())
    codes = [shift.code for shift in shifts]
    places = [codes.index(shift.code) if shift else NO_SHIFT for shift in plan.values()]
    days = np.array([D0 + day for day in plan], dtype=np.int64)
    kinds = np.full(len(plan), kind, dtype=np.int8)
    return shifts, RosterColumns(np.zeros(len(plan), dtype=np.int64), days, np.array(places, dtype=np.int64), kinds)


def results(plan: dict[int, Shift | None], *stamps: Stamp, kind: DayKind = DayKind.WORKDAY) -> list[DayRow]:
    shifts, roster = roster_of(plan, kind)
    minutes = np.array([minute(stamp) for stamp in stamps], dtype=np.int64)
    found = compute_days(compile_shifts(shifts), roster, PunchColumns(np.zeros(len(minutes), dtype=np.int64), minutes))
    return [found.row(place) for place in range(len(plan))]


def day_of(shift: Shift | None, *times: str, kind: DayKind = DayKind.WORKDAY) -> DayRow:
    return results({0: shift}, *((0, time) for time in times), kind=kind)[0]


def windows(plan: dict[int, Shift | None]) -> list[tuple[int, int]]:
    """First and last minute of the windows of these days, counted from 00:00 of D."""
    shifts, roster = roster_of(plan)
    pairs = zip(*punch_windows(compile_shifts(shifts), roster), strict=True)
    return [(int(start) - D0 * 1440, int(end) - 1 - D0 * 1440) for start, end in pairs]


def owner(plan: dict[int, Shift | None], stamp: Stamp) -> tuple[int, str] | None:
    """Day and shift that a stamp belongs to."""
    at_minute = minute(stamp) - D0 * 1440
    spans = zip(plan.items(), windows(plan), strict=True)
    found = [(day, shift.code) for (day, shift), (first, last) in spans if shift and first <= at_minute <= last]
    assert len(found) <= 1
    return found[0] if found else None


@pytest.mark.parametrize("_id", [pytest.param(0, id="FH-001")])
def test_in_and_out_of_a_shift_is_a_day_present(_id):
    row = day_of(MORNING, "08:00", "12:00")
    assert (row.status, row.worked_minutes) == (DayStatus.PRESENT, 240)


@pytest.mark.parametrize("_id", [pytest.param(0, id="FH-003")])
def test_a_window_that_opens_the_evening_before_belongs_to_the_day_of_the_start(_id):
    early = Shift("E", 30, 600, window_before_minutes=60, window_after_minutes=60)
    before, row = results({-1: FREE, 0: early}, (0, "00:30"), (0, "10:00"))
    assert (before.status, row.status, row.worked_minutes) == (DayStatus.REST, DayStatus.PRESENT, 570)
    assert windows({0: early}) == [(-30, 660)]


@pytest.mark.parametrize("_id", [pytest.param(0, id="FH-005")])
def test_exactly_the_grace_is_neither_late_nor_early(_id):
    lenient = replace(MORNING, late_grace_minutes=60, early_grace_minutes=60)
    row = day_of(lenient, "09:00", "11:00")
    assert (row.status, row.late_minutes, row.early_minutes) == (DayStatus.PRESENT, 0, 0)
    assert (day_of(lenient, "09:01", "10:59").late_minutes, day_of(lenient, "09:01", "10:59").early_minutes) == (61, 61)


@pytest.mark.parametrize(
    ("rule", "left", "status", "half_days", "worked"),
    [
        pytest.param({"half_absent_below_minutes": 120}, "09:30", DayStatus.PRESENT, 1, 90, id="FH-006"),
        pytest.param({"absent_below_minutes": 120}, "09:30", DayStatus.ABSENT, 2, 90, id="FH-007"),
        pytest.param(
            {"half_absent_below_minutes": 120, "absent_below_minutes": 60}, "08:45", DayStatus.ABSENT, 2, 45,
            id="FH-009",
        ),
    ],
)  # fmt: skip
def test_too_few_hours_make_half_a_day_or_all_of_it_absent(rule, left, status, half_days, worked):
    row = day_of(replace(MORNING, **rule), "08:00", left)
    assert (row.status, row.absent_half_days, row.worked_minutes) == (status, half_days, worked)
    assert bool(row.flags & DayFlag.HALF_DAY_ABSENT) == (half_days == 1)


@pytest.mark.parametrize("_id", [pytest.param(0, id="FH-010")])
def test_a_shift_worked_on_a_holiday_is_a_day_present(_id):
    row = day_of(MORNING, "08:00", "12:00", kind=DayKind.HOLIDAY)
    assert (row.status, row.worked_minutes, row.overtime_rest_day_minutes) == (DayStatus.PRESENT, 240, 240)


@pytest.mark.parametrize("_id", [pytest.param(0, id="FH-013")])
def test_every_planned_day_to_which_nobody_came_is_absent(_id):
    late = Shift("L", 900, 1410, window_before_minutes=60, window_after_minutes=120)
    rows = results({-6: FREE, -5: late, -4: late, -3: FREE})
    assert [row.status for row in rows] == [DayStatus.REST, DayStatus.ABSENT, DayStatus.ABSENT, DayStatus.REST]


@pytest.mark.parametrize("_id", [pytest.param(0, id="FH-022")])
def test_first_in_and_last_out_count_whatever_lies_between(_id):
    open_day = Shift("O", 0, 1440, window_before_minutes=0, window_after_minutes=0, open_due_minutes=480)
    row = day_of(open_day, "12:00", "13:30", "14:00", "17:00", "18:30")
    assert (row.worked_minutes, row.first_in, row.last_out) == (390, at("12:00"), at("18:30"))
    assert row.flags & DayFlag.EXTRA_PUNCHES


@pytest.mark.parametrize("_id", [pytest.param(0, id="FH-029")])
def test_two_stretches_of_a_day_take_the_punches_that_lie_nearer(_id):
    both = Shift("S1S2", 480, 990, segments=(Segment(480, 720), Segment(750, 990)), punches=PunchMode.EACH_SEGMENT)
    shifts, roster = roster_of({**dict.fromkeys(range(16), both), 16: FREE})
    minutes = np.array([minute(stamp) for stamp in ((0, "08:45"), (0, "12:45"), (16, "12:45"))])
    found = match_punches(compile_shifts(shifts), roster, PunchColumns(np.zeros(3, dtype=np.int64), minutes))
    assert (found.count[:2].tolist(), found.count[2:-1].sum(), found.count[-1]) == (
        [1, 1],
        0,
        1,
    )


@pytest.mark.parametrize("_id", [pytest.param(0, id="FH-030")])
def test_times_and_window_of_a_shift_on_its_day(_id):
    assert (owner({0: MORNING}, (0, "08:45")), windows({0: MORNING})) == ((0, "S"), [(7 * 60, 13 * 60)])


@pytest.mark.parametrize(
    ("start", "end", "after", "window", "stamps"),
    [
        pytest.param(1380, 1500, 60, (1320, 1560), [(0, "23:00"), (1, "01:30")], id="FH-032"),
        pytest.param(1380, 1860, 60, (1320, 1920), [(0, "23:00"), (1, "07:00")], id="FH-033"),
        pytest.param(900, 1380, 120, (840, 1500), [(0, "14:00"), (1, "01:00")], id="FH-038"),
        pytest.param(30, 600, 60, (-30, 660), [(-1, "23:30"), (0, "11:00")], id="FH-039"),
    ],
)
def test_punches_over_midnight_and_at_the_edges_of_the_window_belong_to_the_day_of_the_start(
    start, end, after, window, stamps
):
    night = Shift("N", start, end, window_before_minutes=60, window_after_minutes=after)
    plan = {-1: FREE, 0: night, 1: FREE}
    assert windows({0: night}) == [window]
    assert [owner(plan, stamp) for stamp in stamps] == [(0, "N"), (0, "N")]
    before, row, following = results(plan, *stamps)
    assert (row.first_in, row.last_out) == tuple(map(minute, stamps))
    assert (before.first_in, following.first_in) == (NO_MINUTE, NO_MINUTE)


@pytest.mark.parametrize(
    ("start", "end", "stamps"),
    [
        pytest.param(1380, 1860, [(1, "23:00"), (0, "07:00"), (-1, "23:00")], id="FH-034"),
        pytest.param(1140, 1470, [(1, "19:00"), (0, "00:30"), (-1, "19:00")], id="FH-035"),
        pytest.param(900, 1410, [(0, "00:30"), (1, "15:00"), (-1, "15:00"), (-1, "00:30")], id="FH-037"),
    ],
)
def test_a_night_of_one_day_takes_nothing_of_other_days(start, end, stamps):
    night = Shift("N", start, end, window_before_minutes=60, window_after_minutes=60)
    assert [owner({-1: FREE, 0: night, 1: FREE}, stamp) for stamp in stamps] == [None] * len(stamps)
    assert results({0: night}, *stamps)[0].status == DayStatus.ABSENT


@pytest.mark.parametrize(
    ("second", "fine"),
    [
        pytest.param(Segment(570, 660), False, id="FH-048"),
        pytest.param(Segment(660, 720), True, id="FH-049"),
        pytest.param(Segment(600, 660), True, id="FH-049-adjoining"),
    ],
)
def test_a_second_stretch_of_a_day_must_not_overlap_the_first(second, fine):
    def split() -> Shift:
        return Shift("X", 480, second.end_minute, segments=(Segment(480, 600), second), punches=PunchMode.EACH_SEGMENT)

    if fine:
        times = [f"{m // 60:02}:{m % 60:02}" for m in (480, 600, second.start_minute, second.end_minute)]
        assert day_of(split(), *sorted(set(times))).status in (DayStatus.PRESENT, DayStatus.MISSING_PUNCH)
        assert split().due_minutes == 120 + second.minutes
    else:
        with pytest.raises(ValueError, match="must not overlap"):
            split()


@pytest.mark.parametrize("_id", [pytest.param(0, id="FH-058")])
def test_stretches_over_midnight_chain_and_do_not_overlap(_id):
    chain = (Segment(900, 1200), Segment(1200, 1500), Segment(1500, 1740))
    assert Shift("C", 900, 1740, segments=chain, punches=PunchMode.EACH_SEGMENT).due_minutes == 840
    with pytest.raises(ValueError, match="must not overlap"):
        Shift("C", 1200, 1560, segments=(Segment(1200, 1500), Segment(1260, 1560)), punches=PunchMode.EACH_SEGMENT)


@pytest.mark.parametrize("_id", [pytest.param(0, id="FH-059")])
def test_a_shift_into_the_next_day_is_shown_with_its_end_there(_id):
    long = Shift("L", 480, 1560)
    day = date_of(D0)
    shown = [local_time(day, edge) for edge in (long.start_minute, long.end_minute)]
    assert shown == ["2026-03-02T08:00", "2026-03-03T02:00"]


@pytest.mark.parametrize("_id", [pytest.param(0, id="FH-061")])
def test_where_a_night_ends_as_a_day_begins_the_common_minute_is_the_nights(_id):
    night = Shift("N", 1140, 1860, window_before_minutes=60, window_after_minutes=60)
    day = Shift("T", 420, 1140, window_before_minutes=60, window_after_minutes=60)
    plan = {-1: night, 0: day, 1: day}
    found = [owner(plan, (0, time)) for time in ("07:00", "07:01", "19:00")]
    assert found == [(-1, "N"), (0, "T"), (0, "T")]


@pytest.mark.parametrize("_id", [pytest.param(0, id="FH-062")])
def test_shifts_whose_hours_overlap_on_other_days_keep_their_own_windows(_id):
    early = Shift("E", 420, 720, window_before_minutes=60, window_after_minutes=60)
    later = Shift("L", 570, 840, window_before_minutes=60, window_after_minutes=60)
    plan = {-2: early, -1: early, 0: later, 1: later}
    stamps = [(0, "14:01"), (-1, "07:01"), (-1, "13:00")]
    assert [owner(plan, stamp) for stamp in stamps] == [(0, "L"), (-1, "E"), (-1, "E")]
    by_day = dict(zip(plan, windows(plan), strict=True))
    assert by_day[0] == (8 * 60 + 30, 15 * 60)
    assert by_day[-1] == (6 * 60 - 1440, 13 * 60 - 1440)
