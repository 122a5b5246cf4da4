"""What payroll knows of people in a month: who they were at its end, and the values that follow from it.

base_pay: the base pay of the month; where it changed, the average over the calendar days of employment, HALF_UP to
the fen. Days not employed do not lower it: they raise the days due (``days_not_employed``), so joins and leaves are
pro-rated by working days with one rounding. Where nobody entered them, the insured city is the work city, and both
contribution bases are the base pay of the last assignment.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from attendance.queries.setups import load_setup
from attendance.rules.calendars import DayKind
from hrsaas.people.models import Employee
from hrsaas.people.queries.assignments import Segment, segments
from payroll.packs.dated import PackError
from payroll.packs.social_insurance import find_city
from payroll.rules.formula import TextColumn

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Person:
    """One person of a run, as at the end of the month or of the employment."""

    id: int
    code: str
    name: str
    hire_date: date
    parts: Sequence[Segment]

    @property
    def last(self) -> Segment:
        return self.parts[-1]

    @property
    def days(self) -> int:
        """Calendar days employed in the month."""
        return sum((part.end_date - part.start_date).days for part in self.parts)

    @property
    def base_pay_fen(self) -> int:
        weighted = sum(part.base_pay_fen * (part.end_date - part.start_date).days for part in self.parts)
        return (2 * weighted + self.days) // (2 * self.days)


def people_between(month: date, end: date, first_id: int | None, last_id: int | None) -> list[Person]:
    """Everybody employed on some day of [month, end), by id, in two statements; digital workers get no pay."""
    parts: defaultdict[int, list[Segment]] = defaultdict(list)
    for segment in segments(month, end, first_id=first_id, last_id=last_id, kind=Employee.Kind.HUMAN):
        parts[segment.employee_id].append(segment)
    known = Employee.objects.filter(id__in=list(parts)).order_by("id").values_list("id", "code", "name", "hire_date")
    return [Person(id_, code, name, hired, parts[id_]) for id_, code, name, hired in known]


def people_columns(people: Sequence[Person], end: date) -> dict[str, Ints]:
    """The numbers that follow from personnel data of a month that ends before ``end``, by input."""
    last_base = _ints(person.last.base_pay_fen for person in people)
    return {
        "base_pay": _ints(person.base_pay_fen for person in people),
        "social_base": last_base,
        "fund_base": last_base,
        "service_years": _ints(_full_years(person.hire_date, end) for person in people),
    }


def insured_cities(people: Sequence[Person]) -> dict[int, str]:
    """Employee → the city as the statutory tables call it."""
    return {person.id: insured_city(person.last.work_city) for person in people}


@lru_cache(maxsize=256)
def insured_city(work_city: str) -> str:
    """The city as the statutory tables call it; an unknown one as it is written, which no table row matches."""
    try:
        return find_city(work_city).name.zh
    except PackError:
        return work_city


def employed_months(people: Sequence[Person], month: date, first_months: Mapping[int, int], first_run: int) -> Ints:
    """Months of basic deduction (减除费用) up to this one.

    They begin with January or the month of hire, but not before the first month of the year whose pay is known here:
    ``first_run``, the month of the tenant's first run of the year, or ``first_months`` by person with an opening
    balance. Income and deductions then cover the same months.
    """
    known = (first_months.get(person.id, first_run) for person in people)
    hired = (person.hire_date.month if person.hire_date.year == month.year else 1 for person in people)
    return _ints(month.month - max(pair) + 1 for pair in zip(known, hired, strict=True))


def days_not_employed(people: Sequence[Person], month: date, end: date) -> Ints:
    """Working days of the tenant's calendar on which each person was not employed; asks only if it matters."""
    lengths = _ints(person.days for person in people)
    if not (lengths < (end - month).days).any():
        return np.zeros(len(people), dtype=np.int64)
    calendar = load_setup().calendar(month, (end - month).days) == DayKind.WORKDAY
    return _ints(calendar.sum() - _worked(calendar, person, month) for person in people)


def _worked(calendar: npt.NDArray[np.bool_], person: Person, month: date) -> int:
    return sum(
        int(calendar[(part.start_date - month).days : (part.end_date - month).days].sum()) for part in person.parts
    )


def text_column(texts: Sequence[str]) -> TextColumn:
    words = tuple(sorted(set(texts)))
    places = {word: place for place, word in enumerate(words)}
    return TextColumn(_ints(places[text] for text in texts), words)


def _full_years(hired: date, end: date) -> int:
    """Whole years of service on the last day of the month."""
    last = date.fromordinal(end.toordinal() - 1)
    return last.year - hired.year - ((last.month, last.day) < (hired.month, hired.day))


def _ints(values: Any) -> Ints:
    return np.fromiter(values, dtype=np.int64)
