"""From expected contacts to people on the roster, slot by slot, and back: what so many people achieve.

Patient callers: as many people as answer the promised share in time (Erlang C). Where the mean patience is known: as
many as lose no more callers than allowed (Erlang A); the share answered in time is not asked for then. Either way
nobody may be busier than the highest occupancy, and shrinkage is added last.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from attendance.rules.erlang import (
    MOST_ERLANGS,
    Queue,
    agents_needed,
    agents_needed_by_impatient,
    impatient_service,
    scheduled,
    service_of,
)

SLOT_LENGTHS = (15, 30, 60)
DAY_MINUTES = 1440


@dataclass(frozen=True, slots=True)
class Promise:
    """How a queue is to be answered.

    slot_minutes: 15, 30 or 60. handling_s, answer_within_s, patience_s: seconds. service_level, most_occupancy,
    shrinkage, most_abandoned: fractions. patience_s, most_abandoned: both or none; with them Erlang A decides.
    """

    slot_minutes: int
    handling_s: int
    answer_within_s: int
    service_level: Fraction
    most_occupancy: Fraction
    shrinkage: Fraction
    patience_s: int | None = None
    most_abandoned: Fraction | None = None

    def queue(self, contacts: Fraction) -> Queue:
        """One slot of it. ValueError where nothing sensible can be said."""
        return Queue(
            contacts, self.slot_minutes * 60, Fraction(self.handling_s), Fraction(self.answer_within_s),
            self.service_level, self.most_occupancy,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Achieved:
    """What people on the roster achieve in a slot. there: those not lost to shrinkage.

    service_level: share answered in time if nobody hangs up, None with impatient callers. abandoned: share that hangs
    up, None with patient ones. overloaded: the queue grows for ever; then the other figures are None.
    """

    there: int
    load: Fraction
    overloaded: bool = False
    occupancy: float | None = None
    service_level: float | None = None
    abandoned: float | None = None
    wait_s: float | None = None


def slots_per_day(slot_minutes: int) -> int:
    return DAY_MINUTES // slot_minutes


def people_wanted(contacts: Sequence[Fraction], promise: Promise) -> list[int]:
    """People to put on the roster for each slot. ValueError where a slot's load is beyond all sense."""
    by_contacts = {expected: scheduled(_answering(expected, promise), promise.shrinkage) for expected in set(contacts)}
    return [by_contacts[expected] for expected in contacts]


def achieved(people: int, contacts: Fraction, promise: Promise) -> Achieved:
    """What so many on the roster achieve for these contacts in a slot. ValueError for a load or people beyond sense."""
    if not 0 <= people <= MOST_ERLANGS:
        raise ValueError(f"there must be 0 to {MOST_ERLANGS} people")
    queue = promise.queue(contacts)
    there = math.floor(people * (1 - promise.shrinkage))
    if queue.load == 0:
        return Achieved(there, queue.load, False, 0.0, 1.0, None if promise.patience_s is None else 0.0, 0.0)
    if promise.patience_s is not None and there:
        impatient = impatient_service(there, queue.load, queue.handling_s, Fraction(promise.patience_s))
        lost, wait_s = impatient.abandon_probability, impatient.wait_s
        return Achieved(there, queue.load, False, impatient.occupancy, None, lost, wait_s)
    if there <= queue.load:
        return Achieved(there, queue.load, overloaded=True)
    patient = service_of(there, queue.load, queue.handling_s, queue.answer_within_s)
    return Achieved(there, queue.load, False, patient.occupancy, patient.service_level, None, patient.wait_s)


def _answering(contacts: Fraction, promise: Promise) -> int:
    """People who answer, before shrinkage."""
    queue = promise.queue(contacts)
    if promise.patience_s is None or promise.most_abandoned is None or not queue.load:
        return agents_needed(queue).agents
    patience_s = Fraction(promise.patience_s)
    enough = agents_needed_by_impatient(queue.load, queue.handling_s, patience_s, promise.most_abandoned)

    def rested(people: int) -> bool:
        return impatient_service(people, queue.load, queue.handling_s, patience_s).occupancy <= promise.most_occupancy

    return _fewest(enough, max(enough, math.ceil(queue.load / promise.most_occupancy)), rested)


def _fewest(low: int, high: int, holds: Callable[[int], bool]) -> int:
    """The smallest number of low..high with ``holds``, which holds from some number on and for high."""
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if holds(middle) else (middle + 1, high)
    return low
