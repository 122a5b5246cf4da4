"""Money on pages."""

from __future__ import annotations

from decimal import Decimal

from hrsaas.people.rules.money import yuan


def money(fen: int | None) -> str:
    """123456 → 1,234.56; a dash where there is none."""
    return "–" if fen is None else f"{yuan(fen):,.2f}"


def grouped(amount: str | None) -> str:
    """ "5400.00" → 5,400.00; a dash where there is none."""
    return "–" if amount is None else f"{Decimal(amount):,}"
