"""What a day would come to with one more punch, or approved overtime: the engine's answer, with nothing written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
from django.db import transaction

from attendance.models import Status
from attendance.queries.day_results import local_time
from attendance.queries.punches import local_minute
from attendance.queries.rosters import People, roster_grid
from attendance.queries.setups import Setup, load_setup
from attendance.rules.calendars import date_of, day_number
from attendance.rules.day_columns import NO_MINUTE, RESULT_COLUMNS, DayRow, PunchColumns
from attendance.rules.overtime_leave import ApprovedOvertime
from attendance.rules.shifts import DAY_MINUTES
from attendance.services.day_results import Batch, WhatIf, compute_batch, only_rostered

ONE_DAY = timedelta(days=1)
_MINUTES = tuple(name for name in RESULT_COLUMNS if name.endswith("_minutes"))


@dataclass(frozen=True)
class DayEffect:
    """One day without and with what is asked for: status as a word, first_in and last_out as local times or '', and
    every minute column of the engine.
    """

    date: date
    before: dict[str, Any]
    after: dict[str, Any]


@transaction.atomic
def effect_of_punch(*, employee_id: int, day: date, punched_at: datetime) -> list[DayEffect]:
    """The days around ``day`` that one more punch changes, and ``day`` itself; none without a roster."""
    setup = load_setup()
    minute = np.array([local_minute(punched_at, setup.zone)], dtype=np.int64)
    more = WhatIf(punches=PunchColumns(np.zeros(1, dtype=np.int64), minute))
    return _effect(setup, employee_id, day, more)


@transaction.atomic
def effect_of_void(*, employee_id: int, day: date, punch_id: int) -> list[DayEffect]:
    """The days around ``day`` that change without this punch, and ``day`` itself; none without a roster."""
    return _effect(load_setup(), employee_id, day, WhatIf(without_punch=punch_id))


@transaction.atomic
def effect_of_overtime(*, employee_id: int, day: date, minutes: int, for_leave: bool) -> list[DayEffect]:
    """``day`` with so much more approved overtime; none without a roster."""
    values = ([0], [day_number(day)], [minutes], [minutes if for_leave else 0])
    asked = ApprovedOvertime(*(np.array(value, dtype=np.int64) for value in values))
    return _effect(load_setup(), employee_id, day, WhatIf(overtime=asked))


def _effect(setup: Setup, employee_id: int, day: date, what_if: WhatIf) -> list[DayEffect]:
    """``day``, and the days around it that change."""
    first, end = day - ONE_DAY, day + 2 * ONE_DAY
    grid = only_rostered(roster_grid(setup, People.only(employee_id), first - ONE_DAY, end + ONE_DAY))
    if not len(grid.employee_ids):
        return []
    before = _days(compute_batch(setup, grid, first, end))
    after = _days(compute_batch(setup, grid, first, end, what_if))
    shown = [one for one in sorted(before) if one == day or before[one] != after[one]]
    return [DayEffect(one, before[one], after[one]) for one in shown]


def _days(batch: Batch) -> dict[date, dict[str, Any]]:
    days = [date_of(int(day)) for day in batch.roster.day]
    return {day: _facts(day, batch.results.row(at)) for at, day in enumerate(days)}


def _facts(day: date, row: DayRow) -> dict[str, Any]:
    times = {name: _time(day, getattr(row, name)) for name in ("first_in", "last_out")}
    return {"status": Status(row.status).name.lower(), **times, **{name: getattr(row, name) for name in _MINUTES}}


def _time(day: date, minute: int) -> str:
    return "" if minute == NO_MINUTE else local_time(day, minute - day_number(day) * DAY_MINUTES)
