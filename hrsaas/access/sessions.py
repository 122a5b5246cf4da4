"""A session belongs to the host where it began."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest
from django.utils import timezone

from hrsaas.access.models import User
from hrsaas.tenancy.context import current_tenant_id

TENANT_KEY = "tenant_id"
GRANT_KEY = "operator_grant_id"


def bind_session(sender: Any, request: HttpRequest, user: Any, **kwargs: Any) -> None:
    """Receiver of ``user_logged_in``: note the tenant, None at the bare domain.

    Django keeps the key when the same user signs in again; whoever knew the old one must not know the new session.
    """
    request.session.cycle_key()
    request.just_signed_in = user  # type: ignore[attr-defined]  # SignedInMiddleware sets his language
    request.session[TENANT_KEY] = current_tenant_id()


def note_sign_in(sender: Any, user: Any, **kwargs: Any) -> None:
    """Receiver of ``user_logged_in`` in place of Django's own, which would write to operators too."""
    if isinstance(user, User):
        user.last_login = timezone.now()
        user.save(update_fields=["last_login"])


def is_foreign(session: SessionBase) -> bool:
    """Somebody signed in, but not here. The cache keys already keep sessions apart; this holds if they fail."""
    if SESSION_KEY not in session and GRANT_KEY not in session:
        return False
    return TENANT_KEY not in session or session[TENANT_KEY] != current_tenant_id()
