"""Amounts of pay items on pages."""

from __future__ import annotations

from decimal import Decimal


def grouped(amount: str | None) -> str:
    """ "5400.00" → 5,400.00; a dash where there is none."""
    return "–" if amount is None else f"{Decimal(amount):,}"
