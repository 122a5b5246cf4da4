"""Finding tokens by their secret."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any

from django.core.cache import cache

from hrsaas.access.models import ApiToken
from hrsaas.access.queries.logins import has_left

# Seconds between two notes of a token's use.
NOTE_USE_EVERY = 60


def digest_of(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def token_by_secret(secret: str, *, now: datetime) -> Any:
    """The token of the active tenant with its owner, valid or not, and ``owner_has_left``; None if there is none."""
    rows = ApiToken.objects.select_related("user").annotate(owner_has_left=has_left(now, "user__"))
    return rows.filter(digest=digest_of(secret)).first()


def note_use(token: ApiToken, *, now: datetime) -> None:
    """Remember that the token was used, at most once a minute, so that busy programs do not queue for its row."""
    if cache.add(f"token-used-{token.pk}", 1, NOTE_USE_EVERY):
        ApiToken.objects.filter(id=token.pk).update(last_used_at=now)
