"""Between fen, as pay is stored, and yuan, as people write it."""

from __future__ import annotations

from decimal import Decimal


def yuan(fen: int) -> Decimal:
    """123456 → Decimal("1234.56")."""
    return Decimal(fen).scaleb(-2)


def fen(amount: Decimal) -> int:
    """Decimal("1234.56") → 123456. Errors: ValueError for a part of a fen."""
    whole = int(amount.scaleb(2))
    if amount.scaleb(2) != whole:
        raise ValueError(f"{amount} is not a whole number of fen")
    return whole
