"""ETag and If-Match on objects that several people change: nobody overwrites what he has not seen."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, ClassVar

from rest_framework.request import Request
from rest_framework.response import Response

from hrsaas.errors import DomainError, StaleWrite


def etag_of(row: Any) -> str:
    """Strong tag from the row's ``version``, or else its ``updated_at`` (microseconds)."""
    version = getattr(row, "version", None)
    if version is None:
        version = int(row.updated_at.timestamp() * 1_000_000)
    return f'"{row.pk}-{version}"'


def require_match(request: Request, row: Any, noun: str) -> None:
    """Raise DomainError 428 without If-Match, StaleWrite (412) if it names another version. ``*`` matches all."""
    header = request.headers.get("If-Match")
    if header is None:
        raise DomainError(
            "api.if_match.missing",
            zh="请先读取该记录，并在 If-Match 中带上其 ETag。",
            en="Read the object first and send its ETag in If-Match.",
            status=428,
        )
    tags = {tag.strip() for tag in header.split(",")}
    if "*" not in tags and etag_of(row) not in tags:
        raise StaleWrite(noun)


class Contested:
    """Mix in before TenantViewSet. GET answers with an ETag; writes to one object need If-Match.

    contested_actions: the actions, besides update, partial_update and destroy, that need it. The row is locked before
    it is compared, so nothing changes between the look and the write.
    """

    contested_actions: ClassVar[Collection[str]] = ()

    def needs_match(self) -> bool:
        return self.action in ("update", "partial_update", "destroy", *self.contested_actions)  # type: ignore[attr-defined]

    def get_queryset(self) -> Any:
        rows = super().get_queryset()  # type: ignore[misc]
        return rows.select_for_update(of=("self",)) if self.needs_match() else rows

    def get_object(self) -> Any:
        row = super().get_object()  # type: ignore[misc]
        if self.needs_match():
            require_match(self.request, row, self.noun)  # type: ignore[attr-defined]
        return row

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return self.respond(self.get_object())

    def respond(self, instance: Any, *, status: int = 200) -> Response:
        response = super().respond(instance, status=status)  # type: ignore[misc]
        response["ETag"] = etag_of(instance)
        return response
