"""Money on pages."""

from __future__ import annotations

from hrsaas.people.rules.money import yuan


def money(fen: int | None) -> str:
    """123456 → 1,234.56; a dash where there is none."""
    return "–" if fen is None else f"{yuan(fen):,.2f}"
