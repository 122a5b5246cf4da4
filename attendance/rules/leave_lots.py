"""Lots 额度批次: what was granted with one validity, what is drawn from which, carried over, usable."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from attendance.rules.leave_amounts import DAY


@dataclass(frozen=True, slots=True)
class Lot:
    """Valid on [start_date, end_date); no end: for good. floor: how far it may be drawn; below 0 it is an advance,
    None has no limit.
    """

    id: int
    start_date: date
    end_date: date | None
    remaining: int
    floor: int | None = 0

    def holds_on(self, day: date) -> bool:
        return self.start_date <= day and (self.end_date is None or day < self.end_date)

    @property
    def order(self) -> tuple[bool, date, date, int]:
        """What expires first is used first; advances last."""
        return self.floor != 0, self.end_date or date.max, self.start_date, self.id


@dataclass(frozen=True, slots=True)
class Draw:
    lot_id: int
    day: date
    amount: int


class NotEnough(Exception):
    """missing: how much more the days would need."""

    def __init__(self, missing: int) -> None:
        super().__init__(f"{missing} missing")
        self.missing = missing


def draw(lots: Iterable[Lot], days: Sequence[tuple[date, int]]) -> list[Draw]:
    """From which lots these days with their amounts are taken; each from lots that hold on it. Raises NotEnough."""
    left = {lot.id: lot for lot in sorted(lots, key=lambda lot: lot.order)}
    draws, missing = [], 0
    for day, amount in sorted(days):
        for lot in list(left.values()):
            part = _part(lot, day, amount)
            if part:
                draws.append(Draw(lot.id, day, part))
                left[lot.id] = replace(lot, remaining=lot.remaining - part)
                amount -= part
        missing += amount
    if missing:
        raise NotEnough(missing)
    return draws


def _part(lot: Lot, day: date, amount: int) -> int:
    if not lot.holds_on(day):
        return 0
    return amount if lot.floor is None else max(0, min(amount, lot.remaining - lot.floor))


def balance_on(lots: Iterable[Lot], day: date) -> int:
    """What is there on the day: lots that hold, and advances that were drawn."""
    return sum(lot.remaining for lot in lots if lot.holds_on(day) or lot.remaining < 0)


def usable(lots: Iterable[Lot], *, first: date, last: date) -> int:
    """How much can still be used from first to last, both included: of a lot that expires between, no more than one day
    for each of the days until then.
    """
    return sum(_usable(lot, first, last) for lot in lots if lot.remaining > 0)


def _usable(lot: Lot, first: date, last: date) -> int:
    if lot.start_date > last:
        return 0
    if lot.end_date is None or lot.end_date > last:
        return lot.remaining
    days = (lot.end_date - max(first, lot.start_date)).days
    return min(lot.remaining, max(0, days) * DAY)


def carried(unused: int, *, granted: int, most: int | None, most_total: int | None = None) -> int:
    """How much of the unused goes into the next year, to which ``granted`` comes new. most: of what is carried;
    most_total: of both together; None has no limit.
    """
    limits = [unused]
    if most is not None:
        limits.append(most)
    if most_total is not None:
        limits.append(most_total - granted)
    return max(0, min(limits))
