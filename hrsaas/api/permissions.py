"""Who may call what. A view without a noun answers nobody: forgetting fails closed."""

from __future__ import annotations

from typing import Any

from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

from hrsaas.access.queries.actors import actor_of
from hrsaas.errors import DomainError, NotAllowed
from hrsaas.tenancy.models import Tenant
from hrsaas.tenancy.models.tenants import Module


def permission_for(view: Any, method: str) -> str | None:
    """``<noun>.<verb>`` that the view's action needs: view for reading, change for writing, or as it declares."""
    noun = getattr(view, "noun", None)
    if noun is None:
        return None
    declared = getattr(view, "permission_verbs", {}).get(getattr(view, "action", None))
    return f"{noun}.{declared or ('view' if method in SAFE_METHODS else 'change')}"


def require_module(tenant: Tenant, permission: str) -> None:
    """Raise DomainError if the permission belongs to a module that the tenant has not activated."""
    app = permission.split(".", 1)[0]
    if app in Module.values and app not in tenant.modules:
        raise DomainError(
            "tenancy.module.inactive",
            zh=f"贵公司未启用此模块（{app}）。",
            en=f"Your company has not activated this module ({app}).",
            status=403,
        )


def _signed_in(request: Request) -> bool:
    return request.tenant is not None and bool(request.user and request.user.is_authenticated)


class SignedIn(BasePermission):
    """Any user of the tenant; for what everybody may see of himself."""

    def has_permission(self, request: Request, view: Any) -> bool:
        return _signed_in(request)


class HasPermission(BasePermission):
    """The actor has the permission that the view's noun and action ask for."""

    def has_permission(self, request: Request, view: Any) -> bool:
        if not _signed_in(request):
            return False
        permission = permission_for(view, request.method or "GET")
        if permission is None:
            return False
        require_module(request.tenant, permission)
        if not actor_of(request).may(permission):
            raise NotAllowed(permission)
        return True
