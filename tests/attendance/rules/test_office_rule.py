"""The rule of the flexible office: start 08:30-10:30 flexible, 510 minutes long, break 12:00-12:30."""

import csv
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from attendance.packs.loader import load_pack
from attendance.rules.day_columns import DayStatus, PunchColumns, RosterColumns
from attendance.rules.day_engine import compute_days
from tests.tools import require_shared

from .days import MONDAY, at, one_day, roster_of

OFFICE = "data/office_2015"
FLEX = load_pack("office_flex").build_shifts()[0]
TABLE = load_pack("office_flex").build_table()


def office_rule(first_in: int, last_out: int) -> tuple[int, int, int, int]:
    """The rule as written: worked, late, early, overtime from minutes of the day."""
    start = min(max(first_in, 510), 630)
    due_end = start + 510
    late = max(0, first_in - 630)
    early = max(0, due_end - last_out)
    begin = max(first_in, 510)
    on_break = max(0, min(last_out, 750) - max(begin, 720))
    worked = max(0, last_out - begin) - on_break
    beyond = last_out - due_end
    overtime = beyond // 30 * 30 if beyond >= 30 else 0
    return worked, late, early, overtime


@pytest.mark.parametrize(
    ("came", "left", "worked", "late", "early", "overtime"),
    [
        ("09:30", "18:00", 480, 0, 0, 0),
        ("08:30", "17:00", 480, 0, 0, 0),
        ("08:00", "17:00", 480, 0, 0, 0),  # nobody gains by coming before the band
        ("08:31", "17:00", 479, 0, 1, 0),
        ("10:30", "19:00", 480, 0, 0, 0),
        ("10:31", "19:00", 479, 1, 0, 0),
        ("10:31", "18:59", 478, 1, 1, 0),
        ("09:30", "18:29", 509, 0, 0, 0),
        ("09:30", "18:30", 510, 0, 0, 30),
        ("09:30", "18:59", 539, 0, 0, 30),
        ("09:30", "19:00", 540, 0, 0, 60),
        ("09:30", "12:10", 150, 0, 350, 0),  # left during the break
        ("12:10", "20:00", 450, 100, 0, 60),  # came during the break
        ("12:05", "12:25", 0, 95, 395, 0),
        ("09:00", "00:30+1", 900, 0, 0, 420),  # past midnight still belongs to the day
    ],
)
def test_edges_of_the_band_the_break_and_the_steps(came, left, worked, late, early, overtime):
    row = one_day(FLEX, came, left)
    assert row.status == DayStatus.PRESENT
    assert (row.worked_minutes, row.late_minutes, row.early_minutes) == (worked, late, early)
    assert row.overtime_weekday_minutes == overtime


def test_no_stamps_on_a_working_day_is_absence_with_all_zero():
    row = one_day(FLEX)
    assert row.status == DayStatus.ABSENT
    assert (row.worked_minutes, row.late_minutes, row.early_minutes, row.overtime_weekday_minutes) == (0, 0, 0, 0)
    assert (row.first_in, row.last_out, row.due_minutes) == (-1, -1, 480)


@given(st.sets(st.integers(240, 1679), min_size=2, max_size=2))
def test_any_two_stamps_give_what_the_written_rule_says(stamps):
    first, last = sorted(stamps)
    punches = PunchColumns(np.zeros(2, dtype=np.int64), at("00:00") + np.array([first, last]))
    row = compute_days(TABLE, roster_of(0), punches).row(0)
    found = (row.worked_minutes, row.late_minutes, row.early_minutes, row.overtime_weekday_minutes)
    assert found == office_rule(first, last)


def read_stamps(name: str) -> tuple[list[str], list[list[str]]]:
    rows = list(csv.reader((require_shared(OFFICE) / name).read_text(encoding="utf-8").splitlines()))
    return rows[0][1:], [row[1:] for row in rows[1:]]


def minute_in_2026(text: str) -> int:
    """Minutes since 1970 of a stamp `DD/MM/YYYY HH:MM`, eleven years later: the weekdays stay the same."""
    date_text, time = text.split()
    day, month, _ = map(int, date_text.split("/"))
    return at(time, date(2026, month, day))


def test_a_real_year_of_stamps_agrees_with_the_written_rule_on_every_day():
    dates, came = read_stamps("in_time.csv")
    _, left = read_stamps("out_time.csv")
    days = [minute_in_2026(f"{text} 00:00") // 1440 for text in dates]
    expected, who, at_minute = [], [], []
    for person, (ins, outs) in enumerate(zip(came, left, strict=True)):
        for day, first, last in zip(days, ins, outs, strict=True):
            if first == "NA":
                expected.append((0, 0, 0, 0))
                continue
            stamps = [minute_in_2026(first), minute_in_2026(last)]
            expected.append(office_rule(*(stamp - day * 1440 for stamp in stamps)))
            who += [person, person]
            at_minute += stamps
    rows = len(came) * len(days)
    roster = RosterColumns(
        np.repeat(np.arange(len(came)), len(days)),
        np.tile(np.array(days), len(came)),
        np.zeros(rows, dtype=np.int64),
        np.zeros(rows, dtype=np.int8),
    )
    results = compute_days(TABLE, roster, PunchColumns(np.array(who), np.array(at_minute)))
    columns = (results.worked_minutes, results.late_minutes, results.early_minutes, results.overtime_weekday_minutes)
    assert np.stack(columns, axis=1).tolist() == [list(row) for row in expected]
    assert int((results.status == DayStatus.PRESENT).sum()) == 11_824


def test_the_office_works_monday_to_friday():
    assert MONDAY.weekday() == 0
    assert load_pack("office_flex").calendar.weekday_numbers == frozenset(range(5))
