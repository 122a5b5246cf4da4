"""What the parser yields: the shape of a formula before names and types are known.

``pos`` is where an error of the node is shown (the operator, the function name); ``start``/``end`` span
its whole text with its own parentheses.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Expr:
    pos: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Literal(Expr):
    value: Fraction | str | bool


@dataclass(frozen=True, slots=True)
class Name(Expr):
    name: str


@dataclass(frozen=True, slots=True)
class Unary(Expr):
    """``op`` is ``-``, ``+`` or ``NOT``."""

    op: str
    operand: Expr


@dataclass(frozen=True, slots=True)
class Binary(Expr):
    """``op`` is arithmetic, a comparison, ``AND`` or ``OR``."""

    op: str
    left: Expr
    right: Expr


@dataclass(frozen=True, slots=True)
class Call(Expr):
    function: str
    args: tuple[Expr, ...]
