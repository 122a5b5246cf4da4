"""What can be asked for; apps register their kinds when Django starts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from hrsaas.access.actors import Actor
from hrsaas.errors import DomainError
from hrsaas.languages import in_chinese

if TYPE_CHECKING:
    from hrsaas.approvals.models import ApprovalRequest

Outcome = Callable[["ApprovalRequest", Actor, datetime], None]


@dataclass(frozen=True)
class ApprovalKind:
    """on_approved and on_rejected get (request, actor who decided last, now) inside the transaction of the last
    decision: if they raise, nothing was decided. A withdrawn request calls on_rejected too.
    """

    code: str
    title_zh: str
    title_en: str
    on_approved: Outcome
    on_rejected: Outcome

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
