"""Amounts set by hand, as the engines take them and as people read them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from hrsaas.tenancy.queries.columns import Ints, places_of
from payroll.models import FormulaSetVersion, ManualAmount, PayRun, Payslip
from payroll.queries.formula_sets import item_entry, items_of
from payroll.rules.findings import NOTHING, Found, Kind
from payroll.rules.formula import Override
from payroll.rules.retro import CONTRIBUTIONS, GROSS

CENT = 2
# They follow from other items: set by hand, the payslip and its voucher would not add up.
SUMS = (GROSS, CONTRIBUTIONS, "employer_cost")


@dataclass(frozen=True)
class ByHand:
    """Of some people of a run. overrides: by code of the item. unusable: place of a person → items that the formula
    set does not have as amounts of money (any more). rows: all of them, with their person's place."""

    overrides: dict[str, Override] = field(default_factory=dict)
    unusable: dict[int, list[str]] = field(default_factory=dict)
    rows: list[tuple[int, ManualAmount]] = field(default_factory=list)


def by_hand(run: PayRun, version: FormulaSetVersion, ids: Ints) -> ByHand:
    """What is set for the people with these ids; one statement."""
    if not len(ids):
        return ByHand()
    rows = ManualAmount.objects.filter(run=run, employee__gte=int(ids.min()), employee__lte=int(ids.max()))
    return _arranged(list(rows.order_by("id")), version, ids)


def amounts_of(run: PayRun, version: FormulaSetVersion, employee_id: int) -> dict[str, ManualAmount]:
    """By code of the item, those of one person that count."""
    rows = ManualAmount.objects.filter(run=run, employee=employee_id)
    usable = money_items(version.items)
    return {row.item: row for row in rows if row.item in usable}


def amounts_by_employee(
    run: PayRun, version: FormulaSetVersion, employee_ids: Sequence[int]
) -> dict[int, dict[str, int]]:
    """Employee → code of the item → fen."""
    rows = ManualAmount.objects.filter(run=run, employee__in=employee_ids)
    usable, found = money_items(version.items), dict[int, dict[str, int]]()
    for employee, item, amount in rows.order_by("id").values_list("employee_id", "item", "amount_fen"):
        if item in usable:
            found.setdefault(employee, {})[item] = amount
    return found


def listed(slip: Payslip) -> list[tuple[ManualAmount, dict[str, Any]]]:
    """Those of a payslip with their item, in the order of its lines."""
    version = slip.run.formula_set
    assert version is not None, "payslips have a formula set"
    rows = amounts_of(slip.run, version, slip.employee_id)
    return [(rows[item["code"]], item) for item in version.items if item["code"] in rows]


def found_by_hand(run: PayRun, ids: Ints) -> list[Found]:
    """A finding each, by item, of those that count and of those that do not, since the run has no payslip for the
    person. ids: employees of the run's payslips, in their order. One statement.
    """
    rows = ManualAmount.objects.filter(run=run)
    by_item: dict[str, list[tuple[int, int, int]]] = {}
    for employee, item, amount, formula in rows.order_by("id").values_list(
        "employee_id", "item", "amount_fen", "formula_fen"
    ):
        by_item.setdefault(item, []).append((employee, amount, NOTHING if formula is None else formula))
    found = [_found(item, np.array(amounts, dtype=np.int64), ids) for item, amounts in sorted(by_item.items())]
    return [one for pair in found for one in pair if len(one)]


def _found(item: str, rows: Ints, ids: Ints) -> tuple[Found, Found]:
    places, there = places_of(ids, rows[:, 0])
    used = Found(Kind.MANUAL_AMOUNT, places[there], rows[there, 1], rows[there, 2], item)
    return used, Found(Kind.MANUAL_AMOUNT_UNUSED, rows[~there, 0], rows[~there, 1], rows[~there, 2], item)


def settable(run: PayRun) -> list[tuple[str, str, str]]:
    """(code, name, name_en) of the items of the run that may be set by hand."""
    if run.formula_set is not None:
        items: list[dict[str, Any]] = run.formula_set.items
    else:
        items = [item_entry(one) for one in items_of(run.scheme)]
    return [(one["code"], one["name"], one["name_en"]) for one in items if is_settable(one)]


def is_settable(item: dict[str, Any]) -> bool:
    """Whether it is an amount of money that does not follow from others alone."""
    return _is_money(item) and item["category"] != "net" and item["code"] not in SUMS


def money_items(items: Sequence[dict[str, Any]]) -> set[str]:
    return {item["code"] for item in items if _is_money(item)}


def _is_money(item: dict[str, Any]) -> bool:
    """Entries of conditions, dates and texts name their type."""
    return item["scale"] == CENT and "type" not in item


def _arranged(rows: Sequence[ManualAmount], version: FormulaSetVersion, ids: Ints) -> ByHand:
    if not rows:
        return ByHand()
    places, there = places_of(ids, np.array([row.employee_id for row in rows], dtype=np.int64))
    usable, found = money_items(version.items), ByHand()
    for row, place in zip(rows, np.where(there, places, -1).tolist(), strict=True):
        if place < 0:
            continue
        found.rows.append((place, row))
        if row.item not in usable:
            found.unusable.setdefault(place, []).append(row.item)
            continue
        override = found.overrides.setdefault(row.item, _nobody(len(ids)))
        override.mask[place], override.amounts[place] = True, row.amount_fen
    return found


def _nobody(count: int) -> Override:
    return Override(np.zeros(count, dtype=np.bool_), np.zeros(count, dtype=np.int64))
