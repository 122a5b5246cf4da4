"""Sums over the stored payslips of a run, taken from the same reading that hashes them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from hrsaas.tenancy.queries.columns import Ints
from payroll.queries.digests import Block

FEN = ("gross_fen", "tax_fen", "net_fen", "cost_fen")
_HEAD, _CELL, _VALUE = 4 + 20, 12, 4  # bytes: before an array's elements, of an element, before its value


class Totals(NamedTuple):
    """Of sound payslips by org unit. units, people: int64[units]; amounts: int64[units, items], at the scales."""

    units: Ints
    people: Ints
    amounts: Ints


class StoredSums:
    """Takes the blocks of ``digests_of``. items: how many the formula set has.

    Raises OverflowError where a sum might not fit 64 bits.
    """

    def __init__(self, items: int) -> None:
        self._items = items
        self._ids: list[Ints] = []
        self._fen = dict.fromkeys(FEN, 0)
        self._counts = {"error_count": 0, "warning_count": 0}
        self._parts: list[Totals] = []
        self._highest = 0

    def take(self, block: Block) -> None:
        fields = block.fields
        self._ids.append(block.numbers(fields["employee_id"] + 4))
        failed = block.sizes(fields["error"]) >= 0
        self._counts["error_count"] += int(failed.sum())
        self._counts["warning_count"] += int((block.sizes(fields["warnings"]) >= 0).sum())
        for name in FEN:
            there = fields[name][block.sizes(fields[name]) >= 0]
            self._fen[name] += int(block.numbers(there + 4).sum())
        sound = np.flatnonzero(~failed)
        if len(sound):
            self._add(block.numbers(fields["unit_id"][sound] + 4), self._amounts(block, fields["amounts"][sound]))

    @property
    def employee_ids(self) -> Ints:
        """Of all payslips, by employee number."""
        return np.concatenate(self._ids) if self._ids else np.zeros(0, dtype=np.int64)

    @property
    def figures(self) -> dict[str, int]:
        """headcount, error_count, warning_count, and the sums of ``FEN``; payslips with an error have none."""
        return {"headcount": sum(map(len, self._ids)), **self._counts, **self._fen}

    @property
    def totals(self) -> Totals:
        if self._highest * sum(map(len, self._ids)) >= 2**63:
            raise OverflowError("totals of a run beyond 64 bits")
        self._join()
        return self._parts[0] if self._parts else Totals(*(np.zeros(0, dtype=np.int64),) * 2, self._none(0))

    def _add(self, units: Ints, amounts: Ints) -> None:
        self._highest = max(self._highest, int(np.abs(amounts).max(initial=0)))
        self._parts.append(_by_unit(Totals(units, np.ones(len(units), dtype=np.int64), amounts)))
        if len(self._parts) > 50:
            self._join()

    def _join(self) -> None:
        if len(self._parts) > 1:
            self._parts = [_by_unit(Totals(*(np.concatenate(columns) for columns in zip(*self._parts, strict=True))))]

    def _amounts(self, block: Block, at: Ints) -> Ints:
        """[rows, items] of the arrays that begin at these places; 0 for an element that is NULL."""
        steps = np.arange(self._items) * _CELL + _HEAD + _VALUE
        whole = block.sizes(at) == _HEAD - 4 + self._items * _CELL
        if whole.all():
            return block.numbers(at[:, None] + steps)
        amounts = self._none(len(at))
        amounts[whole] = block.numbers(at[whole][:, None] + steps)
        for row in np.flatnonzero(~whole).tolist():
            amounts[row] = _cells(block, int(at[row]), self._items)
        return amounts

    def _none(self, rows: int) -> Ints:
        return np.zeros((rows, self._items), dtype=np.int64)


def _cells(block: Block, at: int, items: int) -> list[int]:
    """An array with NULLs among its elements."""
    found, at = [], at + _HEAD
    for _item in range(items):
        size = int.from_bytes(block.whole[at : at + _VALUE], "big", signed=True)
        at += _VALUE
        found.append(int.from_bytes(block.whole[at : at + max(size, 0)], "big", signed=True))
        at += max(size, 0)
    return found


def _by_unit(rows: Totals) -> Totals:
    """Rows of the same unit added up."""
    order = np.argsort(rows.units, kind="stable")
    units, firsts = np.unique(rows.units[order], return_index=True)
    return Totals(units, np.add.reduceat(rows.people[order], firsts), np.add.reduceat(rows.amounts[order], firsts))
