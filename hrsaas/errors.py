"""The one error that people cause, and how it reads in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hrsaas.languages import in_chinese


class DomainError(Exception):
    """Something a person asked for that the rules refuse.

    code: stable dotted name, e.g. ``payroll.pay_run.already_closed``; clients may branch on it.
    zh, en: one sentence each that says what is wrong and what to do.
    field: the input that is to blame, or None. position: 0-based character or row position, or None.
    status: HTTP status for the API (400 wrong input, 403 not allowed, 404 not there, 409 conflict).
    extra: more machine-readable facts, JSON-serialisable; ``rows`` are faults of many rows, each with row (0-based),
    field, code, zh and en.
    """

    def __init__(
        self,
        code: str,
        *,
        zh: str,
        en: str,
        field: str | None = None,
        position: int | None = None,
        status: int = 400,
        extra: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(f"{code}: {en}")
        self.code = code
        self.zh = zh
        self.en = en
        self.field = field
        self.position = position
        self.status = status
        self.extra = dict(extra or {})

    @property
    def text(self) -> str:
        """The sentence in the language that is active now."""
        return self.zh if in_chinese() else self.en

    def __str__(self) -> str:
        return self.text


class NotAllowed(DomainError):
    """The actor may not do this."""

    def __init__(self, permission: str) -> None:
        super().__init__(
            "access.not_allowed",
            zh=f"您没有此操作的权限（{permission}）。请联系租户管理员。",
            en=f"You are not allowed to do this ({permission}). Ask your tenant's HR admin.",
            status=403,
            extra={"permission": permission},
        )


class NotFound(DomainError):
    """No such row in this tenant; the same answer for another tenant's row."""

    def __init__(self, noun: str, key: object = "") -> None:
        super().__init__(
            f"{noun}.not_found",
            zh=f"找不到 {noun} {key}。",
            en=f"There is no {noun} {key}.",
            status=404,
        )


class StaleWrite(DomainError):
    """Somebody else changed the row since it was read."""

    def __init__(self, noun: str) -> None:
        super().__init__(
            f"{noun}.stale",
            zh="该记录已被他人修改，请刷新后重试。",
            en="Somebody else has changed this since you read it. Reload and try again.",
            status=412,
        )
