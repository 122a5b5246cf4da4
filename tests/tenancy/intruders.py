"""Who knocks at alpha's door: alpha's own all-powerful user, by session and token, and beta's."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import Any

from django.core.cache import cache
from django.utils import timezone
from rest_framework.test import APIClient

from hrsaas.access.actors import Origin
from hrsaas.access.models import User
from hrsaas.access.queries.actors import actor_for_user
from hrsaas.access.rules.permissions import Role
from hrsaas.access.services.tokens import issue_token
from hrsaas.people.models import OrgUnit
from hrsaas.tenancy.context import tenant_context
from tests.factories import make_user
from tests.tenancy import rows
from tests.tenancy.rows import ALPHA, BETA

HOSTS = {ALPHA: "alpha.hr.test", BETA: "beta.hr.test"}


@dataclass(frozen=True)
class Resident:
    """A user of the tenant with every role, and the secret of a token with all of his rights."""

    tenant_id: int
    user: User
    secret: str

    @cached_property
    def visitor(self) -> APIClient:
        """One session for many requests: signing in again would change the user's row."""
        return self.browser()

    def browser(self) -> APIClient:
        """A new session at the tenant's own host; errors of ours come back as 500."""
        client = APIClient(SERVER_NAME=HOSTS[self.tenant_id], raise_request_exception=False)
        with tenant_context(self.tenant_id):
            client.force_login(self.user, backend="hrsaas.access.backends.TenantUserBackend")
        return client

    def program(self, host: int | None = None) -> APIClient:
        """Sends the token, to the tenant's own host or to another's."""
        client = APIClient(SERVER_NAME=HOSTS[host or self.tenant_id], raise_request_exception=False)
        client.credentials(HTTP_AUTHORIZATION=f"Bearer {self.secret}")
        return client


@contextmanager
def residents(blocker: Any) -> Iterator[tuple[Resident, Resident]]:
    """One of alpha, one of beta, in tables where beta has a secret row everywhere and alpha has nothing else."""
    cache.clear()
    with rows.every_table(blocker, rows.secret_in_beta):
        alpha, beta = _settle(ALPHA), _settle(BETA)
        beta.visitor.get("/api/v1/me/")
        yield alpha, beta
    cache.clear()


def _settle(tenant_id: int) -> Resident:
    now = timezone.now()
    with tenant_context(tenant_id):
        unit = OrgUnit.objects.create(code="top", name="Top")
        user = make_user(*Role, now=now, unit=unit)
        actor = actor_for_user(user, Origin())
        _token, secret = issue_token(
            user=user, name="probe", scopes=actor.permissions, expires_at=now + timedelta(days=1), actor=actor, now=now
        )
    return Resident(tenant_id, user, secret)


def text_of(response: Any) -> str:
    """All that an answer says, headers and the inside of spreadsheets included."""
    content = b"".join(response.streaming_content) if response.streaming else response.content
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as book:
            content = b"\n".join(book.read(name) for name in book.namelist())
    return f"{dict(response.headers)}\n{content.decode(errors='replace')}"
