"""Small makers of rows; each returns what it made. They write through models, not services, to stay fast."""

from __future__ import annotations

from datetime import datetime
from itertools import count
from typing import Any

from hrsaas.access.models import Membership, User
from hrsaas.access.rules.permissions import Role

_numbers = count(1)


def make_user(*roles: Role, now: datetime, unit: Any = None, **fields: Any) -> User:
    """A user of the entered tenant without a password. unit: what a manager manages."""
    number = next(_numbers)
    fields = {"email": f"user{number}@example.com", "name": f"User {number}", **fields}
    user = User(created_at=now, **fields)
    user.set_unusable_password()
    user.save()
    for role in roles:
        Membership.objects.create(user=user, role=role, unit=unit if role is Role.MANAGER else None, created_at=now)
    return user
