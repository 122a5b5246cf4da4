"""What payroll knows of people in a month: who they were at its end, and the values that follow from it.

base_pay: the base pay of the month; where it changed, the average over the calendar days of employment, HALF_UP to
the fen. Days not employed do not lower it: they raise the days due (``days_not_employed``), so joins and leaves are
pro-rated by working days with one rounding. Where nobody entered them, the insured city is the work city, and both
contribution bases are the base pay of the last assignment.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from attendance.queries.setups import load_setup
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
    base_pay_fen: of the month. part_places, part_starts, part_ends: the assignments within the month, by person: whose
    (a place), and the days [start, end) since 1970-01-01.
    """

    ids: Ints
    hire_days: Ints
    unit_ids: Ints
    position_ids: Ints
    cities: TextColumn
    last_pay_fen: Ints
    base_pay_fen: Ints
    part_places: Ints
    part_starts: Ints
    part_ends: Ints

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
    if among is not None:
        chosen = among.mask(found["employee_id"])
        found = {name: column[chosen] for name, column in found.items()}
        cities = [cities[at] for at in np.flatnonzero(chosen).tolist()]
    ids, firsts, counts = np.unique(found["employee_id"], return_index=True, return_counts=True)
    lasts = firsts + counts - 1
    lengths = found["end_day"] - found["start_day"]
    return People(
        ids=ids, hire_days=found["hire_day"][firsts], unit_ids=found["unit_id"][lasts],
        position_ids=found["position_id"][lasts], cities=text_column([cities[at] for at in lasts.tolist()]),
        last_pay_fen=found["base_pay_fen"][lasts], base_pay_fen=_average(found["base_pay_fen"], lengths, firsts),
        part_places=np.repeat(np.arange(len(ids)), counts), part_starts=found["start_day"], part_ends=found["end_day"],
    )  # fmt: skip


def people_columns(people: People, end: date) -> dict[str, Ints]:
    """The numbers that follow from personnel data and the calendar of a month that ends before ``end``, by input."""
    month = date.fromordinal(end.toordinal() - 1).month
    return {
        "pay_month": np.full(len(people), month, dtype=np.int64),
        "quarter_end": np.full(len(people), month % 3 == 0, dtype=np.int64),
        "year_end": np.full(len(people), month == 12, dtype=np.int64),
        "base_pay": people.base_pay_fen,
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
    calendar = load_setup().calendar(month, (end - month).days) == DayKind.WORKDAY
    until = np.concatenate([[0], np.cumsum(calendar)]).astype(np.int64)
    first = day_number(month)
    parts = until[people.part_ends - first] - until[people.part_starts - first]
    return until[-1] - np.bincount(people.part_places, weights=parts, minlength=len(people)).astype(np.int64)


def text_column(texts: Sequence[str]) -> TextColumn:
    words = tuple(sorted(set(texts)))
    places = {word: place for place, word in enumerate(words)}
    return TextColumn(np.fromiter(map(places.__getitem__, texts), dtype=np.int64, count=len(texts)), words)


def _average(pay_fen: Ints, days: Ints, firsts: Ints) -> Ints:
    """Pay by person, weighted by days, HALF_UP; ``firsts``: where each person begins."""
    if not len(firsts):
        return np.zeros(0, dtype=np.int64)
    weights = np.add.reduceat(days, firsts)
    return (2 * np.add.reduceat(pay_fen * days, firsts) + weights) // (2 * weights)


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
