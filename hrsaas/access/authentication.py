"""``Authorization: Bearer hrs_…``: the API's own way in, besides the session."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils import timezone
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from hrsaas.access.models import ApiToken, User
from hrsaas.access.queries.tokens import note_use, token_by_secret
from hrsaas.errors import DomainError
from hrsaas.tenancy.context import current_tenant_id

# WWW-Authenticate of every 401.
CHALLENGE = 'Bearer realm="api"'


class NotAdmitted(AuthenticationFailed):
    """401 with a stable code; ``problem`` carries both languages."""

    def __init__(self, code: str, *, zh: str, en: str) -> None:
        self.problem = DomainError(code, zh=zh, en=en, status=401)
        super().__init__(detail=self.problem.text, code=code)


class TokenAuthentication(BaseAuthentication):
    """``request.user`` is the token's owner, ``request.auth`` the token, whose scopes limit the owner's rights."""

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        secret = _bearer_secret(request)
        if secret is None:
            return None
        now = timezone.now()
        token = token_by_secret(secret, now=now) if current_tenant_id() is not None else None
        if token is None:
            raise _unknown()
        _check_valid(token, now)
        note_use(token, now=now)
        return token.user, token

    def authenticate_header(self, request: Request) -> str:
        return CHALLENGE


def _bearer_secret(request: Request) -> str | None:
    """None where the header is absent or of another kind."""
    parts = get_authorization_header(request).split()
    if not parts or parts[0].lower() != b"bearer":
        return None
    if len(parts) != 2 or not parts[1].startswith(b"hrs_"):
        raise _unknown()
    return parts[1].decode("latin-1")


def _check_valid(token: Any, now: datetime) -> None:
    if token.revoked_at is not None or not token.user.is_active:
        raise NotAdmitted("access.token.revoked", zh="该令牌已被撤销。", en="This token has been revoked.")
    if token.owner_has_left:
        zh, en = "令牌所有者已离职，该令牌不再有效。", "The owner of this token has left; it is no longer valid."
        raise NotAdmitted("access.token.owner_left", zh=zh, en=en)
    if not token.is_valid(now):
        raise NotAdmitted("access.token.expired", zh="该令牌已过期。", en="This token has expired.")


def _unknown() -> NotAdmitted:
    zh, en = "令牌无效。请检查令牌以及子域名。", "This token is not valid here. Check the token and the subdomain."
    return NotAdmitted("access.token.unknown", zh=zh, en=en)
