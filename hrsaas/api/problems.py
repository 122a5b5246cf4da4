"""The shape of an error answer: RFC 9457 problem details with a stable code and both languages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.http import JsonResponse
from django.utils.translation import gettext_lazy, override

from hrsaas.languages import in_chinese

MEDIA_TYPE = "application/problem+json"
CHINESE, ENGLISH = "zh-hans", "en"


@dataclass(frozen=True)
class Fault:
    """One thing wrong with the input. field: dotted name, '' for the whole. row: 0-based, in list bodies."""

    code: str
    zh: str
    en: str
    field: str = ""
    row: int | None = None

    def as_json(self) -> dict[str, Any]:
        where = {} if self.row is None else {"row": self.row}
        return {**where, "field": self.field, "code": self.code, "zh": self.zh, "en": self.en}


@dataclass(frozen=True)
class Problem:
    """What went wrong. headers: to be sent with the answer, e.g. Retry-After. extra: further members."""

    status: int
    code: str
    zh: str
    en: str
    faults: Sequence[Fault] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    extra: Mapping[str, Any] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """The sentence in the language that is active now."""
        return self.zh if in_chinese() else self.en

    def as_json(self, request_id: str) -> dict[str, Any]:
        return {
            **self.extra,
            "type": f"urn:hrsaas:{self.code}",
            "title": _title(self.status, CHINESE if in_chinese() else ENGLISH),
            "status": self.status,
            "detail": self.text,
            "code": self.code,
            "detail_zh": self.zh,
            "detail_en": self.en,
            "errors": [fault.as_json() for fault in self.faults],
            "request_id": request_id,
        }

    def as_response(self, request: Any) -> JsonResponse:
        body = self.as_json(getattr(request, "request_id", ""))
        return JsonResponse(
            body, status=self.status, content_type=MEDIA_TYPE, headers=dict(self.headers),
            json_dumps_params={"ensure_ascii": False},
        )  # fmt: skip


def both(text: Any) -> tuple[str, str]:
    """(zh, en) of a lazy translation; the same text twice if it is a plain string."""
    with override(CHINESE):
        zh = str(text)
    with override(ENGLISH):
        return zh, str(text)


def translated(status: int, code: str, text: Any, **more: Any) -> Problem:
    """A problem whose text is a lazy translation."""
    zh, en = both(text)
    return Problem(status, code, zh, en, **more)


_TITLES = {
    400: gettext_lazy("The input is not right"),
    401: gettext_lazy("Sign in first"),
    403: gettext_lazy("Not allowed"),
    404: gettext_lazy("Not found"),
    405: gettext_lazy("This method is not available here"),
    406: gettext_lazy("No such format"),
    409: gettext_lazy("In conflict with what is there"),
    412: gettext_lazy("Changed by somebody else"),
    413: gettext_lazy("Too large"),
    415: gettext_lazy("Unknown content type"),
    422: gettext_lazy("The request does not fit its key"),
    428: gettext_lazy("If-Match is required"),
    429: gettext_lazy("Too many requests"),
    500: gettext_lazy("Our mistake"),
    503: gettext_lazy("Not available at the moment"),
}


def _title(status: int, language: str) -> str:
    with override(language):
        return str(_TITLES.get(status, _TITLES[400] if status < 500 else _TITLES[500]))
