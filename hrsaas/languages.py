"""Which of the product's two languages is active."""

from __future__ import annotations

from django.utils.translation import get_language


def in_chinese() -> bool:
    """Chinese also where no language is active, as in commands and tasks."""
    return (get_language() or "zh").startswith("zh")
