"""How often one client may call."""

from __future__ import annotations

from typing import Any

from rest_framework.request import Request
from rest_framework.throttling import SimpleRateThrottle


class PerTokenThrottle(SimpleRateThrottle):
    """One allowance for each token, signed-in user, or address that is neither. The cache key has the tenant."""

    scope = "token"

    def get_cache_key(self, request: Request, view: Any) -> str:
        if request.auth is not None:
            who = f"token:{getattr(request.auth, 'pk', '')}"
        elif request.user and request.user.is_authenticated:
            who = f"user:{request.user.pk}"
        else:
            who = f"address:{self.get_ident(request)}"
        return self.cache_format % {"scope": self.scope, "ident": who}
