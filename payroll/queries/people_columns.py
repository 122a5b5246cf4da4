"""What payroll knows of people in a month: who they were at its end, and the values that follow from it.

base_pay, base_pay_days: the base pay of the month over 1; where it changed, each pay times the working days it held,
over the days employed, so that formulas read the exact mean and round once. Days not employed do not lower it: they
raise the days due (``days_not_employed``), so joins and leaves are pro-rated by working days too. Where nobody
entered them, the insured city is the work city, and both contribution bases are the base pay of the last assignment.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from attendance.queries.setups import load_calendar
from attendance.rules.calendars import DayKind, day_number
from hrsaas.people.models import Employee
from hrsaas.people.queries.assignments import segment_columns
from hrsaas.tenancy.queries.columns import Ints
from payroll.packs.dated import PackError
from payroll.packs.social_insurance import find_city
from payroll.queries.pay_groups import Among
from payroll.rules.formula import TextColumn

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class People:
    """People of a run, one place per person, ascending by id; as at the end of the month or of the employment.

    ids: employees. hire_days: since 1970-01-01. unit_ids, position_ids, cities, last_pay_fen: of the last assignment.
    part_places, part_starts, part_ends, part_pay_fen: the assignments within the month, by person: whose (a place), the
    days [start, end) since 1970-01-01, and the base pay. dense: they are nearly all with ids in between.
    """

    ids: Ints
    hire_days: Ints
    unit_ids: Ints
    position_ids: Ints
    cities: TextColumn
    last_pay_fen: Ints
    part_places: Ints
    part_starts: Ints
    part_ends: Ints
    part_pay_fen: Ints
    dense: bool = False

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def days(self) -> Ints:
        """Calendar days employed in the month."""
        return np.bincount(
            self.part_places, weights=self.part_ends - self.part_starts, minlength=len(self)
        ).astype(np.int64)  # fmt: skip


def people_between(
    month: date, end: date, first_id: int | None, last_id: int | None, among: Among | None = None
) -> People:
    """Everybody with an id from first_id to last_id who is employed on some day of [month, end), in one statement.

    among: whom to take of them. Digital workers get no pay and are left out.
    """
    found, cities = segment_columns(month, end, first_id=first_id, last_id=last_id, kind=Employee.Kind.HUMAN)
    count = len(found["employee_id"])
    if among is not None:
        chosen = among.mask(found["employee_id"])
        found = {name: column[chosen] for name, column in found.items()}
        cities = [cities[at] for at in np.flatnonzero(chosen).tolist()]
    ids, firsts, counts = np.unique(found["employee_id"], return_index=True, return_counts=True)
    lasts = firsts + counts - 1
    return People(
        ids=ids, hire_days=found["hire_day"][firsts], unit_ids=found["unit_id"][lasts],
        position_ids=found["position_id"][lasts], cities=text_column([cities[at] for at in lasts.tolist()]),
        last_pay_fen=found["base_pay_fen"][lasts], part_places=np.repeat(np.arange(len(ids)), counts),
        part_starts=found["start_day"], part_ends=found["end_day"], part_pay_fen=found["base_pay_fen"],
        dense=10 * len(found["employee_id"]) >= 9 * count,
    )  # fmt: skip


def people_columns(people: People, month: date, end: date) -> dict[str, Ints]:
    """The numbers that follow from personnel data and the calendar of the month [month, end), by input."""
    pay, days = base_pay_by_days(people, month, end)
    return {
        "pay_month": np.full(len(people), month.month, dtype=np.int64),
        "quarter_end": np.full(len(people), month.month % 3 == 0, dtype=np.int64),
        "year_end": np.full(len(people), month.month == 12, dtype=np.int64),
        "base_pay": pay,
        "base_pay_days": days,
        "social_base": people.last_pay_fen,
        "fund_base": people.last_pay_fen,
        "service_years": _full_years(people.hire_days, end),
    }


def insured_cities(people: People) -> TextColumn:
    """The cities as the statutory tables call them."""
    return TextColumn(people.cities.codes, tuple(insured_city(city) for city in people.cities.vocabulary))


@lru_cache(maxsize=256)
def insured_city(work_city: str) -> str:
    """The city as the statutory tables call it; an unknown one as it is written, which no table row matches."""
    try:
        return find_city(work_city).name.zh
    except PackError:
        return work_city


def employed_months(people: People, month: date, opened: Mask, first_run: int) -> Ints:
    """Months of basic deduction (减除费用) up to this one.

    They begin with January or the month of hire, but not before the first month of the year whose pay is known here:
    ``first_run``, the month of the tenant's first run of the year, or January for those who are ``opened``: they have
    an opening balance. Income and deductions then cover the same months.
    """
    years, months, _days = _civil(people.hire_days)
    hired = np.where(years == month.year, months, 1)
    return month.month - np.maximum(hired, np.where(opened, 1, first_run)) + 1


def days_not_employed(people: People, month: date, end: date) -> Ints:
    """Working days of the tenant's calendar on which each person was not employed; asks only if it matters."""
    if (people.days >= (end - month).days).all():
        return np.zeros(len(people), dtype=np.int64)
    parts, all_days = _working_days(people.part_starts, people.part_ends, month, end)
    return all_days - _by_person(parts, people)


