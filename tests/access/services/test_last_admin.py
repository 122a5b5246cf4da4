"""Two admins who take each other away at the same moment."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from hrsaas.access.actors import Origin
from hrsaas.access.models import Membership, User
from hrsaas.access.queries.actors import actor_for_user
from hrsaas.access.rules.permissions import Role
from hrsaas.access.services.users import change_roles, deactivate
from hrsaas.errors import DomainError
from hrsaas.tenancy.context import tenant_context
from hrsaas.tenancy.models import Tenant


@pytest.mark.parametrize("verb", ["deactivate", "change_roles"])
def test_one_of_two_admins_always_stays(
    live_db: None, tenant_a: Tenant, user_in: Any, now: datetime, verb: str
) -> None:
    one = user_in(tenant_a, Role.HR_ADMIN, email="one@example.com")
    two = user_in(tenant_a, Role.HR_ADMIN, email="two@example.com")
    together = Barrier(2)

    def remove(victim: User, by: User) -> str:
        try:
            with tenant_context(tenant_a.id):
                actor = actor_for_user(by, Origin())
                together.wait(timeout=10)
                if verb == "deactivate":
                    deactivate(user=victim, actor=actor, now=now)
                else:
                    change_roles(user=victim, roles=[Role.AUDITOR], actor=actor, now=now)
                return "done"
        except DomainError as error:
            return error.code
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        outcomes = list(pool.map(remove, (one, two), (two, one)))
    assert sorted(outcomes) == ["access.user.last_admin", "done"]
    with tenant_context(tenant_a.id):
        assert Membership.objects.filter(role=Role.HR_ADMIN, user__is_active=True).count() == 1
