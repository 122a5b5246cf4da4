"""Parameter tables as a version of a formula set keeps them, and back.

An entry: name, kind, edge, edge_scale, columns ([name, decimals]), keys ([name, type]), rows ([values, keys, lower]).
Tables of the tenant also say reference, since (the day from which they hold) and, where there were others before, their
versions (``earlier``, oldest first), for formulas that ask for the value of another day.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import groupby
from typing import Any

from attendance.queries.calendars import exceptional_days
from hrsaas.tenancy.models.tenants import Module
from hrsaas.tenancy.queries.tenants import current_tenant
from payroll.models import ParameterTable
from payroll.packs.pay_items import TableEntry
from payroll.rules.formula import Column, Edge, Key, Row, Table, TableKind, Type
from payroll.rules.formula.civil import day_number

Entry = dict[str, Any]
CALENDAR = "工作日历"
"""The tenant's working days; in a set only if a formula names it."""


def tables_begun(day: date) -> list[ParameterTable]:
    """The tenant's tables in force on a day with their versions before it, by name, oldest first."""
    return list(ParameterTable.objects.filter(effective_from__lte=day).order_by("name", "effective_from"))


def own_entries(tables: Sequence[ParameterTable]) -> list[Entry]:
    """One entry per name; the last version counts, as far back as the ones before it have the same columns."""
    return [_with_earlier([_own_entry(table) for table in versions])
            for _name, versions in groupby(tables, key=lambda table: table.name)]  # fmt: skip


def _with_earlier(versions: list[Entry]) -> Entry:
    last = versions[-1]
    alike = [version for version in versions[:-1] if _shape(version) == _shape(last)]
    return {**last, "earlier": alike} if alike else last


def _shape(entry: Entry) -> list[Any]:
    return [entry[part] for part in ("kind", "edge", "edge_scale", "columns", "keys")]


def _own_entry(table: ParameterTable) -> Entry:
    entry = TableEntry.model_validate(table.content)
    facts = {"reference": entry.reference, "since": table.effective_from.isoformat()}
    return {**table_entry(entry.compiled()), **facts}


def table_entry(table: Table) -> Entry:
    return {
        "name": table.name, "kind": table.kind.value, "edge": table.edge.value, "edge_scale": table.edge_scale,
        "columns": [[column.name, column.scale] for column in table.columns],
        "keys": [[key.name, key.type.value] for key in table.keys],
        "rows": [[list(row.values), list(row.keys), row.lower] for row in table.rows],
    }  # fmt: skip


def table_of(entry: Mapping[str, Any]) -> Table:
    """Raises ValueError where the rows contradict the kind."""
    rows = tuple(Row(tuple(values), tuple(keys), lower) for values, keys, lower in entry["rows"])
    columns = tuple(Column(name, scale) for name, scale in entry["columns"])
    keys = tuple(Key(name, Type(kind)) for name, kind in entry["keys"])
    since = entry.get("since")
    return Table(
        entry["name"], TableKind(entry["kind"]), columns, rows, keys, Edge(entry["edge"]), entry["edge_scale"],
        None if since is None else day_number(date.fromisoformat(since)),
        tuple(table_of(version) for version in entry.get("earlier", ())),
    )  # fmt: skip


def version_of(entry: Mapping[str, Any], number: int | None) -> Mapping[str, Any]:
    """The version that a trace names, oldest 0; None: the one of the set."""
    if number is None:
        return entry
    version: Mapping[str, Any] = [*entry.get("earlier", ()), entry][number]
    return version


def calendar_entries(formulas: Iterable[str], on_date: date) -> list[Entry]:
    """The tenant's working days of the years around a day, where a formula counts them and attendance knows them."""
    if not any(CALENDAR in formula for formula in formulas) or Module.ATTENDANCE not in current_tenant().modules:
        return []
    days = exceptional_days(range(on_date.year - 1, on_date.year + 2))
    rows = tuple(Row((int(works),), lower=day_number(day)) for day, works in days.items())
    if not rows:
        return []
    return [table_entry(Table(CALENDAR, TableKind.CALENDAR, (Column("上班", 0),), rows, edge_scale=0))]
