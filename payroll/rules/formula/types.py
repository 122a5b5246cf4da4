"""What a formula set is made of: its items, its inputs, and the types of values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from .limits import MAX_RESULT

INT64_MAX = (1 << 63) - 1


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
    """What an input of history says of an item's closed runs: a sum of the year, the value of one run, a sum of
    the last runs, or in how many of the last runs the person had the item."""

    YTD = "ytd"
    PREV = "prev"
    SUMPREV = "sumprev"
    COUNTPREV = "countprev"


@dataclass(frozen=True, slots=True)
class Item:
    """A pay item: a number kept at ``scale`` decimals, or a text, condition or date (which have no scale).

    ``formula`` is shown or stored text. An item without a ``category`` is a working item and should be
    used by another one.
    """

    id: str
    name: str
    formula: str
    scale: int = 2
    rounding: Rounding = Rounding.HALF_UP
    category: str = ""
    type: Type = Type.NUMBER


def result_limit(item: Item) -> int:
    """Largest stored numerator of an item."""
    return min(MAX_RESULT * int(10**item.scale), INT64_MAX)


@dataclass(frozen=True, slots=True)
class Input:
    """A value of a person that comes from outside.

    Numbers arrive as integers at ``scale`` decimals of ``unit``. A missing value takes ``default``;
    without one it is an error of that person. ``id`` is the name unless given. ``per``: id of another number that
    formulas divide it by wherever they read it, for values that no scale holds, such as the mean of two wages.
    """

    name: str
    type: Type = Type.NUMBER
    unit: str = ""
    default: Decimal | int | str | bool | date | None = None
    scale: int = 2
    id: str = ""
    per: str = ""

    @property
    def key(self) -> str:
        return self.id or self.name


@dataclass(frozen=True, slots=True)
class HistoryInput:
    """An input that formulas ask for by YTD, PREV, SUMPREV or AVGPREV: item ``item_id`` of closed runs.

    The caller supplies it under ``key`` at ``scale``, which is the item's (0 for COUNTPREV). ``months`` counts closed
    runs: how many are summed or counted, or for PREV how far back the one run lies; 0 for those of the calendar year.
    """

    kind: History
    item_id: str
    months: int
    scale: int

    @property
    def key(self) -> str:
        plain = self.kind is History.YTD or (self.kind is History.PREV and self.months == 1)
        return f"{self.kind}:{self.item_id}" + ("" if plain else f":{self.months}")
