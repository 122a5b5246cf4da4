"""Issuing and revoking API tokens."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction

from hrsaas.access.actors import Actor
from hrsaas.access.models import ApiToken, User
from hrsaas.access.queries.actors import reaches_of_user
from hrsaas.access.queries.tokens import digest_of
from hrsaas.access.rules.permissions import Role
from hrsaas.audit.services.entries import record
from hrsaas.errors import DomainError, NotFound

LONGEST = timedelta(days=366)
PREFIX = "hrs_"


@transaction.atomic
def issue_token(
    *, user: User, name: str, scopes: Iterable[str], expires_at: datetime, actor: Actor, now: datetime
) -> tuple[ApiToken, str]:
    """A new token and its secret, which is shown this once and cannot be read again.

    For oneself, or for a user who is only a program (role integration). Errors: access.token.not_yours,
    too_wide, no_scopes, expiry.
    """
    actor.require("access.token.change")
    _check_owner(user, actor)
    wanted = _checked_scopes(frozenset(scopes), user, actor)
    _check_expiry(expires_at, now)
    secret = PREFIX + secrets.token_urlsafe(32)
    token = ApiToken.objects.create(
        user=user, name=name, digest=digest_of(secret), prefix=secret[:10], scopes=wanted,
        created_at=now, expires_at=expires_at,
    )  # fmt: skip
    new = {"name": name, "scopes": wanted, "expires_at": expires_at.isoformat(), "user_id": user.pk}
    record(actor=actor, action="access.token.issue", subject=token, new=new, now=now)
    return token, secret


@transaction.atomic
def revoke_token(*, token: ApiToken, actor: Actor, now: datetime) -> ApiToken:
    """End a token at once; done twice it changes nothing. Error: access.token.not_found."""
    found: ApiToken | None = ApiToken.objects.select_for_update().filter(id=token.pk).first()
    actor.require("access.token.change")
    if found is None:
        raise NotFound("access.token", token.pk)
    if found.revoked_at is None:
        found.revoked_at = now
        found.save(update_fields=["revoked_at"])
        record(actor=actor, action="access.token.revoke", subject=found, new={"name": found.name}, now=now)
    return found


def _check_owner(user: User, actor: Actor) -> None:
    """An admin who could mint tokens for others could approve in their name."""
    if user.pk != actor.user_id and user.roles != {Role.INTEGRATION}:
        raise DomainError(
            "access.token.not_yours",
            zh="只能为自己或“系统集成”用户创建令牌。",
            en="Tokens can be issued for yourself or for users with no role but integration.",
            field="user",
            status=403,
        )


def _checked_scopes(scopes: frozenset[str], user: User, actor: Actor) -> list[str]:
    own = actor.permissions if user.pk == actor.user_id else frozenset(reaches_of_user(user))
    if not scopes:
        zh, en = "请至少选择一个权限范围。", "Choose at least one scope."
        raise DomainError("access.token.no_scopes", zh=zh, en=en, field="scopes")
    if extra := sorted(scopes - own):
        listed = ", ".join(extra)
        raise DomainError(
            "access.token.too_wide",
            zh=f"令牌不能超出所有者的权限：{listed}。",
            en=f"A token cannot do more than its owner: {listed}.",
            field="scopes",
            extra={"scopes": extra},
        )
    return sorted(scopes)


def _check_expiry(expires_at: datetime, now: datetime) -> None:
    if not now < expires_at <= now + LONGEST:
        raise DomainError(
            "access.token.expiry",
            zh="到期时间须在未来一年之内。",
            en="The expiry must lie within the coming year.",
            field="expires_at",
        )
