"""Names that tenants keep in two languages."""

from __future__ import annotations

from django.utils.translation import get_language


def localized(name: str, name_en: str) -> str:
    """The name for the language that is active now; the Chinese one where there is no English one."""
    chinese = (get_language() or "zh").startswith("zh")
    return name if chinese or not name_en else name_en
