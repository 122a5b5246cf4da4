"""Every rule at once: the engine and the plain-Python reference agree in every column, whatever the roster."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from attendance.rules.absences import AbsenceColumns, AbsenceKind
from attendance.rules.calendars import DayKind
from attendance.rules.day_columns import RESULT_COLUMNS, PunchColumns, RosterColumns
from attendance.rules.day_engine import compute_days
from attendance.rules.lateness import LatenessPolicy, LateTier
from attendance.rules.shift_parts import OvertimeSource, RoundingDirection
from attendance.rules.shift_tables import compile_shifts
from attendance.rules.shifts import (
    Break,
    Flex,
    LateStart,
    LengthBreak,
    OvertimePolicy,
    PunchMode,
    Rounding,
    Segment,
    Shift,
)

from .reference import reference_days

FIRST_DAY = 20_454  # 2026-01-01
MORNING_EVENING = (Segment(570, 840), Segment(990, 1260))
LESSONS = tuple(Segment(480 + 55 * place, 525 + 55 * place) for place in range(12))
APPROVED = OvertimePolicy(30, 30, source=OvertimeSource.SMALLER)
SHIFTS = (
    Shift("D", 480, 1020, (Break(720, 780),), late_grace_minutes=5, late_starts=(LateStart(1260, 600),)),
    Shift("S4", 570, 1260, segments=MORNING_EVENING, punches=PunchMode.EACH_SEGMENT, late_grace_minutes=3,
          breaks=(Break(700, 720), Break(1080, 1095, paid=True)),
          overtime=OvertimePolicy(15, 30, before=True)),
    Shift("S2", 570, 1260, segments=MORNING_EVENING, breaks=(Break(1080, 1110),), overtime=APPROVED),
    Shift("L", 480, 1130, segments=LESSONS, punches=PunchMode.SEGMENT_STARTS, window_before_minutes=15),
    Shift("L1", 510, 540, punches=PunchMode.SEGMENT_STARTS, window_after_minutes=60),
    Shift("M3", 1080, 1800, segments=(Segment(1080, 1260), Segment(1275, 1500), Segment(1500, 1800)),
          punches=PunchMode.EACH_SEGMENT, window_after_minutes=300, night_shift=True, duplicate_minutes=3),
    Shift("P0", 1440, 1920, (Break(1640, 1670),), night_shift=True),
    Shift("T", 480, 1920, (Break(720, 780), Break(1380, 1740)), night_shift=True,
          length_breaks=(LengthBreak(360, 30), LengthBreak(720, 45))),
    Shift("LB", 540, 1080, length_breaks=(LengthBreak(360, 60),), half_absent_below_minutes=240,
          absent_below_minutes=120),
    Shift("R", 480, 1005, (Break(720, 765),), round_in=Rounding(15, RoundingDirection.UP),
          round_out=Rounding(15, RoundingDirection.DOWN), late_grace_minutes=5,
          overtime=OvertimePolicy(15, 15, before=True)),
    Shift("RN", 480, 960, round_in=Rounding(10), round_out=Rounding(6), overtime=OvertimePolicy(after=False)),
    Shift("F", 570, 1080, (Break(720, 750),), window_before_minutes=330, window_after_minutes=600,
          flex=Flex(510, 630), late_starts=(LateStart(1260, 660), LateStart(1440, 720))),
    Shift("FC", 540, 1080, (Break(720, 780),), flex=Flex(480, 600, core_end_minute=960), early_grace_minutes=2,
          overtime=OvertimePolicy(30, 30, source=OvertimeSource.BY_APPROVAL)),
    Shift("O", 360, 1440, (Break(720, 750),), window_before_minutes=0, window_after_minutes=120,
          open_due_minutes=450, length_breaks=(LengthBreak(480, 30),), overtime=OvertimePolicy(30, 30)),
)  # fmt: skip
OFF_ROSTER = OvertimePolicy(30, 30, source=OvertimeSource.SMALLER)
TIERS = (LateTier(1), LateTier(31), LateTier(61, 1), LateTier(181, 2))
TABLE = compile_shifts(SHIFTS, OFF_ROSTER, LatenessPolicy(3, 10, TIERS))


def assert_agrees(roster: RosterColumns, punches: PunchColumns, absences: AbsenceColumns, approved: np.ndarray) -> None:
    results = compute_days(TABLE, roster, punches, absences=absences, approved=approved)
    expected = reference_days(TABLE, roster, punches, absences, approved.tolist())
    for name in RESULT_COLUMNS:
        wanted = np.array([getattr(row, name) for row in expected])
        wrong = np.flatnonzero(wanted != getattr(results, name))
        if len(wrong):
            place = int(wrong[0])
            raise AssertionError((name, SHIFTS[roster.shift[place]].code, expected[place], results.row(place)))


def columns(*lists: list[int]) -> list[np.ndarray]:
    return [np.array(values, dtype=np.int64) for values in lists]


minutes = st.integers(-100, 2200)
hours = st.tuples(minutes, st.integers(1, 700), st.sampled_from(AbsenceKind))
whole_days = st.tuples(st.just(0), st.sampled_from([1440, 2880]), st.sampled_from(AbsenceKind))
days = st.tuples(
    st.integers(-1, len(SHIFTS) - 1), st.sampled_from(DayKind), st.booleans(), st.lists(minutes, max_size=6),
    st.lists(hours | whole_days, max_size=2), st.integers(0, 200),
)  # fmt: skip


@settings(max_examples=250, deadline=None)
@given(st.lists(days, min_size=1, max_size=4))
def test_any_days_of_one_person_give_the_same_as_the_reference(plan):
    rows = [(FIRST_DAY + place, *item) for place, item in enumerate(plan)]
    planned = [row for row in rows if row[3]]
    day, shift, kind, approved = columns(*([row[column] for row in planned] for column in (0, 1, 2, 6)))
    roster = RosterColumns(np.full(len(day), 3), day, shift, kind.astype(np.int8))
    at = [row[0] * 1440 + minute for row in rows for minute in row[4]]
    away = [(row[0] * 1440 + start, length, kind) for row in rows for start, length, kind in row[5]]
    start, length, why = columns(*([item[place] for item in away] for place in range(3)))
    absences = AbsenceColumns(np.full(len(start), 3), start, start + length, why.astype(np.int8))
    punches = PunchColumns(np.full(len(at), 3), np.array(at, dtype=np.int64))
    assert_agrees(roster, punches, absences, approved.astype(np.int32))


def random_sample(
    people: int, length: int, seed: int
) -> tuple[RosterColumns, PunchColumns, AbsenceColumns, np.ndarray]:
    """People on random shifts who come and go around the edges of each segment, forget, punch twice and are away."""
    dice = np.random.default_rng(seed)
    size = people * length
    employee = np.repeat(np.arange(people), length)
    day = np.tile(np.arange(FIRST_DAY, FIRST_DAY + length), people)
    shift = dice.integers(-1, len(SHIFTS), size)
    kind = dice.choice(4, size, p=[0.7, 0.2, 0.05, 0.05]).astype(np.int8)
    edges = [[(edge.start_minute, edge.end_minute) for edge in item.segments or [item]] for item in SHIFTS]
    edges.append([(540, 1080)])
    times = [
        (who, at * 1440 + edge)
        for who, at, place in zip(employee, day, shift)
        for span in edges[place]
        for edge in span
    ]
    who, minute = columns(*zip(*times))
    jitter = np.where(dice.random(len(who)) < 0.7, dice.integers(-12, 13, len(who)), dice.integers(-90, 150, len(who)))
    kept = dice.random(len(who)) < 0.88
    who, minute = who[kept], (minute + jitter)[kept]
    again = dice.random(len(who)) < 0.08
    punches = PunchColumns(np.concatenate([who, who[again]]), np.concatenate([minute, minute[again] + 2]))
    away = np.flatnonzero(dice.random(size) < 0.06)
    whole = dice.random(len(away)) < 0.5
    start = day[away] * 1440 + np.where(whole, 0, dice.integers(16, 44, len(away)) * 30)
    end = start + np.where(whole, 1440, dice.integers(1, 12, len(away)) * 30)
    absences = AbsenceColumns(employee[away], start, end, dice.integers(0, 3, len(away)).astype(np.int8))
    approved = (dice.integers(0, 8, size) * 30 * (dice.random(size) < 0.4)).astype(np.int32)
    return RosterColumns(employee, day, shift, kind), punches, absences, approved


def test_every_row_of_a_sample_of_50_000_days_is_the_same_as_the_reference():
    roster, punches, absences, approved = random_sample(people=1667, length=30, seed=11)
    assert_agrees(roster, punches, absences, approved)
