"""Parameter tables as formulas see them: exact integers, the version that the caller chose for a date, and those
before it for formulas that ask for another date."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import groupby
from math import prod

from .types import Type


class TableKind(StrEnum):
    """CONSTANT one row; LOOKUP rows by key; STEP a value per segment; BRACKET rate and quick deduction;
    TIER a rate per segment, applied to the part inside it; CALENDAR the days that differ from Monday to Friday."""

    CONSTANT = "constant"
    LOOKUP = "lookup"
    STEP = "step"
    BRACKET = "bracket"
    TIER = "tier"
    CALENDAR = "calendar"


MOST_DAYS = 36_525
SEGMENTED = {TableKind.STEP, TableKind.BRACKET, TableKind.TIER}


class Edge(StrEnum):
    """To which segment an edge belongs: UPPER (a tax table: up to and including) or LOWER (from)."""

    UPPER = "upper"
    LOWER = "lower"


@dataclass(frozen=True, slots=True)
class Column:
    """A value column; its cells are integers at ``scale`` decimals."""

    name: str
    scale: int = 2


@dataclass(frozen=True, slots=True)
class Key:
    """A key column: text, or number as a whole number."""

    name: str
    type: Type = Type.TEXT


@dataclass(frozen=True, slots=True)
class Row:
    """``values`` by column; ``keys`` by key column; ``lower`` where the segment begins, or the day of a CALENDAR.

    ``lower`` is an integer at the table's ``edge_scale``; None in the first row of its keys means no lower end.
    """

    values: tuple[int, ...]
    keys: tuple[str | int, ...] = ()
    lower: int | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """One version of a parameter table. Raises ValueError where the rows contradict the kind.

    BRACKET: the first column is the rate, the second the quick deduction. TIER: the first is the rate.
    The lowest edge belongs to the first segment under either ``edge``; a value below it is NO_MATCH.
    A table of segments may have keys: each combination, its rows together, has segments of its own.
    CALENDAR: one column, 1 for a working day and 0 for a day off; ``lower`` counts days since 1970-01-01. It knows
    the days from its first row to its last, and beyond them nothing. LOOKUP: may have no rows; all is NO_MATCH then.

    ``effective`` is the day (since 1970-01-01) from which the version is in force; ``earlier`` are the versions
    before it, oldest first, of the same kind, columns and keys.
    """

    name: str
    kind: TableKind
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    keys: tuple[Key, ...] = ()
    edge: Edge = Edge.UPPER
    edge_scale: int = 2
    effective: int | None = None
    earlier: tuple[Table, ...] = ()

    def __post_init__(self) -> None:
        if not self.columns or not (self.rows or self.kind is TableKind.LOOKUP):
            raise ValueError(f"table {self.name!r} needs rows and columns")
        if any(len(row.values) != len(self.columns) for row in self.rows):
            raise ValueError(f"table {self.name!r}: every row needs {len(self.columns)} values")
        self._check_keys()
        if self.kind is TableKind.CALENDAR:
            self._check_days()
        elif self.kind in SEGMENTED:
            self._check_segments()
        elif (self.kind is TableKind.CONSTANT) != (not self.keys):
            raise ValueError(f"table {self.name!r}: LOOKUP needs keys and CONSTANT has none")
        elif len({row.keys for row in self.rows}) != len(self.rows):
            raise ValueError(f"table {self.name!r}: rows with the same keys")
        self._check_versions()

    def _check_days(self) -> None:
        days = [row.lower for row in self.rows if row.lower is not None]
        if self.keys or self.edge_scale or days != sorted(set(days)) or len(days) != len(self.rows):
            raise ValueError(f"table {self.name!r}: the days of a calendar must ascend")
        if any(row.values not in ((0,), (1,)) for row in self.rows) or days[-1] - days[0] > MOST_DAYS:
            raise ValueError(f"table {self.name!r}: a calendar says 0 or 1 for days of at most 100 years")

    def _check_segments(self) -> None:
        if self.kind is TableKind.BRACKET and len(self.columns) < 2:
            raise ValueError(f"table {self.name!r}: a bracket needs a rate and a quick deduction")
        groups = list(self.groups())
        if len({keys for keys, _rows in groups}) != len(groups):
            raise ValueError(f"table {self.name!r}: rows with the same keys must stand together")
        for _keys, rows in groups:
            self._check_edges(rows)

    def _check_edges(self, rows: tuple[Row, ...]) -> None:
        edges = [row.lower for row in rows[1:]]
        first = rows[0].lower
        known = [edge for edge in ([first] if first is not None else []) + edges if edge is not None]
        if None in edges or known != sorted(set(known)):
            raise ValueError(f"table {self.name!r}: lower ends must ascend")
        if self.kind is TableKind.TIER and first is None:
            raise ValueError(f"table {self.name!r}: a tier table needs a lowest end")

    def _check_keys(self) -> None:
        if any(len(row.keys) != len(self.keys) for row in self.rows):
            raise ValueError(f"table {self.name!r}: every row needs {len(self.keys)} keys")
        if any(key.type not in (Type.TEXT, Type.NUMBER) for key in self.keys):
            raise ValueError(f"table {self.name!r}: keys are texts or whole numbers")
        if prod(len({row.keys[at] for row in self.rows}) + 1 for at in range(len(self.keys))) >= 1 << 62:
            raise ValueError(f"table {self.name!r}: too many combinations of keys")

    def _check_versions(self) -> None:
        versions = self.versions
        days = [version.effective for version in versions if version.effective is not None]
        if self.earlier and (len(days) != len(versions) or days != sorted(set(days))):
            raise ValueError(f"table {self.name!r}: versions must be in force from ascending days")
        if any(old.shape != self.shape for old in self.earlier):
            raise ValueError(f"table {self.name!r}: a version of another kind, or with other columns or keys")

    @property
    def shape(self) -> tuple[object, ...]:
        """What versions of one table have in common."""
        return self.kind, self.columns, self.keys, self.edge, self.edge_scale

    @property
    def versions(self) -> tuple[Table, ...]:
        """All versions, oldest first."""
        return (*self.earlier, self)

    def groups(self) -> Iterator[tuple[tuple[str | int, ...], tuple[Row, ...]]]:
        """Each combination of keys with its rows, in the order of the table."""
        return ((keys, tuple(rows)) for keys, rows in groupby(self.rows, key=lambda row: row.keys))

    def position(self, column: str) -> int:
        """Index of a value column. Raises KeyError."""
        for index, candidate in enumerate(self.columns):
            if candidate.name == column:
                return index
        raise KeyError(column)


VERSION = Key("", Type.NUMBER)


def dated(table: Table) -> Table:
    """All versions as one table with the number of the version (oldest: 0) as its first key."""
    rows = tuple(
        replace(row, keys=(number, *row.keys)) for number, version in enumerate(table.versions) for row in version.rows
    )
    kind = TableKind.LOOKUP if table.kind is TableKind.CONSTANT else table.kind
    return replace(table, kind=kind, keys=(VERSION, *table.keys), rows=rows, earlier=(), effective=None)


def version_numbers(table: Table) -> Table:
    """From a day since 1970-01-01 to the number of the version in force on it. It has no name: nobody asks for it."""
    rows = tuple(Row((number,), lower=version.effective) for number, version in enumerate(table.versions))
    return Table("", TableKind.STEP, (Column("", 0),), rows, edge=Edge.LOWER, edge_scale=0)
