"""Evidence cards: what a person did for one item of a profile, and the level that its fields support.

A card is a goal, a method and a result in the candidate's own words. Its level follows from what is on it and
nothing else; only a person's confirmation makes it count (`recruiting.rules.matching`).
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import IntEnum, StrEnum


class Level(IntEnum):
    """How far a card proves its item."""

    NONE = 0
    CLAIMED = 1  # said so
    DESCRIBED = 2  # own action described
    QUANTIFIED = 3  # with a number
    COMPARED = 4  # before and after, with basis and period
    VERIFIED = 5  # checked by somebody else


class Basis(StrEnum):
    """How a change in percent is meant: -15 % on 20 % is 17 % (relative) or 5 % (points)."""

    RELATIVE = "relative"
    POINTS = "points"
    ABSOLUTE = "absolute"  # the number is no percentage


class Missing(StrEnum):
    """What a card still lacks for its next level."""

    SENTENCE = "sentence"
    METHOD = "method"
    RESULT = "result"
    NUMBER = "number"
    BASELINE = "baseline"
    BASIS = "basis"
    PERIOD = "period"
    VERIFICATION = "verification"


MISSING_TEXTS: dict[Missing, dict[str, str]] = {
    Missing.SENTENCE: {"zh": "缺少候选人原话", "en": "the candidate's own sentence"},
    Missing.METHOD: {"zh": "自己做了什么(方法)", "en": "what the person did (method)"},
    Missing.RESULT: {"zh": "得到了什么(结果)", "en": "what came of it (result)"},
    Missing.NUMBER: {"zh": "结果中的数字", "en": "a number in the result"},
    Missing.BASELINE: {"zh": "之前的数值(基线)", "en": "the value before (baseline)"},
    Missing.BASIS: {
        "zh": "百分比口径(相对值或百分点)",
        "en": "the basis of the percentage (relative or points)",
    },
    Missing.PERIOD: {"zh": "时间范围", "en": "the period"},
    Missing.VERIFICATION: {"zh": "第三方核实", "en": "verification by somebody else"},
}


@dataclass(frozen=True, slots=True)
class EvidenceCard:
    """One piece of evidence for one profile item.

    sentence: the words it rests on, as spoken or written; number: the result as a figure in `unit`;
    baseline: the same figure before; basis: how a percentage is meant; period: the time covered, in words.
    """

    key: str
    item: str
    sentence: str
    goal: str = ""
    method: str = ""
    result: str = ""
    number: Decimal | None = None
    unit: str = ""
    basis: Basis | None = None
    baseline: Decimal | None = None
    period: str = ""
    verified: bool = False
    confirmed: bool = False


def level_of(card: EvidenceCard) -> Level:
    """The highest level whose every step is on the card; a later field never makes up for an earlier one."""
    level = Level.NONE
    for step in list(Level)[1:]:
        if missing_for(card, step):
            break
        level = step
    return level


def missing_to_next(card: EvidenceCard) -> tuple[Missing, ...]:
    """What the card lacks for the level after its own; empty at VERIFIED."""
    level = level_of(card)
    return () if level is Level.VERIFIED else missing_for(card, Level(level + 1))


def missing_for(card: EvidenceCard, level: Level) -> tuple[Missing, ...]:
    """What the step to `level` asks for and the card does not have; the steps below it are not repeated."""
    asked = {
        Level.NONE: (),
        Level.CLAIMED: ((Missing.SENTENCE, card.sentence),),
        Level.DESCRIBED: ((Missing.METHOD, card.method),),
        Level.QUANTIFIED: ((Missing.RESULT, card.result), (Missing.NUMBER, card.number is not None)),
        Level.COMPARED: (
            (Missing.BASELINE, card.baseline is not None),
            (Missing.BASIS, card.basis is not None),
            (Missing.PERIOD, card.period),
        ),
        Level.VERIFIED: ((Missing.VERIFICATION, card.verified),),
    }[level]
    return tuple(what for what, present in asked if not (present.strip() if isinstance(present, str) else present))