def base_pay_by_days(people: People, month: date, end: date) -> tuple[Ints, Ints]:
    """(pay in fen, days): the month's base pay is the quotient. One pay: itself and 1. Several: the sum of each times
    the working days it held, and those days; calendar days for whoever is employed on no working day.
    """
    pay, days = people.last_pay_fen.copy(), np.ones(len(people), dtype=np.int64)
    split = _by_person((people.part_pay_fen != people.last_pay_fen[people.part_places]).astype(np.int64), people) > 0
    if not split.any():
        return pay, days
    parts, _all_days = _working_days(people.part_starts, people.part_ends, month, end)
    none = _by_person(parts, people) == 0
    parts = np.where(none[people.part_places], people.part_ends - people.part_starts, parts)
    pay[split] = _by_person(people.part_pay_fen * parts, people)[split]
    days[split] = _by_person(parts, people)[split]
    return pay, days


def working_days(start: date, end: date) -> int:
    """Of the tenant's calendar, in [start, end)."""
    return int((load_calendar().calendar(start, (end - start).days) == DayKind.WORKDAY).sum())


def _working_days(starts: Ints, ends: Ints, month: date, end: date) -> tuple[Ints, int]:
    """Working days of the tenant's calendar in each [start, end) within the month, and in all of it."""
    calendar = load_calendar().calendar(month, (end - month).days) == DayKind.WORKDAY
    until = np.concatenate([[0], np.cumsum(calendar)]).astype(np.int64)
    first = day_number(month)
    return until[ends - first] - until[starts - first], int(until[-1])


def _by_person(parts: Ints, people: People) -> Ints:
    """Sums over each person's parts, which stand together."""
    if not len(people):
        return np.zeros(0, dtype=np.int64)
    sums: Ints = np.add.reduceat(parts, np.searchsorted(people.part_places, np.arange(len(people))))
    return sums


def text_column(texts: Sequence[str]) -> TextColumn:
    words = tuple(sorted(set(texts)))
    places = {word: place for place, word in enumerate(words)}
    return TextColumn(np.fromiter(map(places.__getitem__, texts), dtype=np.int64, count=len(texts)), words)


def _full_years(hire_days: Ints, end: date) -> Ints:
    """Whole years of service on the last day of the month."""
    last = date.fromordinal(end.toordinal() - 1)
    years, months, days = _civil(hire_days)
    return last.year - years - ((last.month < months) | ((last.month == months) & (last.day < days)))


def _civil(days: Ints) -> tuple[Ints, Ints, Ints]:
    """Years, months and days of the month."""
    months = days.astype("datetime64[D]").astype("datetime64[M]")
    counts = months.astype(np.int64)
    return counts // 12 + 1970, counts % 12 + 1, days - months.astype("datetime64[D]").astype(np.int64) + 1
