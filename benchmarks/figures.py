"""A figure, how it is measured, and what all figures share."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from typing import Any

from django.db import connection


@dataclass(frozen=True)
class Figure:
    """One measured number. sides: what the ratio or difference is made of. at_most: else at least ``goal``."""

    key: str
    value: float
    unit: str
    goal: float
    at_most: bool = True
    sides: dict[str, float] = field(default_factory=dict)

    @property
    def met(self) -> bool:
        return self.value <= self.goal if self.at_most else self.value >= self.goal

    def as_json(self) -> dict[str, Any]:
        return {**asdict(self), "met": self.met}


BENCHMARKS: dict[str, Callable[[], Figure]] = {}


def benchmark(key: str) -> Callable[[Callable[[], Figure]], Callable[[], Figure]]:
    """Register a function that measures the figure of this key."""

    def register(measure: Callable[[], Figure]) -> Callable[[], Figure]:
        BENCHMARKS[key] = measure
        return measure

    return register


def interleaved(*sides: Callable[[], object], rounds: int) -> list[float]:
    """Median milliseconds of each side, taken in turns so that a busy moment hits all alike."""
    taken: list[list[float]] = [[] for _side in sides]
    for _round in range(rounds):
        for side, times in zip(sides, taken, strict=True):
            start = time.perf_counter()
            side()
            times.append((time.perf_counter() - start) * 1000)
    return [statistics.median(times) for times in taken]


class Statements:
    """How many statements the default connection was sent while ``counting``."""

    def __init__(self) -> None:
        self.count = 0

    @contextmanager
    def counting(self) -> Iterator[None]:
        with connection.execute_wrapper(self._count):
            yield

    def _count(self, execute: Any, *arguments: Any) -> Any:
        self.count += 1
        return execute(*arguments)
