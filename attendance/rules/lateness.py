"""Lateness over a month 迟到规则: times that are forgiven, and tiers by length."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True, slots=True)
class LateTier:
    """A late day counts in the highest tier whose bound it reaches; half days absent that it makes (2: all day)."""

    from_minutes: int
    absent_half_days: int = 0

    def __post_init__(self) -> None:
        if self.absent_half_days not in (0, 1, 2):
            raise ValueError("a tier makes none, one or two half days absent")


@dataclass(frozen=True, slots=True)
class LatenessPolicy:
    """The first `free_count` late days of a person and month of at most `free_minutes` are forgiven."""

    free_count: int = 0
    free_minutes: int = 0
    tiers: tuple[LateTier, ...] = ()

    def __post_init__(self) -> None:
        if min(self.free_count, self.free_minutes) < 0:
            raise ValueError("free lateness must not be negative")
        require_ascending(self.bounds)

    @property
    def bounds(self) -> list[int]:
        return [tier.from_minutes for tier in self.tiers]

    def half_days(self, late: npt.NDArray[np.int32]) -> npt.NDArray[np.int8]:
        """Half days absent by minutes late."""
        makes = np.array([0, *(tier.absent_half_days for tier in self.tiers)], dtype=np.int8)
        found: npt.NDArray[np.int8] = makes[np.searchsorted(np.asarray(self.bounds, np.int64), late, side="right")]
        return found


def require_ascending(bounds: list[int]) -> None:
    """ValueError unless the bounds of tiers ascend from at least 1."""
    if bounds and (bounds[0] < 1 or any(later <= earlier for earlier, later in zip(bounds, bounds[1:]))):
        raise ValueError("tier bounds must ascend from at least 1")
