"""Numbers as people read them on pages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from hrsaas.people.rules.money import yuan


def money(fen: int | None) -> str:
    """123456 → 1,234.56; a dash where there is none."""
    return "–" if fen is None else f"{yuan(fen):,.2f}"


def hours(minutes: int | None) -> str:
    """517 → 8:37; a dash where there is none."""
    return "–" if minutes is None else f"{minutes // 60:,}:{minutes % 60:02}"


def plain(value: Decimal | None) -> str:
    """1.800000 → 1.8; a dash where there is none."""
    return "–" if value is None else f"{value.normalize():,f}"


def figure(name: str, value: Any) -> str:
    """A value under the name it is stored by: ``…_fen`` in yuan, ``…_minutes`` as hours, whole numbers grouped."""
    if not isinstance(value, int):
        return "–" if value is None else str(value)
    if name.endswith("_fen"):
        return money(value)
    return hours(value) if name.endswith("_minutes") else f"{value:,}"


def titled(titles: Mapping[str, Any], values: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """(title, figure) for each title with a value, in the order of the titles; groups of values are left out."""
    for name, title in titles.items():
        if name in values and not isinstance(values[name], Mapping):
            yield str(title), figure(name, values[name])
