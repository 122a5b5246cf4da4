"""Who may sign in where: a tenant's users at its subdomain, operators at the bare domain, nobody anywhere else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib.auth.backends import BaseBackend
from django.contrib.auth.hashers import make_password
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from hrsaas.access.models import Operator, User
from hrsaas.access.models.users import clean_email
from hrsaas.access.queries.logins import users_on
from hrsaas.api.problems import Problem
from hrsaas.tenancy.context import current_tenant_id

LOCKED_OUT = {
    "zh": "登录失败次数过多,已暂时锁定。请 15 分钟后再试。",
    "en": "Too many failed sign-ins: locked for now. Try again in 15 minutes.",
}


class TenantUserBackend(BaseBackend):
    """Users of the tenant whose host was called; row-level security keeps the others out of sight.

    Who is deactivated, or has left the employer, does not get in.
    """

    def authenticate(
        self, request: HttpRequest | None, username: str = "", password: str | None = None, **credentials: Any
    ) -> User | None:
        email = clean_email(username or credentials.get("email", ""))
        if current_tenant_id() is None or password is None:
            return None
        user = users_on(timezone.now()).filter(email=email).first()
        if user is None:
            make_password(password)  # an unknown address must take as long as a wrong password
            return None
        return user if user.check_password(password) and user.is_active and not user.has_left else None

    def get_user(self, user_id: int) -> User | None:
        """Asked at every request with a session, so that a session ends with the employment."""
        if current_tenant_id() is None:
            return None
        return users_on(timezone.now()).filter(id=user_id, is_active=True, has_left=False).first()


class OperatorBackend(BaseBackend):
    """Operators, at the bare domain only."""

    def authenticate(
        self, request: HttpRequest | None, username: str = "", password: str | None = None, **credentials: Any
    ) -> Operator | None:
        email = clean_email(username or credentials.get("email", ""))
        if current_tenant_id() is not None or password is None:
            return None
        operator = Operator.objects.filter(email=email).first()
        if operator is None:
            make_password(password)
            return None
        return operator if operator.check_password(password) and operator.is_active else None

    def get_user(self, user_id: int) -> Operator | None:
        if current_tenant_id() is not None:
            return None
        return Operator.objects.filter(id=user_id, is_active=True).first()


def lockout_name(request: HttpRequest, credentials: Mapping[str, Any] | None = None) -> str:
    """What failed sign-ins are counted by, together with the address; the cache key adds the tenant."""
    given = credentials or request.POST
    return clean_email(str(given.get("username") or given.get("email") or ""))


def locked_out(
    request: HttpRequest, response: HttpResponse | None = None, credentials: Mapping[str, Any] | None = None
) -> HttpResponse:
    """429: a page for people, problem+json for programs."""
    zh, en = LOCKED_OUT["zh"], LOCKED_OUT["en"]
    if request.path.startswith("/api/"):
        return Problem(429, "access.locked_out", zh, en).as_response(request)
    return render(request, "access/locked_out.html", {"zh": zh, "en": en}, status=429)
