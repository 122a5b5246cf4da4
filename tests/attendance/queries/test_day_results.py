"""Explanations and exports of stored days."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from attendance.models import DayResult, Shift
from attendance.queries import day_explanations, day_results, timesheets
from attendance.queries.today import Today, today
from attendance.services.rosters import assign_shift
from hrsaas.errors import NotFound
from tests.attendance.conftest import MARCH, at


@pytest.fixture
def night(people, stamp, close, actor, now):
    (nurse,) = people("E1")
    assign_shift(employee=nurse, day=date(2026, 3, 31), shift=Shift.objects.get(code="N"), actor=actor, now=now)
    stamp("E1", "2026-03-31T23:10", "2026-04-01T08:05")
    close()
    return nurse


def found(reason, key):
    return next(one for one in reason.because if one.key == key)


def test_a_day_is_explained_down_to_its_punches(night):
    reason = day_explanations.explain(night.id, date(2026, 3, 31))
    assert reason.en == "2026-03-31 present"
    assert found(reason, "punches").en == "2 punches: 23:10, 08:05+1"
    assert found(reason, "late").value == 10
    assert found(reason, "worked").value == DayResult.objects.get(date=date(2026, 3, 31)).worked_minutes == 535


def test_punches_that_came_after_the_lock_are_not_in_the_explanation(night, stamp, now):
    stamp("E1", "2026-03-31T23:00", now=now + timedelta(hours=1))
    assert found(day_explanations.explain(night.id, date(2026, 3, 31)), "punches").value == 2


def test_every_stored_day_can_be_explained(night):
    for row in DayResult.objects.all():
        assert day_explanations.explain_result(row).value == row.status


def test_a_day_that_is_not_there_is_not_found(night):
    with pytest.raises(NotFound):
        day_explanations.explain(night.id, date(2026, 5, 1))


def test_day_results_leave_as_text_with_local_times(night):
    header = day_results.export_header()
    assert header[:9] == [
        "employee_code", "date", "status", "first_in", "last_out", "worked_minutes", "late_minutes", "early_minutes",
        "overtime_minutes",
    ]  # fmt: skip
    rows = list(day_results.export_rows(MARCH))
    assert len(rows) == 31
    assert all(len(row) == len(header) for row in rows)
    assert rows[-1][:9] == ["E1", "2026-03-31", "present", "2026-03-31T23:10", "2026-04-01T08:05", 535, 10, 0, 0]
    free = next(row for row in rows if row[2] == "rest")
    assert free[3:5] == ["", ""]


def test_timesheets_leave_with_their_totals(night):
    (row,) = timesheets.export_rows(MARCH)
    named = dict(zip(timesheets.export_header(), row))
    assert (named["employee_code"], named["month"], named["worked_minutes"]) == ("E1", "2026-03", 535)


def test_today_counts_who_is_due_and_who_came(people, stamp, actor, now):
    first, _second = people("E1", "E2")
    for nurse in (first, _second):
        assign_shift(employee=nurse, day=now.date(), shift=Shift.objects.get(code="A"), actor=actor, now=now)
    people("E3")
    stamp("E1", "2026-04-01T07:55")
    stamp("E3", "2026-04-01T07:55")
    assert today(actor, at("2026-04-01T09:00")) == Today(due=2, came=1, others=1)
