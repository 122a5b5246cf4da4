"""``Authorization: Bearer hrs_…``: the API's own way in, besides the session."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from hrsaas.access.models import ApiToken, User
from hrsaas.access.queries.tokens import note_use, token_by_secret
from hrsaas.errors import DomainError
from hrsaas.tenancy.context import current_tenant_id


class TokenRefused(AuthenticationFailed):
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
        token = token_by_secret(secret) if current_tenant_id() is not None else None
        if token is None:
            raise _unknown()
        now = timezone.now()
        _check_valid(token, now)
        note_use(token, now=now)
        return token.user, token

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="api"'


def _bearer_secret(request: Request) -> str | None:
    """None where the header is absent or of another kind."""
    parts = get_authorization_header(request).split()
    if not parts or parts[0].lower() != b"bearer":
        return None
    if len(parts) != 2 or not parts[1].startswith(b"hrs_"):
        raise _unknown()
    return parts[1].decode("latin-1")


def _check_valid(token: ApiToken, now: datetime) -> None:
    if token.revoked_at is not None or not token.user.is_active:
        raise TokenRefused("access.token.revoked", zh="该令牌已被撤销。", en="This token has been revoked.")
    if not token.is_valid(now):
        raise TokenRefused("access.token.expired", zh="该令牌已过期。", en="This token has expired.")


def _unknown() -> TokenRefused:
    zh, en = "令牌无效。请检查令牌以及子域名。", "This token is not valid here. Check the token and the subdomain."
    return TokenRefused("access.token.unknown", zh=zh, en=en)
