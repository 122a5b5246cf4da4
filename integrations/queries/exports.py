"""A month's data as rows, for ``manage.py export``."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from itertools import groupby
from typing import Any

from attendance.queries import day_results, timesheets
from attendance.queries.months import end_of
from hrsaas.people.models import Assignment
from hrsaas.people.queries.assignments import held_in
from hrsaas.people.rules.money import yuan
from payroll.queries import payslips
from performance.queries import scores

Rows = tuple[Sequence[str], Iterable[Sequence[Any]]]

_PEOPLE = ("employee_code", "name", "unit", "position", "hire_date", "leave_date", "base_pay", "city")


def people(month: date) -> Rows:
    """Whoever was employed in the month, with the last terms in it. base_pay: yuan."""
    rows = held_in(month, end_of(month)).order_by("employee__code", "start_date")
    by_person = groupby(rows.iterator(chunk_size=2000), key=lambda terms: terms.employee_id)
    return _PEOPLE, (_person(list(terms)[-1]) for _id, terms in by_person)


def _person(terms: Assignment) -> list[Any]:
    who = terms.employee
    return [
        who.code, who.name, terms.unit.name, terms.position.name, who.hire_date, who.leave_date or "",
        yuan(terms.base_pay_fen), terms.work_city,
    ]  # fmt: skip


EXPORTS: dict[str, Callable[[date], Rows]] = {
    "people": people,
    "day_results": lambda month: (day_results.export_header(), day_results.export_rows(month)),
    "timesheets": lambda month: (timesheets.export_header(), timesheets.export_rows(month)),
    "scores": scores.export_rows,
    "payslips": lambda month: (payslips.export_header(month), payslips.export_rows(month)),
}
