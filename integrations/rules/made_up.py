"""Made-up people and punches for the demo: the same for the same seed, and life-like enough to look at."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎单解仇"
GIVEN = (
    *"伟芳娜敏静丽强磊军洋勇艳杰娟涛明超霞平刚",
    "桂英", "秀兰", "建华", "志强", "晓明", "雪梅", "文静", "子涵", "浩然", "梓萱", "雨桐", "俊杰", "思远", "嘉怡",
)  # fmt: skip


@dataclass(frozen=True)
class RosteredDay:
    """A shift that somebody is to work. start, end: minutes from midnight of ``day``; end may pass 1440."""

    employee_code: str
    day: int
    start_minute: int
    end_minute: int


def names(generator: np.random.Generator, count: int) -> list[str]:
    """Different full names."""
    found: dict[str, None] = {}
    while len(found) < count:
        found[str(generator.choice(list(SURNAMES))) + str(generator.choice(GIVEN))] = None
    return list(found)


def punches(generator: np.random.Generator, days: Sequence[RosteredDay]) -> Iterator[tuple[str, int, int]]:
    """(employee code, day, minute from midnight): mostly in time, sometimes late, rarely absent or forgotten."""
    for rostered in days:
        luck = generator.random()
        if luck < 0.008:
            continue
        arrived = rostered.start_minute - int(generator.integers(1, 16))
        left = rostered.end_minute + int(generator.integers(0, 14))
        if luck > 0.97:
            arrived = rostered.start_minute + int(generator.integers(3, 40))
        if luck > 0.94:
            left += int(generator.integers(30, 150))
        yield rostered.employee_code, rostered.day, arrived
        if not 0.008 <= luck < 0.014:
            yield rostered.employee_code, rostered.day, left
