"""Parameter tables as formulas see them: one version, exact integers, chosen by the caller for a date."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from math import prod

from .types import Type


class TableKind(StrEnum):
    """CONSTANT one row; LOOKUP rows by key; STEP a value per segment; BRACKET rate and quick deduction;
    TIER a rate per segment, applied to the part inside it."""

    CONSTANT = "constant"
    LOOKUP = "lookup"
    STEP = "step"
    BRACKET = "bracket"
    TIER = "tier"


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
    """A key column of a LOOKUP table: text, or number as a whole number."""

    name: str
    type: Type = Type.TEXT


@dataclass(frozen=True, slots=True)
class Row:
    """``values`` by column; ``keys`` by key column (LOOKUP); ``lower`` where the segment begins.

    ``lower`` is an integer at the table's ``edge_scale``; None in the first row means no lower end.
    """

    values: tuple[int, ...]
    keys: tuple[str | int, ...] = ()
    lower: int | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """One version of a parameter table. Raises ValueError where the rows contradict the kind.

    BRACKET: the first column is the rate, the second the quick deduction. TIER: the first is the rate.
    The lowest edge belongs to the first segment under either ``edge``; a value below it is NO_MATCH.
    """

    name: str
    kind: TableKind
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    keys: tuple[Key, ...] = ()
    edge: Edge = Edge.UPPER
    edge_scale: int = 2

    def __post_init__(self) -> None:
        if not self.rows or not self.columns:
            raise ValueError(f"table {self.name!r} needs rows and columns")
        if any(len(row.values) != len(self.columns) for row in self.rows):
            raise ValueError(f"table {self.name!r}: every row needs {len(self.columns)} values")
        if self.kind in SEGMENTED:
            self._check_segments()
        else:
            self._check_keys()

    def _check_segments(self) -> None:
        if self.keys:
            raise ValueError(f"table {self.name!r}: a table of segments has no keys")
        if self.kind is TableKind.BRACKET and len(self.columns) < 2:
            raise ValueError(f"table {self.name!r}: a bracket needs a rate and a quick deduction")
        edges = [row.lower for row in self.rows[1:]]
        first = self.rows[0].lower
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
        if len({row.keys for row in self.rows}) != len(self.rows):
            raise ValueError(f"table {self.name!r}: rows with the same keys")
        if prod(len({row.keys[at] for row in self.rows}) + 1 for at in range(len(self.keys))) >= 1 << 62:
            raise ValueError(f"table {self.name!r}: too many combinations of keys")
        if (self.kind is TableKind.CONSTANT) != (not self.keys):
            raise ValueError(f"table {self.name!r}: LOOKUP needs keys and CONSTANT has none")

    def position(self, column: str) -> int:
        """Index of a value column. Raises KeyError."""
        for index, candidate in enumerate(self.columns):
            if candidate.name == column:
                return index
        raise KeyError(column)
