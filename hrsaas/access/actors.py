"""Who does it: every service takes an actor, asks it for permission and records it in the audit trail."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from hrsaas.access.rules.permissions import ALL
from hrsaas.errors import NotAllowed


@dataclass(frozen=True)
class Origin:
    """Where a request came from."""

    via: Literal["admin", "api", "command", "task"] = "task"
    ip: str | None = None
    request_id: str = ""


@dataclass(frozen=True)
class Actor:
    """Somebody who acts in one tenant.

    user_id: the tenant's user, None for the system itself. employee_id: the person behind the user, if any.
    unit_ids: the org units whose people the actor may see (subtrees expanded), None for the whole tenant.
    """

    label: str
    permissions: frozenset[str]
    user_id: int | None = None
    employee_id: int | None = None
    unit_ids: frozenset[int] | None = None
    kind: Literal["user", "token", "operator", "system"] = "user"
    origin: Origin = Origin()

    def may(self, permission: str) -> bool:
        return permission in self.permissions

    def require(self, permission: str) -> None:
        """Raise NotAllowed unless the actor has the permission."""
        if permission not in self.permissions:
            raise NotAllowed(permission)


def system_actor(label: str, *, via: Literal["command", "task"] = "task") -> Actor:
    """Commands and scheduled work; may do everything except what needs two people."""
    permissions = ALL - {"payroll.run.approve", "payroll.run.lock", "approvals.request.decide"}
    return Actor(label=label, permissions=permissions, kind="system", origin=Origin(via=via))
