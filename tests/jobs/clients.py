"""Signed-in clients for the kernel's rooms, and reading their answers."""

from __future__ import annotations

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from hrsaas.access.models import Membership, User
from hrsaas.access.rules.permissions import Role
from hrsaas.tenancy.context import tenant_context


def user_of(tenant, role: Role, now, language: str = "en") -> User:
    with tenant_context(tenant.id):
        email = f"{role.value}.{language}@example.test"
        user = User.objects.create(email=email, name=role.value, language=language, created_at=now)
        Membership.objects.create(user=user, role=role.value, created_at=now)
    return user


def client_of(client_for, tenant, role: Role, now, language: str = "en") -> Client:
    return client_for(tenant, user_of(tenant, role, now, language), headers={"Accept-Language": language})


def get(client: Client, path: str, status: int = 200):
    answer = client.get(f"/api/v1/{path}")
    assert answer.status_code == status, answer.content
    return answer.json()


def post(client: Client, path: str, data=None, status: int = 200):
    answer = client.post(f"/api/v1/{path}", data or {}, content_type="application/json")
    assert answer.status_code == status, answer.content
    return answer.json()


def queries_of(client: Client, path: str, rows: int) -> int:
    """How many queries a list costs that has this many rows; not the first one, which fills caches."""
    get(client, path)
    with CaptureQueriesContext(connection) as queries:
        assert len(get(client, path)["results"]) == rows
    return len(queries)
