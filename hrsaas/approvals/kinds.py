"""What can be asked for; apps register their kinds when Django starts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from hrsaas.access.actors import Actor
from hrsaas.errors import DomainError
from hrsaas.languages import in_chinese

if TYPE_CHECKING:
    from hrsaas.approvals.models import ApprovalRequest

Outcome = Callable[["ApprovalRequest", Actor, datetime], None]
# (title, text) of what deciders have to know; a text may have lines.
Facts = Iterable[tuple[Any, Any]]


@dataclass(frozen=True)
class ApprovalKind:
    """on_approved and on_rejected get (request, actor who decided last, now) inside the transaction of the last
    decision: if they raise, nothing was decided. A withdrawn request calls on_rejected too.

    describe: makes facts of the payload, in the active language; lists show the first two. It has to read payloads of
    earlier versions too.
    """

    code: str
    title_zh: str
    title_en: str
    on_approved: Outcome
    on_rejected: Outcome
    describe: Callable[[Mapping[str, Any]], Facts] | None = None

    @property
    def title(self) -> str:
        return self.title_zh if in_chinese() else self.title_en


_kinds: dict[str, ApprovalKind] = {}


def register(kind: ApprovalKind) -> None:
    """Make a kind known; the same code again replaces it."""
    _kinds[kind.code] = kind


def kind_of(code: str) -> ApprovalKind:
    """The kind, or DomainError ``approvals.kind.unknown``."""
    if code not in _kinds:
        raise DomainError(
            "approvals.kind.unknown", zh=f"没有名为 {code} 的审批类型。", en=f"There is no approval called {code}."
        )
    return _kinds[code]


def title_of(code: str) -> str:
    """The kind's name for people; the code itself for kinds that no longer exist."""
    return _kinds[code].title if code in _kinds else code


def facts_of(code: str, payload: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What is asked for, in words; what has no text is left out. Kinds that say nothing show the plain values."""
    describe = _kinds[code].describe if code in _kinds else None
    facts = payload.items() if describe is None else describe(payload)
    return [(str(title), str(text)) for title, text in facts if text not in (None, "") and _is_plain(text)]


def _is_plain(value: Any) -> bool:
    return not isinstance(value, (dict, list))
