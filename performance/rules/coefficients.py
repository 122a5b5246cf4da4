"""From a score to the pay coefficient, by a dated table; exact in ten-thousandths."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from performance.rules.errors import RuleError
from performance.rules.rounding import round_half_up
from performance.rules.scores import SCORE_PLACES

PARTS_PER_ONE = 10_000


@dataclass(frozen=True, slots=True)
class Tier:
    """Scores from `from_score` (inclusive) up to the next tier earn `coefficient_e4` / 10,000."""

    from_score: Decimal
    coefficient_e4: int


@dataclass(frozen=True, slots=True)
class LinearCoefficients:
    """Coefficient = score / 100, kept between two limits in ten-thousandths; in force from a day on."""

    effective_from: date
    lowest_e4: int
    highest_e4: int

    def __post_init__(self) -> None:
        if not 0 <= self.lowest_e4 <= self.highest_e4:
            raise _bad_table("limits", zh="系数上下限不合理", en="the limits must satisfy 0 <= lowest <= highest")


@dataclass(frozen=True, slots=True)
class TieredCoefficients:
    """Tiers from the highest score down, in force from a day on; the last begins at 0: each score has one."""

    effective_from: date
    tiers: tuple[Tier, ...]

    def __post_init__(self) -> None:
        starts = [tier.from_score for tier in self.tiers]
        if not starts or starts[-1] != 0 or starts != sorted(set(starts), reverse=True):
            raise _bad_table("tiers", zh="分档须从高到低且最后一档从0开始", en="tiers must fall, the last from 0")
        if any(tier.coefficient_e4 < 0 for tier in self.tiers):
            raise _bad_table("tiers", zh="系数不能为负", en="a coefficient must not be negative")


CoefficientTable = LinearCoefficients | TieredCoefficients


def coefficient_e4(score: Decimal, table: CoefficientTable) -> int:
    """The pay coefficient of a score in ten-thousandths (10_000 is 1.0000).

    The score is rounded to two decimals first, so that the number people see and the tier agree (94.995 is
    95.00). Raises RuleError performance.coefficient.negative_score.
    """
    if score < 0:
        raise RuleError(
            "performance.coefficient.negative_score",
            zh="得分不能为负",
            en="a score must not be negative",
            field="score",
        )
    shown = round_half_up(score, SCORE_PLACES)
    if isinstance(table, LinearCoefficients):
        return min(max(int(shown.scaleb(2)), table.lowest_e4), table.highest_e4)
    return next(tier.coefficient_e4 for tier in table.tiers if shown >= tier.from_score)


def table_on(tables: Sequence[CoefficientTable], on_date: date) -> CoefficientTable:
    """The latest table that has begun by a day. Raises RuleError performance.coefficient.no_table."""
    begun = [table for table in tables if table.effective_from <= on_date]
    if not begun:
        raise RuleError(
            "performance.coefficient.no_table",
            zh=f"{on_date} 没有生效的绩效系数表",
            en=f"no coefficient table is in force on {on_date}",
            field="effective_from",
        )
    return max(begun, key=lambda table: table.effective_from)


def _bad_table(field: str, *, zh: str, en: str) -> RuleError:
    return RuleError("performance.coefficient.bad_table", zh=zh, en=en, field=field)
