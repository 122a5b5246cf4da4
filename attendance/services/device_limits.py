"""How often devices, and those that pretend to be one, may call: counted per minute in Valkey, per tenant."""

from __future__ import annotations

from datetime import datetime

from django.core.cache import cache

# A gate at a change of shift pushes each punch by itself, some each second.
CALLS, REFUSALS = 600, 30
_SECONDS = 120


def within_limits(serial: str, address: str | None, now: datetime) -> bool:
    """False where this serial number called too often, or this address was refused too often, this minute."""
    refused = cache.get(_key("refused", address or "", now), 0)
    return refused < REFUSALS and _count("calls", serial[:64], now) <= CALLS


def note_refusal(address: str | None, now: datetime) -> None:
    _count("refused", address or "", now)


def _count(what: str, who: str, now: datetime) -> int:
    key = _key(what, who, now)
    cache.add(key, 0, _SECONDS)
    try:
        return int(cache.incr(key))
    except ValueError:  # it expired between the two
        return 1


def _key(what: str, who: str, now: datetime) -> str:
    return f"device:{what}:{who}:{int(now.timestamp()) // 60}"
