"""Who does it: every service takes an actor, asks it for permission and records it in the audit trail."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
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

    user_id: the tenant's user, None for operators and the system itself. operator_id: the operator of the service.
    employee_id: the person behind the user, if any.
    unit_ids: the org units whose people the actor may see (subtrees expanded), None for the whole tenant, empty
    for himself only. reaches: the same for single permissions where it differs, because roles add up: a payroll
    officer who is also a manager sees all payslips but only her own team's goals.
    """

    label: str
    permissions: frozenset[str]
    user_id: int | None = None
    employee_id: int | None = None
    unit_ids: frozenset[int] | None = None
    kind: Literal["user", "token", "operator", "system"] = "user"
    origin: Origin = Origin()
    operator_id: int | None = None
    reaches: Mapping[str, frozenset[int] | None] = field(default_factory=dict, compare=False)

    @property
    def identity(self) -> str:
        """Who it is within the tenant, for what belongs to one caller alone."""
        return f"{self.kind}:{self.user_id if self.operator_id is None else self.operator_id}"

    def may(self, permission: str) -> bool:
        return permission in self.permissions

    def require(self, permission: str) -> None:
        """Raise NotAllowed unless the actor has the permission."""
        if permission not in self.permissions:
            raise NotAllowed(permission)

    def reach(self, permission: str) -> frozenset[int] | None:
        """The units for which the actor has the permission: None for all, empty for himself only."""
        return self.reaches.get(permission, self.unit_ids)

    def within(self, permission: str) -> Actor:
        """The same actor seeing only the people for whom he has the permission."""
        return replace(self, unit_ids=self.reach(permission))


def system_actor(label: str, *, via: Literal["command", "task"] = "task") -> Actor:
    """Commands and scheduled work; may do everything except what needs two people."""
    permissions = ALL - {"payroll.run.approve", "payroll.run.lock", "approvals.request.decide"}
    return Actor(label=label, permissions=permissions, kind="system", origin=Origin(via=via))
