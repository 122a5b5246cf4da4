"""Contacts to expect per slot, from what came before.

A day is like the same weekdays before it: the mean of the latest of them, slot by slot. Days of promotions are brought
back to an ordinary day first (divided by their multiplier), and a promotion to come multiplies. What digital workers
solve alone needs nobody.

    expected = mean of past contacts / their multipliers × growth × multiplier × (1 − share solved by digital workers)
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

WEEKS = 8
"""Same weekdays to look back at: enough to even out chance, few enough to follow a trend."""


@dataclass(frozen=True, slots=True)
class Outlook:
    """What is known beforehand. multipliers: of days with promotions, past and coming (Double 11: 10)."""

    growth: Fraction = Fraction(1)
    digital_share: Fraction = Fraction(0)
    multipliers: Mapping[date, Fraction] | None = None

    def __post_init__(self) -> None:
        if self.growth <= 0 or not 0 <= self.digital_share <= 1:
            raise ValueError("growth must be above 0, the share of digital workers from 0 to 1")
        if any(multiplier <= 0 for multiplier in (self.multipliers or {}).values()):
            raise ValueError("multipliers must be above 0")

    def multiplier(self, day: date) -> Fraction:
        return (self.multipliers or {}).get(day, Fraction(1))


@dataclass(frozen=True, slots=True)
class Expected:
    """A day's contacts per slot. days: those it was learned from, latest first."""

    contacts: tuple[Fraction, ...]
    days: tuple[date, ...]


def expected_contacts(day: date, history: Mapping[date, Sequence[int]], outlook: Outlook) -> Expected | None:
    """Contacts per slot that people have to answer on the day; None without any such weekday before it.

    history: contacts per slot of past days, all with the same number of slots.
    """
    alike = sorted((past for past in history if past < day and past.weekday() == day.weekday()), reverse=True)[:WEEKS]
    if not alike:
        return None
    factor = outlook.growth * outlook.multiplier(day) * (1 - outlook.digital_share) / len(alike)
    ordinary = [[count / outlook.multiplier(past) for count in history[past]] for past in alike]
    return Expected(tuple(factor * sum(slots) for slots in zip(*ordinary, strict=True)), tuple(alike))
