"""A run beside the regular run before it: totals by item and unit, net pay by person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Literal, overload

import numpy as np

from hrsaas.people.models import Employee, OrgUnit
from payroll.models import PayRun
from payroll.queries.review_columns import before_of
from payroll.queries.reviews import item_sums, previous_run, unit_sums, with_figures
from payroll.rules.findings import Before, Ints

By = Literal["item", "unit", "person"]
Row = dict[str, Any]


def variances(run: PayRun, by: By) -> Sequence[Row]:
    """Rows: key (code of an item, id of a unit or employee), name, name_en, now_fen, before_fen, difference_fen,
    percent (of before; null where that is 0), people, people_before.

    Items in the order of the payslip, units and people by the size of the difference. What stands only on one side
    has 0 on the other. Totals are of sound payslips: gross pay of units, net pay of people.
    Errors: payroll.run.not_calculated (409).
    """
    run = with_figures(run)
    previous = previous_run(run)
    runs = (run,) if previous is None else (run, previous)
    if by == "item":
        return _items(runs, [*item_sums(*runs), {}][:2])
    if by == "unit":
        return _units([*unit_sums(*runs), {}][:2])
    return PersonRows(before_of(run), before_of(previous) if previous is not None else None)


class PersonRows(Sequence[Row]):
    """Everybody of either run, made into rows when a slice is asked for: one statement per slice."""

    def __init__(self, now: Before, before: Before | None) -> None:
        nobody = np.zeros(0, dtype=np.int64)
        before = before or Before(nobody, nobody, nobody)
        self.ids = np.union1d(now.ids, before.ids)
        self.now, self.is_now = _spread(self.ids, now)
        self.before, self.was = _spread(self.ids, before)
        self.order = np.lexsort((self.ids, -np.abs(self.now - self.before)))

    def __len__(self) -> int:
        return len(self.ids)

    @overload
    def __getitem__(self, at: int) -> Row: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Row]: ...
    def __getitem__(self, at: int | slice) -> Row | Sequence[Row]:
        if isinstance(at, int):
            return self._made(self.order[at : at + 1])[0]
        return self._made(self.order[at])

    def _made(self, places: Ints) -> list[Row]:
        ids = self.ids[places].tolist()
        names = {id_: (code, name) for id_, code, name in
                 Employee.objects.filter(id__in=ids).order_by().values_list("id", "code", "name")}  # fmt: skip
        return [
            _row(self.ids[place].item(), " ".join(reversed(names[id_])), " ".join(reversed(names[id_])),
                 (int(self.now[place]), int(self.is_now[place])), (int(self.before[place]), int(self.was[place])))
            for id_, place in zip(ids, places.tolist(), strict=True)
        ]  # fmt: skip


def _spread(ids: Ints, slips: Before) -> tuple[Ints, Ints]:
    """Net pay, and whether there is a payslip, by the place of the person."""
    net, there = np.zeros(len(ids), dtype=np.int64), np.zeros(len(ids), dtype=np.int64)
    places = np.searchsorted(ids, slips.ids)
    net[places], there[places] = slips.net, 1
    return net, there


def _items(runs: Sequence[PayRun], sums: Sequence[Mapping[str, tuple[int, int]]]) -> list[Row]:
    names = {item["code"]: item for run in reversed(runs) if run.formula_set for item in run.formula_set.items}
    latest = runs[0].formula_set
    assert latest is not None
    codes = dict.fromkeys([*(item["code"] for item in latest.items), *names])
    now, before = sums
    return [_row(code, names[code]["name"], names[code]["name_en"], now.get(code, (0, 0)), before.get(code, (0, 0)))
            for code in codes if code in now or code in before]  # fmt: skip


def _units(sums: Sequence[Mapping[int, tuple[int, int]]]) -> list[Row]:
    now, before = sums
    units = OrgUnit.objects.in_bulk({*now, *before})
    rows = [_row(id_, unit.name, unit.name_en or unit.name, now.get(id_, (0, 0)), before.get(id_, (0, 0)))
            for id_, unit in units.items()]  # fmt: skip
    return sorted(rows, key=lambda row: (-abs(row["difference_fen"]), row["name"]))


def _row(key: Any, name: str, name_en: str, now: tuple[int, int], before: tuple[int, int]) -> Row:
    difference = now[0] - before[0]
    percent = None if not before[0] else str((Decimal(difference) * 100 / abs(before[0])).quantize(Decimal("0.1")))
    return {
        "key": str(key), "name": name, "name_en": name_en, "now_fen": now[0], "before_fen": before[0],
        "difference_fen": difference, "percent": percent, "people": now[1], "people_before": before[1],
    }  # fmt: skip
