"""Choosing between two texts that a row carries in both languages."""

from __future__ import annotations

from django.utils.translation import get_language


def spoken(zh: str, en: str) -> str:
    """The text in the language that is active now; the Chinese one where there is no other."""
    return zh if not en or (get_language() or "zh").startswith("zh") else en
