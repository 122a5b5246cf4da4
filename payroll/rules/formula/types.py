"""What a formula set is made of: its items, its inputs, and the types of values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum


class Type(StrEnum):
    NUMBER = "number"
    TEXT = "text"
    BOOL = "bool"
    DATE = "date"


TYPE_NAMES = {
    Type.NUMBER: ("数字", "a number"),
    Type.TEXT: ("文本", "a text"),
    Type.BOOL: ("条件", "a condition"),
    Type.DATE: ("日期", "a date"),
}


class Rounding(StrEnum):
    """Modes by the names of ``decimal``; HALF_UP is half away from zero."""

    HALF_UP = "HALF_UP"
    HALF_EVEN = "HALF_EVEN"
    UP = "UP"
    DOWN = "DOWN"
    CEILING = "CEILING"
    FLOOR = "FLOOR"


class History(StrEnum):
    """Which closed runs an input of history sums up."""

    YTD = "ytd"
    PREV = "prev"
    SUMPREV = "sumprev"


@dataclass(frozen=True, slots=True)
class Item:
    """A pay item: a number kept at ``scale`` decimals.

    ``formula`` is shown or stored text. An item without a ``category`` is a working item and should be
    used by another one.
    """

    id: str
    name: str
    formula: str
    scale: int = 2
    rounding: Rounding = Rounding.HALF_UP
    category: str = ""


@dataclass(frozen=True, slots=True)
class Input:
    """A value of a person that comes from outside.

    Numbers arrive as integers at ``scale`` decimals of ``unit``. A missing value takes ``default``;
    without one it is an error of that person. ``id`` is the name unless given.
    """

    name: str
    type: Type = Type.NUMBER
    unit: str = ""
    default: Decimal | int | str | bool | date | None = None
    scale: int = 2
    id: str = ""

    @property
    def key(self) -> str:
        return self.id or self.name


@dataclass(frozen=True, slots=True)
class HistoryInput:
    """An input that formulas ask for by YTD, PREV or SUMPREV: item ``item_id`` of closed runs.

    The caller supplies it under ``key`` at the item's scale; ``months`` is the number of closed runs
    (0: those of the calendar year).
    """

    kind: History
    item_id: str
    months: int
    scale: int

    @property
    def key(self) -> str:
        return f"{self.kind}:{self.item_id}" + (f":{self.months}" if self.kind is History.SUMPREV else "")
