"""Names that tenants keep in two languages."""

from __future__ import annotations

from hrsaas.languages import in_chinese


def localized(name: str, name_en: str) -> str:
    """The name for the language that is active now; the Chinese one where there is no English one."""
    return name if in_chinese() or not name_en else name_en
