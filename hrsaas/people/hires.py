"""Who wants to know that somebody was hired through an offer; apps register when Django starts.

Apps that do not know each other meet here: recruiting hires, performance sets the goals of the probation.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from hrsaas.access.actors import Actor
from hrsaas.people.models import Employee


@dataclass(frozen=True)
class ProbationGoal:
    """A KPI to reach by the end of probation. name, measure (its unit) in both languages; figures in that unit.

    direction: ``higher`` or ``lower`` is better; floor, target and stretch run from worst to best.
    """

    kpi: str
    name: str
    name_en: str
    measure: str
    measure_en: str
    direction: str
    floor: Decimal
    target: Decimal
    stretch: Decimal
    weight: Decimal
    places: int


@dataclass(frozen=True)
class Hire:
    """A new employee, on probation on the days [start_date, end_date)."""

    employee: Employee
    start_date: date
    end_date: date
    goals: tuple[ProbationGoal, ...]


OnHire = Callable[[Hire, Actor, datetime], None]

_listeners: dict[str, OnHire] = {}


def register_on_hire(name: str, listener: OnHire) -> None:
    """listener(hire, actor, now) runs in the transaction of the hire; if it raises, nobody is hired."""
    _listeners[name] = listener


def announce_hire(hire: Hire, *, actor: Actor, now: datetime) -> None:
    """Tell everybody who registered."""
    for listener in _listeners.values():
        listener(hire, actor, now)
