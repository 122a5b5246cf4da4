"""Day results that nobody computed."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import numpy as np

from attendance.models.months import CELLS
from attendance.queries.day_results import no_cells
from attendance.queries.months import end_of
from attendance.services.month_results import write_cells
from attendance.services.months import begin_months


def store_day(employee: Any, day: date, *, now: datetime, **values: int) -> None:
    """One day of somebody who has no other in the month; a working day that was worked, unless the values say else."""
    month = day.replace(day=1)
    begin_months(first=month, end=end_of(month))
    nothing = no_cells(np.zeros(0, dtype=np.int64), (end_of(month) - month).days)
    wanted = no_cells(np.array([employee.pk]), (end_of(month) - month).days)
    for name, value in {"status": 2, **values}.items():
        wanted.cells[0, CELLS.index(name), day.day - 1] = value
    write_cells(wanted=wanted, stored=nothing, month=month, now=now)
