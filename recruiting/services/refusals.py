"""What this room refuses, as errors that people can read."""

from __future__ import annotations

from datetime import date

from hrsaas.errors import DomainError


def require_text(text: str, field: str, *, longest: int, required: bool = True) -> str:
    """Errors: recruiting.text.{missing,too_long}."""
    if required and not text.strip():
        raise DomainError("recruiting.text.missing", field=field, zh="请填写此项。", en="This is required.")
    if len(text) > longest or "\x00" in text:
        raise DomainError(
            "recruiting.text.too_long", field=field,
            zh=f"最多 {longest} 个可见字符。", en=f"At most {longest} visible characters.",
        )  # fmt: skip
    return text


def wrong_state(noun: str, shown: object) -> DomainError:
    """The thing is not in the state that the verb needs. noun: ``application``, ``card`` or ``offer``."""
    return DomainError(
        f"recruiting.{noun}.state", status=409,
        zh=f"当前状态为“{shown}”，不能执行此操作。", en=f"This cannot be done in the state '{shown}'.",
    )  # fmt: skip


def add_months(day: date, months: int) -> date:
    """The same day months later, or the last day of a shorter month."""
    place = day.year * 12 + day.month - 1 + months
    first, after = _first(place), _first(place + 1)
    return first.replace(day=min(day.day, (after - first).days))


def _first(place: int) -> date:
    return date(place // 12, place % 12 + 1, 1)
