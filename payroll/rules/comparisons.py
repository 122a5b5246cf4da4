"""Two calculations of the same people side by side, added up part by part.

A comparison is JSON: people; changed (their net pay or cost differs); failed, mended (who have an amount in the one
before or after only, and are in no sum); sums {gross, tax, net, cost: [before, after]}; items {code: [before, after,
people whose amount differs]}; units {id: [net before, net after, cost before, cost after, people changed]}; most
{id: [net before, net after]} of those whose net pay changes most. Amounts are integers at the scale of their item.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
Comparison = dict[str, Any]

SHOWN_PEOPLE = 50


@dataclass(frozen=True)
class Side:
    """One of the calculations. sums: gross, tax, net, cost of everybody. items: amounts by code. sound: has amounts."""

    sums: Mapping[str, Ints]
    items: Mapping[str, Ints]
    sound: Mask


def compare(ids: Ints, units: Ints, before: Side, after: Side) -> Comparison:
    """The comparison of these people. ids: employees; units: their org units."""
    both = before.sound & after.sound
    sums = {name: [_sum(before.sums[name], both), _sum(after.sums[name], both)] for name in before.sums}
    changed = both & _differ(before.sums, after.sums, ("net", "cost"))
    return {
        "people": len(ids), "changed": int(changed.sum()), "failed": int((before.sound & ~after.sound).sum()),
        "mended": int((after.sound & ~before.sound).sum()), "sums": sums,
        "items": _items(before, after, both), "units": _units(units, before, after, both, changed),
        "most": _most({str(id_): [int(was), int(is_)] for id_, was, is_ in zip(
            *(column[_far(before, after, both)] for column in (ids, before.sums["net"], after.sums["net"])), strict=True
        )}),
    }  # fmt: skip


def merged(first: Comparison, second: Comparison) -> Comparison:
    """The comparison of the people of both."""
    if not first:
        return second
    counts = {name: first[name] + second[name] for name in ("people", "changed", "failed", "mended")}
    groups = {name: _added(first[name], second[name]) for name in ("sums", "items", "units")}
    return {**counts, **groups, "most": _most({**first["most"], **second["most"]})}


def _added(first: Mapping[str, list[int]], second: Mapping[str, list[int]]) -> dict[str, list[int]]:
    total = {key: list(values) for key, values in first.items()}
    for key, values in second.items():
        total[key] = [a + b for a, b in zip(total[key], values, strict=True)] if key in total else list(values)
    return total


def _items(before: Side, after: Side, both: Mask) -> dict[str, list[int]]:
    nothing = np.zeros(len(both), dtype=np.int64)
    found = {}
    for code in dict.fromkeys([*after.items, *before.items]):
        was, is_ = before.items.get(code, nothing), after.items.get(code, nothing)
        found[code] = [_sum(was, both), _sum(is_, both), int((both & (was != is_)).sum())]
    return found


def _units(units: Ints, before: Side, after: Side, both: Mask, changed: Mask) -> dict[str, list[int]]:
    names, members = np.unique(units, return_inverse=True)
    columns = [before.sums["net"], after.sums["net"], before.sums["cost"], after.sums["cost"], np.ones_like(units)]
    table = np.zeros((len(names), len(columns)), dtype=np.int64)
    for at, column in enumerate(columns):
        counted = changed if at == len(columns) - 1 else both
        np.add.at(table[:, at], members[counted], column[counted])
    return {str(name): row for name, row in zip(names.tolist(), table.tolist(), strict=True)}


def _far(before: Side, after: Side, both: Mask) -> Ints:
    """Places of those whose net pay changes most."""
    distance = np.where(both, np.abs(after.sums["net"] - before.sums["net"]), 0)
    places: Ints = np.argsort(-distance, kind="stable")[:SHOWN_PEOPLE]
    return places[distance[places] > 0]


def _most(people: Mapping[str, list[int]]) -> dict[str, list[int]]:
    ordered = sorted(people.items(), key=lambda one: (-abs(one[1][1] - one[1][0]), int(one[0])))
    return dict(ordered[:SHOWN_PEOPLE])


def _differ(before: Mapping[str, Ints], after: Mapping[str, Ints], names: tuple[str, ...]) -> Mask:
    mask: Mask = np.logical_or.reduce([before[name] != after[name] for name in names])
    return mask


def _sum(values: Ints, mask: Mask) -> int:
    return int(values[mask].sum())
