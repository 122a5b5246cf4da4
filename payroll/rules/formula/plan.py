"""Typed nodes: what a formula means once names, types and functions are resolved.

Two engines run them: ``oracle`` one person at a time on Fractions, ``vector`` all people at once.
A node may hang below several parents; the engines evaluate it once.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from .errors import RowCode
from .tables import Table
from .types import Rounding, Type


@dataclass(frozen=True, slots=True)
class Span:
    """Where a node stands: ``site`` numbers it within the set, the rest are character positions."""

    site: int
    pos: int
    start: int
    end: int


@dataclass(frozen=True, slots=True, eq=False)
class Node:
    at: Span
    type: Type


@dataclass(frozen=True, slots=True, eq=False)
class Const(Node):
    """A value known at compile time; dates are days since 1970-01-01."""

    value: Fraction | bool | str | int


@dataclass(frozen=True, slots=True, eq=False)
class Spread(Node):
    """A constant as a column, for operations on constants that fail and so cannot be folded."""

    value: Const


class Source(StrEnum):
    INPUT = "input"
    ITEM = "item"


@dataclass(frozen=True, slots=True, eq=False)
class Ref(Node):
    """An input or item by its index in the set."""

    source: Source
    index: int


@dataclass(frozen=True, slots=True, eq=False)
class Arith(Node):
    op: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True, eq=False)
class Extreme(Node):
    """The larger (``largest``) or smaller of two numbers."""

    largest: bool
    left: Node
    right: Node


@dataclass(frozen=True, slots=True, eq=False)
class Abs(Node):
    operand: Node


@dataclass(frozen=True, slots=True, eq=False)
class Round(Node):
    mode: Rounding
    digits: int
    operand: Node


@dataclass(frozen=True, slots=True, eq=False)
class Compare(Node):
    """Two values of one type; texts and conditions only by ``=`` and ``<>``."""

    op: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True, eq=False)
class Not(Node):
    operand: Node


@dataclass(frozen=True, slots=True, eq=False)
class Both(Node):
    """AND; an error of the right side counts only where the left holds."""

    left: Node
    right: Node


@dataclass(frozen=True, slots=True, eq=False)
class Either(Node):
    """OR; an error of the right side counts only where the left does not hold."""

    left: Node
    right: Node


@dataclass(frozen=True, slots=True, eq=False)
class If(Node):
    condition: Node
    then: Node
    other: Node


@dataclass(frozen=True, slots=True, eq=False)
class Catch(Node):
    """``operand``, or ``fallback`` where it fails with ``code`` (None: with any)."""

    operand: Node
    fallback: Node
    code: RowCode | None


@dataclass(frozen=True, slots=True, eq=False)
class Fail(Node):
    code: RowCode


@dataclass(frozen=True, slots=True, eq=False)
class Pick(Node):
    """The cell of the row whose keys are equal; NO_MATCH where there is none."""

    table: Table
    column: int
    keys: tuple[Node, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Segment(Node):
    """The cell of the segment that holds ``operand`` among the rows with these keys; NO_MATCH below the first and
    where no row has the keys."""

    table: Table
    column: int
    operand: Node
    keys: tuple[Node, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class DatePart(Node):
    """``Y``, ``M`` or ``D`` of a date."""

    part: str
    operand: Node


@dataclass(frozen=True, slots=True, eq=False)
class Elapsed(Node):
    """Whole days (``D``) or months (``M``) from ``start`` to ``end``, rounded down."""

    unit: str
    start: Node
    end: Node


@dataclass(frozen=True, slots=True, eq=False)
class Shift(Node):
    """The date some whole ``months`` later, at most the last day of its month; the first day if ``to_first``."""

    operand: Node
    months: Node
    to_first: bool


@dataclass(frozen=True, slots=True, eq=False)
class Worked(Node):
    """Working days of a CALENDAR table from ``start`` until before ``end``; NO_MATCH outside of the table."""

    table: Table
    start: Node
    end: Node


def children(node: Node) -> tuple[Node, ...]:
    """Operands in the order of evaluation."""
    match node:
        case Arith() | Extreme() | Compare() | Both() | Either():
            return node.left, node.right
        case Abs() | Round() | Not() | DatePart():
            return (node.operand,)
        case Segment():
            return node.operand, *node.keys
        case Shift():
            return node.operand, node.months
        case If():
            return node.condition, node.then, node.other
        case Catch():
            return node.operand, node.fallback
        case Pick():
            return node.keys
        case Elapsed() | Worked():
            return node.start, node.end
        case Spread():
            return (node.value,)
    return ()


def shared_nodes(roots: tuple[Node, ...]) -> frozenset[int]:
    """``id`` of the nodes with more than one parent that are worth remembering."""
    seen: set[int] = set()
    again: set[int] = set()
    stack = list(roots)
    while stack:
        node = stack.pop()
        if id(node) in seen:
            again.add(id(node))
            continue
        seen.add(id(node))
        if not isinstance(node, Const | Ref):
            stack.extend(children(node))
    return frozenset(again)
