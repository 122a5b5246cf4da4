"""The people that a queue will want, with what they were reckoned from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from attendance.models import ContactQueue, ContactVolume, PromotionDay
from attendance.rules.contact_forecast import Expected, Outlook, expected_contacts
from attendance.rules.staffing import people_wanted, slots_per_day
from hrsaas.errors import DomainError

LONGEST = timedelta(days=92)
LOOK_BACK = timedelta(weeks=53)
"""Older days say nothing about those to come. A year: where nothing newer is there, the last season will do."""


@dataclass(frozen=True)
class ForecastDay:
    """One day; expected, people: per slot, None without such a weekday before it. basis: what went in."""

    date: date
    expected: tuple[Fraction, ...] | None
    people: list[int] | None
    basis: dict[str, Any]

    @property
    def contacts(self) -> Fraction:
        return sum(self.expected or (), Fraction(0))


def require_period(first: date, end: date) -> None:
    """Raise DomainError ``attendance.demand.period`` unless [first, end) has 1 to 92 days."""
    if not first < end <= first + LONGEST or not date(1990, 1, 1) <= first <= date(2190, 1, 1):
        raise DomainError(
            "attendance.demand.period", field="end",
            zh=f"请给出 1 至 {LONGEST.days} 天的时间段。", en=f"Give a period of 1 to {LONGEST.days} days.",
        )  # fmt: skip


def forecast(queue: ContactQueue, first: date, end: date) -> list[ForecastDay]:
    """Each day of [first, end), in two statements.

    Errors: attendance.demand.period, attendance.demand.too_many (a load that is beyond all sense).
    """
    require_period(first, end)
    history = _history(queue, first - LOOK_BACK, end)
    multipliers = multipliers_of(queue, first - LOOK_BACK, end)
    outlook = Outlook(1 + Fraction(queue.growth_rate), Fraction(queue.digital_share_rate), multipliers)
    found = []
    for offset in range((end - first).days):
        day = first + timedelta(days=offset)
        expected = expected_contacts(day, history, outlook)
        found.append(ForecastDay(day, None, None, {}) if expected is None else _day(queue, day, expected, outlook))
    return found


def multipliers_of(queue: ContactQueue, first: date, end: date) -> dict[date, Fraction]:
    """Multipliers of the days of promotions in [first, end); the queue's own go before those of all queues."""
    rows = PromotionDay.objects.filter(date__gte=first, date__lt=end)
    found = rows.filter(queue=None) | rows.filter(queue=queue)
    own_last = sorted(found.values_list("date", "queue", "multiplier"), key=lambda row: row[1] is not None)
    return {day: Fraction(multiplier) for day, _queue, multiplier in own_last}


def _history(queue: ContactQueue, first: date, end: date) -> Mapping[date, list[int]]:
    """Days with as many slots as the queue has now."""
    rows = ContactVolume.objects.filter(
        queue=queue, date__gte=first, date__lt=end, contacts__len=slots_per_day(queue.slot_minutes)
    )  # fmt: skip
    return dict(rows.values_list("date", "contacts"))


def _day(queue: ContactQueue, day: date, expected: Expected, outlook: Outlook) -> ForecastDay:
    try:
        people = people_wanted(expected.contacts, queue.promise)
    except ValueError:
        raise _too_many(day) from None
    past = [
        {"date": one.isoformat(), "multiplier": _number(outlook.multiplier(one))} for one in expected.days
    ]  # fmt: skip
    basis = {
        "days": past, "growth_rate": _number(Fraction(queue.growth_rate)),
        "multiplier": _number(outlook.multiplier(day)),
        "digital_share_rate": _number(Fraction(queue.digital_share_rate)),
        "handling_seconds": queue.handling_seconds, "answer_within_seconds": queue.answer_within_seconds,
        "service_level_rate": _number(Fraction(queue.service_level_rate)),
        "max_occupancy_rate": _number(Fraction(queue.max_occupancy_rate)),
        "shrinkage_rate": _number(Fraction(queue.shrinkage_rate)),
        "patience_seconds": queue.patience_seconds,
        "max_abandon_rate": None if queue.max_abandon_rate is None else _number(Fraction(queue.max_abandon_rate)),
    }  # fmt: skip
    return ForecastDay(day, expected.contacts, people, basis)


def _number(value: Fraction) -> str:
    """1/5 → 0.2; what comes in has at most four decimals."""
    return f"{float(value):.4f}".rstrip("0").rstrip(".")


def _too_many(day: date) -> DomainError:
    return DomainError(
        "attendance.demand.too_many", field="queue", status=409,
        zh=f"{day} 的预计来电量过大，无法计算人数。请检查历史数据、增长率与促销倍数。",
        en=f"{day} would bring more contacts than people can be counted for. Check history, growth and multiplier.",
    )  # fmt: skip
