"""Entitlement 应休天数: how much leave a year gives to whom, by years of work, for joiners and leavers.

Amounts are integers: thousandths of a day, or minutes for what is counted in hours.
Source: Regulation on paid annual leave (国务院令第 514 号) and its implementation measures (人社部令第 1 号).
"""

from calendar import monthrange
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from attendance.rules.leave_amounts import DAY

# Whatever the year has: the measures divide by 365 (实施办法第五条、第十二条).
DAYS_OF_A_YEAR = 365


@dataclass(frozen=True, slots=True)
class Step:
    """From this many full years of work on, this much a year."""

    years: int
    amount: int


@dataclass(frozen=True, slots=True)
class Career:
    """career_start: first day of work anywhere; [hire_date, leave_date): with this employer."""

    career_start: date
    hire_date: date
    leave_date: date | None = None


def add_months(day: date, months: int) -> date:
    """The same day so many months later, or the last one of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def full_years(start: date, on: date) -> int:
    """Full years from start to the day; 0 before the first is over."""
    years = on.year - start.year
    return max(0, years if add_months(start, 12 * years) <= on else years - 1)


def amount_for(steps: Sequence[Step], years: int) -> int:
    """What a whole year gives to somebody with so many full years of work."""
    return max((step for step in steps if step.years <= years), key=lambda step: step.years, default=Step(0, 0)).amount


def year_entitlement(
    career: Career, steps: Sequence[Step], *, year: int, qualifying_months: int = 12, step: int = DAY
) -> int:
    """What the calendar year gives: (calendar days employed and qualified / 365 × a whole year's), rounded down to
    ``step``, never more than a whole year's.

    Somebody who reaches the next step within the year has each part of the year by its own step. qualifying_months:
    of work without interruption, anywhere, before there is any (第三条).
    """
    return _down(_earned(career, steps, year, qualifying_months), step)


def unused_at_leaving(career: Career, steps: Sequence[Step], *, taken: int, qualifying_months: int = 12) -> int:
    """What is to be paid out for the year of leaving: passed days / 365 × a whole year's − taken, rounded down to whole
    days; never below 0, since leave taken beyond is not taken back (第十二条). 0 for who has not left.
    """
    if career.leave_date is None:
        return 0
    last = date.fromordinal(career.leave_date.toordinal() - 1)
    return max(0, _down(_earned(career, steps, last.year, qualifying_months) - taken, DAY))


def annual_leave_lost(
    *, years: int, sick_months: int, paid_personal_days: int, school_holiday_days: int, entitled: int
) -> bool:
    """Whether the year's annual leave is lost (第四条).

    By longer school holidays, by 20 days or more of paid personal leave, or by sick leave of 2, 3 or 4 months and more
    with less than 10, less than 20, and 20 years of work and more.
    """
    limit = 2 if years < 10 else 3 if years < 20 else 4
    return school_holiday_days * DAY > entitled or paid_personal_days >= 20 or sick_months >= limit


def encashable(balance: int, *, kept: int = 0, most: int | None = None) -> int:
    """How much of a balance is paid out where some of it never is (kept) and a cap holds (most)."""
    payable = max(0, balance - kept)
    return payable if most is None else min(payable, most)


def _earned(career: Career, steps: Sequence[Step], year: int, qualifying_months: int) -> Fraction:
    parts = list(_parts(career, steps, year, qualifying_months))
    total = Fraction(sum(days * amount for days, amount in parts), DAYS_OF_A_YEAR)
    return min(total, Fraction(max((amount for _days, amount in parts), default=0)))


def _parts(career: Career, steps: Sequence[Step], year: int, qualifying_months: int) -> Iterator[tuple[int, int]]:
    """(calendar days, a whole year's amount) of the parts of the year before and after its anniversary."""
    qualified = add_months(career.career_start, qualifying_months)
    first = max(date(year, 1, 1), career.hire_date, qualified)
    end = min(date(year + 1, 1, 1), career.leave_date or date.max)
    anniversary = add_months(career.career_start, 12 * (year - career.career_start.year))
    border = min(max(first, anniversary), end)
    for start, until in ((first, border), (border, end)):
        if start < until:
            yield (until - start).days, amount_for(steps, full_years(career.career_start, start))


def _down(value: Fraction, step: int) -> int:
    return int(value // step) * step
