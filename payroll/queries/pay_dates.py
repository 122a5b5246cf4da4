"""When runs have to be paid, by the pay day of their group and the tenant's calendar."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cached_property

from attendance.queries.setups import Setup, load_calendar
from attendance.rules.calendars import DayKind
from payroll.models import PayRun
from payroll.rules.pay_dates import LONGEST_BREAK, agreed_day, due_day


class PayDates:
    """Asks for the calendar once, when the first run is asked for."""

    @cached_property
    def _setup(self) -> Setup:
        return load_calendar()

    def due_on(self, run: PayRun) -> date | None:
        """None for runs beside the regular one: they are paid when they are ready."""
        if not run.is_regular:
            return None
        agreed = agreed_day(run.month, run.group.pay_day)
        first = agreed - timedelta(days=LONGEST_BREAK - 1)
        kinds = self._setup.calendar(first, LONGEST_BREAK)
        return due_day(agreed, lambda day: bool(kinds[(day - first).days] == DayKind.WORKDAY))
