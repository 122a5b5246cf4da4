"""Rounding of exact amounts to fen, jiao or yuan, the way a city or a tax form asks for it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, StrEnum
from fractions import Fraction


class Unit(IntEnum):
    """The smallest amount that is kept, in fen."""

    FEN = 1
    JIAO = 10
    YUAN = 100


class Mode(StrEnum):
    """HALF_UP 四舍五入, UP 见分进角 (any rest counts as a whole unit), DOWN 舍去."""

    HALF_UP = "half_up"
    UP = "up"
    DOWN = "down"


@dataclass(frozen=True, slots=True)
class Rounding:
    """A unit and a mode."""

    unit: Unit = Unit.FEN
    mode: Mode = Mode.HALF_UP

    def fen(self, exact_fen: Fraction) -> int:
        """An exact amount of fen, not negative, as whole fen that are a multiple of the unit."""
        units = exact_fen / self.unit
        if self.mode is Mode.UP:
            whole = -(-units.numerator // units.denominator)
        elif self.mode is Mode.DOWN:
            whole = units.numerator // units.denominator
        else:
            whole = (2 * units.numerator + units.denominator) // (2 * units.denominator)
        return whole * self.unit


FEN_HALF_UP = Rounding()
