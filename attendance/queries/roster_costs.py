"""What a roster costs, as an estimate: planned hours times what an hour of base pay comes to.

Base pay of a month over 21.75 days of 8 hours (人社部发〔2025〕2号). Premiums for overtime, nights and holidays, social
insurance and allowances are not in it: those depend on what is worked, and are payroll's.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import numpy as np
import numpy.typing as npt

from attendance.queries.roster_checks import Changes, CheckedRoster
from attendance.rules.calendars import day_number
from hrsaas.access.actors import Actor
from hrsaas.people.queries.assignments import segments_of

PAY = "people.pay.view"
# 21.75 days x 8 hours.
PAID_MINUTES_A_MONTH = 174 * 60


@dataclass(frozen=True)
class RosterCost:
    """minutes and fen of [first, end), before and after the changes."""

    minutes: int
    fen: int
    minutes_before: int
    fen_before: int

    @property
    def yuan(self) -> Decimal:
        return Decimal(self.fen) / 100

    @property
    def more_yuan(self) -> Decimal:
        return Decimal(self.fen - self.fen_before) / 100


def roster_cost(roster: CheckedRoster, changes: Changes, actor: Actor) -> RosterCost | None:
    """Of its people on its days; None for who may not see the pay of everybody."""
    if not actor.may(PAY) or actor.reach(PAY) is not None:
        return None
    first, end = day_number(roster.first), day_number(roster.end)
    columns = slice(first - roster.lines.first_day, end - roster.lines.first_day)
    pay = _pay(roster.grid.employee_ids, roster.first, roster.end)
    sums = []
    for lines in (roster.lines, roster.changed(changes)):
        due = roster.shifts.per_cell(roster.shifts.due, lines.shift)[:, columns]
        sums.append((int(due.sum()), int((due * pay).sum()) // PAID_MINUTES_A_MONTH))
    (minutes_before, fen_before), (minutes, fen) = sums
    return RosterCost(minutes, fen, minutes_before, fen_before)


def _pay(employee_ids: npt.NDArray[np.int64], first: date, end: date) -> npt.NDArray[np.int64]:
    """Base pay of a month in fen, per person and day."""
    pay = np.zeros((len(employee_ids), (end - first).days), dtype=np.int64)
    for one in segments_of(employee_ids.tolist(), first, end, kind="human"):
        row = int(np.searchsorted(employee_ids, one.employee_id))
        pay[row, (one.start_date - first).days : (one.end_date - first).days] = one.base_pay_fen
    return pay
