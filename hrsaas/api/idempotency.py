"""``Idempotency-Key``: a write that a client repeats because it saw no answer is done once.

The answer is stored in the same transaction as the write, so there is never one without the other. Refused writes
roll back and leave nothing: repeating them tries again.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from typing import Any

from django.db import connection, transaction
from django.http import HttpResponse
from django.utils.crypto import salted_hmac
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from hrsaas.access.actors import Actor
from hrsaas.api.models import IdempotencyKey
from hrsaas.errors import DomainError
from hrsaas.tenancy.context import require_tenant_id

KEY_HEADER = "Idempotency-Key"
REPLAYED_HEADER = "Idempotent-Replayed"
LIFETIME = timedelta(hours=24)
_KEPT_HEADERS = ("ETag", "Location")


def idempotent(handler: Callable[..., Any], *, actor: Actor, now: datetime) -> Callable[..., Any]:
    """Wrap the handler of one request that carries the header.

    Raises DomainError: api.idempotency.mismatch (422) if the key was used for another request,
    api.idempotency.in_progress (409) while the first is still running, api.idempotency.bad_key (400).
    """

    @wraps(handler)
    def once(request: Request, *args: Any, **kwargs: Any) -> Any:
        key = _checked(request.headers[KEY_HEADER])
        owner = actor.identity
        with transaction.atomic():
            _lock(owner, key)
            stored = _stored(owner, key, now)
            print_ = fingerprint(request)
            if stored is not None:
                return _replay(stored, print_)
            response = handler(request, *args, **kwargs)
            if response.status_code < 400:
                _store(owner, key, print_, response, now)
            return response

    return once


def fingerprint(request: Request) -> str:
    """Over method, address and the body as it was understood. Keyed: bodies can hold passwords."""
    parts = (request.method or "", request.get_full_path(), JSONRenderer().render(request.data).decode())
    text = "\n".join(parts).encode(errors="surrogatepass")
    return salted_hmac("hrsaas.api.idempotency", text, algorithm="sha256").hexdigest()


def remove_expired(*, now: datetime) -> int:
    """Forget the tenant's keys that are older than LIFETIME; how many."""
    return IdempotencyKey.objects.filter(created_at__lt=now - LIFETIME).delete()[0]


def _checked(key: str) -> str:
    if not 1 <= len(key) <= 200 or not key.isascii() or not key.isprintable():
        raise DomainError(
            "api.idempotency.bad_key",
            zh="Idempotency-Key 须为 1 至 200 个可打印的 ASCII 字符，例如 UUID。",
            en="Idempotency-Key must have 1 to 200 printable ASCII characters, for example a UUID.",
            field=KEY_HEADER,
        )
    return key


def _lock(owner: str, key: str) -> None:
    name = f"idempotency:{require_tenant_id()}:{owner}:{key}"
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))", [name])
        if not cursor.fetchone()[0]:
            raise DomainError(
                "api.idempotency.in_progress",
                zh="相同 Idempotency-Key 的请求正在处理中，请稍后重试。",
                en="A request with this Idempotency-Key is still being handled. Try again shortly.",
                status=409,
            )


def _stored(owner: str, key: str, now: datetime) -> IdempotencyKey | None:
    row = IdempotencyKey.objects.filter(owner=owner, key=key).first()
    if row is not None and row.created_at < now - LIFETIME:
        row.delete()
        return None
    return row


def _replay(stored: IdempotencyKey, print_: str) -> HttpResponse:
    if stored.fingerprint != print_:
        raise DomainError(
            "api.idempotency.mismatch",
            zh="该 Idempotency-Key 已用于另一个请求，请为新请求使用新的键。",
            en="This Idempotency-Key was used for another request. Use a new key for a new request.",
            field=KEY_HEADER,
            status=422,
        )
    headers = {**stored.headers, REPLAYED_HEADER: "true"}
    return HttpResponse(stored.body, status=stored.status, content_type="application/json", headers=headers)


def _store(owner: str, key: str, print_: str, response: Response, now: datetime) -> None:
    IdempotencyKey.objects.create(
        owner=owner,
        key=key,
        fingerprint=print_,
        status=response.status_code,
        body="" if response.data is None else JSONRenderer().render(response.data).decode(),
        headers={name: response.headers[name] for name in _KEPT_HEADERS if name in response.headers},
        created_at=now,
    )
