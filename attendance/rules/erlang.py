"""How many people answer so many contacts: Erlang C (everybody waits) and Erlang A (impatient callers hang up).

Contacts arrive by chance at an even rate within a slot and take a random time with the given mean. The load in erlangs
is what one person would need of a slot, in slots: contacts × handling time / slot length. Loads and shares are exact
fractions, so that 24 people at 20 % shrinkage are 30, not 31; probabilities are floats, right to 1e-12.

Sources: A. K. Erlang 1917 (C), C. Palm 1957 and Mandelbaum & Zeltyn 2007 (A, birth and death equations).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction

MOST_ERLANGS = 20_000
_NEGLIGIBLE = 1e-18  # of the sum so far
_HUGE = 1e200


@dataclass(frozen=True, slots=True)
class Queue:
    """What one slot brings and what is promised.

    contacts: expected in the slot. slot_s, handling_s, answer_within_s: seconds. service_level: share of contacts that
    are to be answered within ``answer_within_s``. most_occupancy: share of their time that people may be busy.
    """

    contacts: Fraction
    slot_s: int
    handling_s: Fraction
    answer_within_s: Fraction
    service_level: Fraction
    most_occupancy: Fraction = Fraction(1)

    def __post_init__(self) -> None:
        _require(self.contacts >= 0 and self.handling_s > 0 and self.slot_s > 0, "contacts and times must be positive")
        _require(self.answer_within_s >= 0, "the time to answer must not be negative")
        _require(0 <= self.service_level < 1, "the service level must be at least 0 and below 1")
        _require(0 < self.most_occupancy <= 1, "the occupancy must be above 0 and at most 1")
        _require(self.load <= MOST_ERLANGS, f"the load must be at most {MOST_ERLANGS} erlangs")

    @property
    def load(self) -> Fraction:
        """Erlangs."""
        return self.contacts * self.handling_s / self.slot_s


@dataclass(frozen=True, slots=True)
class Service:
    """What so many people achieve. wait_s: mean seconds to an answer, over all contacts."""

    agents: int
    occupancy: float
    service_level: float
    wait_probability: float
    wait_s: float


@dataclass(frozen=True, slots=True)
class ImpatientService:
    """The same where callers hang up. wait_s: mean seconds to an answer or to hanging up."""

    agents: int
    occupancy: float
    wait_probability: float
    abandon_probability: float
    wait_s: float


def agents_needed(queue: Queue) -> Service:
    """The fewest people who keep the promise, and what they achieve; nobody for no contacts."""
    if queue.contacts == 0:
        return Service(0, 0.0, 1.0, 0.0, 0.0)
    load, inverse = float(queue.load), 1.0
    agents, fewest = 0, max(math.floor(queue.load) + 1, math.ceil(queue.load / queue.most_occupancy))
    while True:
        agents += 1
        inverse = _next_inverse(inverse, agents, load)
        if agents >= fewest:
            service = _service(inverse, agents, load, float(queue.handling_s), float(queue.answer_within_s))
            if service.service_level >= queue.service_level:
                return service


def service_of(agents: int, load: Fraction, handling_s: Fraction, answer_within_s: Fraction) -> Service:
    """What these people achieve. ValueError where the queue would grow for ever."""
    _require(agents > load, "the queue grows for ever: there must be more people than erlangs")
    inverse = _inverse_blocking(agents, float(load))
    return _service(inverse, agents, float(load), float(handling_s), float(answer_within_s))


def impatient_service(agents: int, load: Fraction, handling_s: Fraction, patience_s: Fraction) -> ImpatientService:
    """What these people achieve where callers hang up after ``patience_s`` on average; any load has an answer."""
    _require(agents > 0 and load > 0 and handling_s > 0 and patience_s > 0, "people, load and times must be positive")
    a, relief = float(load), float(handling_s / patience_s)
    # Weights of the states: all busy and nobody waits, one waits, two wait …; only their ratios matter.
    nobody = term = 1.0
    queued = length = 0.0
    waiting = 0
    while term > _NEGLIGIBLE * (nobody + length):
        waiting += 1
        term *= a / (agents + waiting * relief)
        queued += term
        length += waiting * term
        if term > _HUGE:
            nobody, term, queued, length = nobody / _HUGE, term / _HUGE, queued / _HUGE, length / _HUGE
    whole = _inverse_blocking(agents, a) * nobody + queued
    mean_length = length / whole
    abandon = mean_length * relief / a
    wait_s = mean_length / a * float(handling_s)
    return ImpatientService(agents, a * (1 - abandon) / agents, (nobody + queued) / whole, abandon, wait_s)


def agents_needed_by_impatient(load: Fraction, handling_s: Fraction, patience_s: Fraction, most: Fraction) -> int:
    """The fewest people who lose at most the share ``most`` of callers; by halving, since more people lose fewer."""
    _require(0 < most < 1, "the share that may hang up must be between 0 and 1")
    few, enough = 0, 1
    while impatient_service(enough, load, handling_s, patience_s).abandon_probability > most:
        few, enough = enough, 2 * enough
    while enough - few > 1:
        middle = (few + enough) // 2
        lost = impatient_service(middle, load, handling_s, patience_s).abandon_probability
        few, enough = (middle, enough) if lost > most else (few, middle)
    return enough


def scheduled(agents: int, shrinkage: Fraction) -> int:
    """People to plan, so that ``agents`` are there while the share ``shrinkage`` is at training, ill or on a break."""
    _require(0 <= shrinkage < 1, "the shrinkage must be at least 0 and below 1")
    return math.ceil(agents / (1 - shrinkage))


def _service(inverse: float, agents: int, load: float, handling_s: float, answer_within_s: float) -> Service:
    """inverse: one over the blocking probability (Erlang B) of so many people."""
    free = agents - load
    wait = agents / (agents + free * (inverse - 1)) if math.isfinite(inverse) else 0.0
    in_time = 1 - wait * math.exp(-free * answer_within_s / handling_s)
    return Service(agents, load / agents, in_time, wait, wait * handling_s / free)


def _inverse_blocking(agents: int, load: float) -> float:
    inverse = 1.0
    for count in range(1, agents + 1):
        inverse = _next_inverse(inverse, count, load)
    return inverse


def _next_inverse(inverse: float, agents: int, load: float) -> float:
    """Erlang B's recursion, upside down: no powers, no factorials, stable for any load."""
    return 1 + inverse * agents / load


def _require(holds: bool, text: str) -> None:
    if not holds:
        raise ValueError(text)
