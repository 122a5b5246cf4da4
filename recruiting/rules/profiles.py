"""A job profile as the rules see it: three dimensions of weighted items, and must-haves that stand apart."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from recruiting.rules.errors import RuleError


class DimensionKind(StrEnum):
    """The three dimensions of a profile: 技能, 场景, 素质."""

    SKILL = "skill"
    SCENARIO = "scenario"
    QUALITY = "quality"


@dataclass(frozen=True, slots=True)
class Item:
    """One thing the job asks for; `weight` is relative to the other items of its dimension."""

    key: str
    weight: Decimal


@dataclass(frozen=True, slots=True)
class Dimension:
    """A weighted group of items; `weight` is relative to the other dimensions."""

    kind: DimensionKind
    weight: Decimal
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class MustHave:
    """A condition beside the score: `item`'s best confirmed card must reach `needed_level`."""

    key: str
    item: str
    needed_level: int


@dataclass(frozen=True, slots=True)
class Profile:
    """A job profile. Every dimension once, positive weights, item keys unique over the whole profile.

    Must-haves name items of the profile or items of their own (then they carry no weight).
    Raises RuleError recruiting.profile.*: no_items, bad_weight, duplicate_item, duplicate_dimension,
    bad_level.
    """

    dimensions: tuple[Dimension, ...]
    must_haves: tuple[MustHave, ...] = ()

    def __post_init__(self) -> None:
        kinds = [dimension.kind for dimension in self.dimensions]
        keys = [item.key for item in self.items()]
        weights = [d.weight for d in self.dimensions] + [item.weight for item in self.items()]
        if not self.dimensions or not all(dimension.items for dimension in self.dimensions):
            raise _refused("no_items", zh="每个维度至少要有一个条目", en="every dimension needs an item")
        if not all(weight.is_finite() and weight > 0 for weight in weights):
            raise _refused("bad_weight", zh="权重必须大于0", en="every weight must be above 0")
        if len(set(keys)) != len(keys):
            raise _refused("duplicate_item", zh="条目重复", en="an item appears twice")
        if len(set(kinds)) != len(kinds):
            raise _refused("duplicate_dimension", zh="维度重复", en="a dimension appears twice")
        if not all(1 <= must.needed_level <= 5 for must in self.must_haves):
            raise _refused("bad_level", zh="必备项等级须在1到5之间", en="a must-have level lies between 1 and 5")

    def items(self) -> Iterator[Item]:
        """All items, dimension by dimension."""
        for dimension in self.dimensions:
            yield from dimension.items


def _refused(code: str, *, zh: str, en: str) -> RuleError:
    return RuleError(f"recruiting.profile.{code}", zh=zh, en=en)
