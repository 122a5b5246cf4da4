"""Who asks and who decides: people with users of the hospital."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from hrsaas.access.actors import Actor, Origin
from hrsaas.access.models import User
from hrsaas.access.queries.actors import actor_for_user
from hrsaas.access.rules.permissions import Role
from hrsaas.approvals.models import ApprovalRequest
from hrsaas.approvals.services.requests import decide
from hrsaas.people.models import Assignment, Employee, OrgUnit
from tests.factories import make_user


@dataclass(frozen=True)
class Team:
    """nurse and mate have the same manager; clerk and hr hold those roles and are nobody's employees."""

    nurse: Employee
    mate: Employee
    boss: Employee
    actors: dict[str, Actor]
    users: dict[str, User]

    def __getitem__(self, name: str) -> Actor:
        return self.actors[name]


def make_team(hire: Any, now: datetime) -> Team:
    nurse, mate, boss = hire("E1", "E2", "M1")
    Assignment.objects.filter(employee__in=[nurse, mate]).update(manager=boss)
    unit = OrgUnit.objects.get(code="U")
    users = {
        "nurse": make_user(Role.EMPLOYEE, now=now, employee=nurse),
        "mate": make_user(Role.EMPLOYEE, now=now, employee=mate),
        "boss": make_user(Role.MANAGER, now=now, employee=boss, unit=unit),
        "clerk": make_user(Role.ATTENDANCE_CLERK, now=now),
        "hr": make_user(Role.HR_ADMIN, now=now),
    }
    return Team(nurse, mate, boss, {name: actor_for_user(user, Origin()) for name, user in users.items()}, users)


def settle(subject: Any, actor: Actor, now: datetime, *, approve: bool = True) -> ApprovalRequest:
    """Decide the waiting approval about a row."""
    waiting = ApprovalRequest.objects.get(
        subject_type=subject._meta.label_lower, subject_id=subject.pk, state=ApprovalRequest.State.PENDING
    )
    return decide(request=waiting, approve=approve, comment="", actor=actor, now=now)
