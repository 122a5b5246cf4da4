"""Cost shares from a file: the lines of one person and day are a split."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from hrsaas.access.actors import Actor
from hrsaas.people.models import CostShare, Employee
from hrsaas.people.rules.cost_shares import NewShare, NewSplit
from hrsaas.people.services.cost_splits import cost_split_faults, set_cost_splits
from integrations.rules.records import COST_SHARE_COLUMNS, CostShareRow, cost_shares
from integrations.rules.sheets import RowError, Sheet

__all__ = ["COST_SHARE_COLUMNS", "check", "write"]

Lines = list[tuple[int, CostShareRow]]


def check(sheet: Sheet) -> tuple[Sequence[tuple[int, CostShareRow]], Sequence[RowError], Mapping[str, int]]:
    """Lines of splits that are not there yet. What is wrong with a split is an error of its first line."""
    parsed = cost_shares(sheet)
    groups = _groups(parsed.records)
    splits = [_split([row for _line, row in lines]) for lines in groups]
    people = dict(
        Employee.objects.filter(code__in={one.employee for one in splits}).order_by("id").values_list("code", "id")
    )
    faults = [] if parsed.errors else cost_split_faults(splits, people)
    errors = [RowError(groups[one.row][0][0], _COLUMNS[one.field], one.code, one.zh, one.en) for one in faults]
    there = _there(splits)
    new = [lines for lines, split in zip(groups, splits, strict=True) if there.get(_key(split)) != _shares(split)]
    counts = {"new": len(new), "unchanged": len(groups) - len(new)}
    found = sorted([*parsed.errors, *errors], key=lambda error: error.line)
    return sorted((line for lines in new for line in lines), key=lambda line: line[0]), found, counts


def write(rows: Sequence[CostShareRow], actor: Actor, now: datetime) -> Mapping[str, int]:
    groups = _groups([(0, row) for row in rows])
    splits = [_split([row for _line, row in lines]) for lines in groups]
    if splits:
        set_cost_splits(rows=splits, actor=actor, now=now)
    return {"new": len(splits)}


_COLUMNS = {"employee": "employee_code", "start_date": "start_date", "shares": "percent"}
_Shares = set[tuple[str, str, int]]


def _groups(records: Sequence[tuple[int, CostShareRow]]) -> list[Lines]:
    found: dict[tuple[str, date], Lines] = {}
    for line, row in records:
        found.setdefault((row.employee_code, row.start_date), []).append((line, row))
    return list(found.values())


def _split(rows: Sequence[CostShareRow]) -> NewSplit:
    shares = [NewShare(row.percent / 100, row.cost_centre, row.project) for row in rows]
    return NewSplit(rows[0].employee_code, rows[0].start_date, shares)


def _key(split: NewSplit) -> tuple[str, date]:
    return split.employee, split.start_date


def _shares(split: NewSplit) -> _Shares:
    return {(one.cost_centre, one.project, round(one.share_rate * 10_000)) for one in split.shares}


def _there(splits: Sequence[NewSplit]) -> dict[tuple[str, date], _Shares]:
    """(number, day) → the shares that the tenant has."""
    people, days = {one.employee for one in splits}, {one.start_date for one in splits}
    rows = CostShare.objects.filter(split__employee__code__in=people, split__start_date__in=days).values_list(
        "split__employee__code", "split__start_date", "cost_centre", "project__code", "share_rate"
    )
    found: dict[tuple[str, date], _Shares] = {}
    for code, day, cost_centre, project, rate in rows:
        found.setdefault((code, day), set()).add((cost_centre, project or "", round(rate * 10_000)))
    return found
