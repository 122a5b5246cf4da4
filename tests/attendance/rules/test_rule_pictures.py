"""The examples of docs/attendance_rules.md run through the engine, and the drawn timelines beside them are theirs.

``REDRAW=1 pytest tests/attendance/rules/test_rule_pictures.py`` draws them anew.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest

from attendance.rules.absences import AbsenceColumns, AbsenceKind
from attendance.rules.calendars import DayKind
from attendance.rules.day_columns import NO_SHIFT, PunchColumns
from attendance.rules.day_traces import DayTrace, trace_day
from attendance.rules.shift_choice import choose_shifts
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
from attendance.rules.timelines import draw_day, draw_shift

from .days import MONDAY, at, punches_of, roster_of

ROOT = Path(__file__).resolve().parents[3]
PAGE, PICTURES = ROOT / "docs" / "attendance_rules.md", ROOT / "docs" / "images"
DAY = Shift(
    "D", 480, 1020, (Break(720, 780),), late_grace_minutes=5, window_before_minutes=60, window_after_minutes=180
)


@dataclass(frozen=True)
class Example:
    """One day; expect: columns of its result."""

    shift: Shift | None
    punches: tuple[str, ...]
    expect: dict[str, int]
    kind: DayKind = DayKind.WORKDAY
    before: tuple[str, ...] = ()
    away: tuple[str, str] | None = None
    approved: int | None = None
    others: tuple[Shift, ...] = ()
    options: dict[str, Any] = field(default_factory=dict)

    def trace(self) -> DayTrace:
        table = compile_shifts([*([self.shift] if self.shift else []), *self.others])
        place = 0 if self.shift else NO_SHIFT
        yesterday = MONDAY - timedelta(days=1)
        roster = roster_of(NO_SHIFT if not self.before else place, place, kinds=[self.kind] * 2, first=yesterday)
        parts = [punches_of(*self.before, day=yesterday), punches_of(*self.punches)]
        punches = PunchColumns(
            *(np.concatenate([getattr(one, name) for one in parts]) for name in ("employee", "minute"))
        )
        roster = choose_shifts(table, roster, punches)
        approved = None if self.approved is None else np.array([0, self.approved], dtype=np.int32)
        return trace_day(table, roster, punches, 1, absences=self._absences(), approved=approved)

    def _absences(self) -> AbsenceColumns | None:
        if self.away is None:
            return None
        start, end = (np.array([at(edge)]) for edge in self.away)
        return AbsenceColumns(np.array([0]), start, end, np.array([AbsenceKind.LEAVE_PAID], dtype=np.int8))


def split(**more: Any) -> Shift:
    segments = (Segment(570, 840), Segment(990, 1260))
    return Shift("SPLIT", 570, 1260, segments=segments, punches=PunchMode.EACH_SEGMENT, window_before_minutes=60,
                 window_after_minutes=120, **more)  # fmt: skip


LESSONS = Shift(
    "L", 480, 690, segments=tuple(Segment(480 + 55 * n, 525 + 55 * n) for n in range(4)),
    punches=PunchMode.SEGMENT_STARTS, window_before_minutes=20, window_after_minutes=30,
)  # fmt: skip
NIGHT = Shift(
    "N", 1320, 1860, (Break(1500, 1530),), night_shift=True, window_before_minutes=60, window_after_minutes=120
)
APPROVED = OvertimePolicy(30, 60, source=OvertimeSource.SMALLER)
EXAMPLES = {
    "day": Example(DAY, ("08:12", "16:50"), {"late_minutes": 12, "early_minutes": 10, "worked_minutes": 458}),
    "grace": Example(DAY, ("08:05", "17:00"), {"late_minutes": 0, "worked_minutes": 475}),
    "night": Example(NIGHT, ("21:55", "07:05+1"), {"worked_minutes": 515, "night_minutes": 450}),
    "previous_day": Example(
        Shift("Z", 1440, 1920, window_before_minutes=120, window_after_minutes=120, night_shift=True),
        ("23:50", "08:00+1"), {"worked_minutes": 480, "late_minutes": 0, "night_minutes": 360},
    ),
    "split": Example(split(), ("09:30", "14:00", "16:40", "21:00"), {"late_minutes": 10, "worked_minutes": 530}),
    "missed_segment": Example(split(), ("09:30", "14:00"), {"absent_minutes": 270, "absent_half_days": 1}),
    "lessons": Example(LESSONS, ("07:58", "08:57", "10:44"), {"late_minutes": 2, "absent_minutes": 45}),
    "length_break": Example(
        Shift("LB", 540, 1080, length_breaks=(LengthBreak(360, 60),), window_before_minutes=60,
              window_after_minutes=60),
        ("09:00", "18:00"), {"worked_minutes": 480, "due_minutes": 480},
    ),
    "rounding": Example(
        Shift("R", 480, 1020, round_in=Rounding(15, RoundingDirection.UP),
              round_out=Rounding(15, RoundingDirection.DOWN), window_before_minutes=60,
              window_after_minutes=120, overtime=OvertimePolicy(15, 15)),
        ("08:03", "17:50"), {"late_minutes": 3, "worked_minutes": 570, "overtime_weekday_minutes": 45},
    ),
    "flexible": Example(
        Shift("F", 570, 1080, (Break(720, 750),), flex=Flex(510, 630), window_before_minutes=120,
              window_after_minutes=240),
        ("10:00", "18:30"), {"late_minutes": 0, "early_minutes": 0, "worked_minutes": 480},
    ),
    "core": Example(
        Shift("C", 540, 1080, (Break(720, 780),), flex=Flex(480, 600, core_end_minute=960),
              window_before_minutes=120, window_after_minutes=240),
        ("09:30", "16:30"), {"early_minutes": 0, "short_minutes": 120},
    ),
    "late_start": Example(
        Shift("LL", 540, 1080, (Break(720, 780),), late_starts=(LateStart(1260, 600),), window_before_minutes=60,
              window_after_minutes=300),
        ("09:50", "18:00"), {"late_minutes": 0, "worked_minutes": 430}, before=("09:00", "21:30"),
    ),
    "open": Example(
        Shift("O", 360, 1320, window_before_minutes=0, window_after_minutes=0, open_due_minutes=480,
              overtime=OvertimePolicy(30, 30)),
        ("10:15", "19:00"), {"late_minutes": 0, "worked_minutes": 525, "overtime_weekday_minutes": 30},
    ),
    "choice": Example(
        Shift("E", 420, 900, alternatives=("L",)), ("12:55", "21:10"), {"worked_minutes": 490, "late_minutes": 0},
        others=(Shift("L", 780, 1260),),
    ),
    "overtime": Example(
        Shift("A", 480, 1020, (Break(720, 780),), overtime=APPROVED, window_before_minutes=60,
              window_after_minutes=300),
        ("08:00", "20:10"), {"overtime_weekday_minutes": 120}, approved=120,
    ),
    "rest_day": Example(
        None, ("09:00", "12:40"), {"overtime_rest_day_minutes": 220, "worked_minutes": 220}, kind=DayKind.REST_DAY
    ),
    "leave": Example(
        DAY, ("13:04", "17:00"), {"late_minutes": 0, "leave_paid_minutes": 240, "worked_minutes": 236},
        away=("08:00", "12:00"),
    ),
    "missing": Example(DAY, ("08:00",), {"worked_minutes": 0, "late_minutes": 0, "early_minutes": 0}),
}  # fmt: skip


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_of_the_page_comes_out_as_it_says(name):
    example = EXAMPLES[name]
    row = example.trace().row
    assert {column: getattr(row, column) for column in example.expect} == example.expect


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_picture_of_an_example_is_the_engines(name):
    path, drawn = PICTURES / f"rule-{name}.svg", _drawn(name)
    if os.environ.get("REDRAW"):
        path.write_text(drawn, encoding="utf-8")
    assert path.read_text(encoding="utf-8") == drawn


def _drawn(name: str) -> str:
    return draw_day(EXAMPLES[name].trace(), language="en").replace("><", ">\n<") + "\n"


def test_the_page_shows_every_picture_and_tells_every_figure():
    page = PAGE.read_text(encoding="utf-8")
    assert set(re.findall(r"images/rule-(\w+)\.svg", page)) == set(EXAMPLES)


@pytest.mark.parametrize("draw", [lambda s: draw_shift(s, language="zh"), lambda s: draw_shift(s, language="en")])
def test_every_shift_can_be_drawn_inside_its_frame(draw: Callable[[Shift], str]):
    for example in EXAMPLES.values():
        if example.shift is None:
            continue
        picture = ElementTree.fromstring(draw(example.shift))
        width = float(picture.get("viewBox").split()[2])
        for bar in picture.iter("{http://www.w3.org/2000/svg}rect"):
            left = float(bar.get("x", "0"))
            assert 0 <= left <= left + float(bar.get("width")) <= width


def test_names_in_pictures_are_escaped():
    picture = draw_shift(Shift("<b>", 480, 1020))
    assert "<b>" not in picture
