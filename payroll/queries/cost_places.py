"""Where people's pay is borne: org unit and cost centre by the days worked there, cost centre and project by shares.

Columns, so that thousands of people are split at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from hrsaas.people.queries.cost_splits import cost_share_columns, place_columns
from hrsaas.people.rules.cost_shares import STEPS
from hrsaas.tenancy.queries.columns import Ints
from payroll.rules.shares import split_columns
from payroll.rules.vouchers import Place


@dataclass(frozen=True)
class CostPlaces:
    """Parts of people, person after person in the order that was asked for.

    owners: whose part, a place in that order; places: index into ``found``; weights: of the person's whole, in days
    times 10,000; days: with an assignment there.
    """

    owners: Ints
    places: Ints
    weights: Ints
    days: Ints
    found: list[Place]

    def split(self, amounts: Ints) -> Ints:
        """One amount per person → one per part, to the fen, with exactly each person's sum."""
        return split_columns(amounts, self.owners, self.weights)

    def sums(self, parts: Ints) -> Ints:
        """Of one figure per part, by place."""
        total = np.zeros(len(self.found), dtype=np.int64)
        np.add.at(total, self.places, parts)
        return total

    @property
    def rates(self) -> Ints:
        """Each part's share of the person's whole, in hundredths of a percent, to the largest remainder."""
        people = int(self.owners[-1]) + 1 if len(self.owners) else 0
        return self.split(np.full(people, STEPS, dtype=np.int64))


@dataclass(frozen=True)
class _Rows:
    """Columns of several rows per employee. firsts, counts: where each of the people asked for has them."""

    firsts: Ints
    counts: Ints
    numbers: dict[str, Ints]
    centres: Ints


def cost_places(start: date, end: date, employees: Ints, units: Ints) -> CostPlaces:
    """For the month [start, end): of these employees, in two statements. The shares of its last day hold for all of it.

    units: where somebody counts who had no assignment any more (paid after leaving). Parts of a person at the same
    place are one; they come by the first day there, then in the order of the shares.
    """
    codes: dict[str, int] = {"": 0}
    if not len(employees):
        none = np.zeros(0, dtype=np.int64)
        return CostPlaces(none, none, none, none, [])
    worked = _worked(start, end, employees, units, codes)
    shared = _shared(end, employees, codes)
    counts = worked.counts * shared.counts
    owners = np.repeat(np.arange(len(employees)), counts)
    at = np.arange(len(owners)) - np.repeat(np.cumsum(counts) - counts, counts)
    row = worked.firsts[owners] + at // shared.counts[owners]
    share = shared.firsts[owners] + at % shared.counts[owners]
    centre = np.where(shared.centres[share] > 0, shared.centres[share], worked.centres[row])
    triples = np.stack([worked.numbers["unit_id"][row], centre, shared.numbers["project_id"][share]], axis=1)
    days = worked.numbers["days"][row]
    return _merged(owners, triples, row, days, days * shared.numbers["steps"][share], list(codes))


def _worked(start: date, end: date, employees: Ints, units: Ints, codes: dict[str, int]) -> _Rows:
    numbers, texts = place_columns(start, end)
    firsts, counts = _held_by(numbers["employee_id"], employees)
    lost = counts == 0
    firsts[lost] = len(texts) + np.arange(int(lost.sum()))
    ones = np.ones(int(lost.sum()), dtype=np.int64)
    return _Rows(
        firsts, np.maximum(counts, 1),
        {"unit_id": np.concatenate([numbers["unit_id"], units[lost]]), "days": np.concatenate([numbers["days"], ones])},
        np.concatenate([_coded(texts, codes), ones * 0]),
    )  # fmt: skip


def _shared(end: date, employees: Ints, codes: dict[str, int]) -> _Rows:
    """Whoever has no split has all of it at one share without cost centre and project: the last row."""
    numbers, texts = cost_share_columns(date.fromordinal(end.toordinal() - 1))
    firsts, counts = _held_by(numbers["employee_id"], employees)
    firsts[counts == 0] = len(texts)
    return _Rows(
        firsts, np.maximum(counts, 1),
        {"project_id": np.append(numbers["project_id"], 0), "steps": np.append(numbers["steps"], STEPS)},
        np.append(_coded(texts, codes), 0),
    )  # fmt: skip


def _held_by(column: Ints, employees: Ints) -> tuple[Ints, Ints]:
    firsts = np.searchsorted(column, employees, side="left")
    return firsts, np.searchsorted(column, employees, side="right") - firsts


def _coded(texts: list[str], codes: dict[str, int]) -> Ints:
    return np.fromiter((codes.setdefault(text, len(codes)) for text in texts), dtype=np.int64, count=len(texts))


def _merged(owners: Ints, triples: Ints, rows: Ints, days: Ints, weights: Ints, centres: list[str]) -> CostPlaces:
    """Parts of one person at one place added up, at where the first of them stands; days of an assignment once."""
    distinct, places = np.unique(triples, axis=0, return_inverse=True)
    keys = owners * len(distinct) + places.ravel()
    _keys, first, part = np.unique(keys, return_index=True, return_inverse=True)
    order = np.argsort(first)
    rank = np.empty_like(order)
    rank[order] = np.arange(len(order))
    part = rank[part.ravel()]
    _pairs, once = np.unique(np.stack([part, rows], axis=1), axis=0, return_index=True)
    chosen = first[order]
    return CostPlaces(
        owners[chosen], places.ravel()[chosen], _added(part, weights, len(order)),
        _added(part[once], days[once], len(order)),
        [Place(unit, centres[centre], project or None) for unit, centre, project in distinct.tolist()],
    )  # fmt: skip


def _added(part: Ints, values: Ints, count: int) -> Ints:
    total = np.zeros(count, dtype=np.int64)
    np.add.at(total, part, values)
    return total
