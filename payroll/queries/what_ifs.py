"""A comparison of two calculations of a run, with the names that people know things by."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hrsaas.people.models import Employee, OrgUnit
from payroll.models import PayRun
from payroll.queries.formula_sets import SetContent
from payroll.rules.comparisons import Comparison

CENT = 2
COUNTS = ("people", "changed", "failed", "mended")
Row = dict[str, Any]


def readable(run: PayRun, content: SetContent, result: Comparison) -> Row:
    """The answer: run, month, people, changed, failed, mended; sums {gross, tax, net, cost}; items, units and those
    whose net pay changes most. Each has before_fen, after_fen, difference_fen; items and units also how many people
    it is about, units their cost too. What does not change is left out. Two statements.
    """
    return {
        "run": str(run.pk), "month": f"{run.month:%Y-%m}", **{name: result.get(name, 0) for name in COUNTS},
        "sums": {name: _change(*pair) for name, pair in result.get("sums", {}).items()},
        "items": _items(run, content, result), "units": _units(result), "most": _people(result),
    }  # fmt: skip


def _change(before: int, after: int) -> Row:
    return {"before_fen": before, "after_fen": after, "difference_fen": after - before}


def _items(run: PayRun, content: SetContent, result: Comparison) -> list[Row]:
    """Items of money by their place; those that only the run has stand at the end."""
    had: Sequence[Row] = run.formula_set.items if run.formula_set else []
    items = {item["code"]: item for item in content.items}
    items |= {item["code"]: item for item in had if item["code"] not in items}
    rows = []
    for code, item in items.items():
        before, after, people = result.get("items", {}).get(code, (0, 0, 0))
        if people and item["scale"] == CENT:
            names = {"code": code, "name": item["name"], "name_en": item["name_en"]}
            rows.append({**names, **_change(before, after), "people": people})
    return rows


def _units(result: Comparison) -> list[Row]:
    found = {int(id_): values for id_, values in result.get("units", {}).items() if values[4]}
    units = OrgUnit.objects.in_bulk(found)
    rows = [
        {
            "unit": str(id_), "name": units[id_].name, "name_en": units[id_].name_en or units[id_].name,
            **_change(net, net_after), "cost_difference_fen": cost_after - cost, "people": people,
        }
        for id_, (net, net_after, cost, cost_after, people) in found.items()
    ]  # fmt: skip
    return sorted(rows, key=lambda row: (-abs(row["difference_fen"]), row["unit"]))


def _people(result: Comparison) -> list[Row]:
    most = result.get("most", {})
    rows = Employee.objects.filter(id__in=most).order_by().values_list("id", "code", "name")
    names = {str(id_): (code, name) for id_, code, name in rows}
    ordered = sorted(most.items(), key=lambda one: (-abs(one[1][1] - one[1][0]), int(one[0])))  # JSON keeps no order
    return [
        {"employee": id_, "code": names[id_][0], "name": names[id_][1], **_change(before, after)}
        for id_, (before, after) in ordered
    ]
