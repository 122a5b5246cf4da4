"""Encryption with the current tenant's own data key, and blind indexes for looking encrypted text up.

Each tenant has one or more data keys (``TenantKey``), wrapped by the installation's master keys. The newest key
encrypts, all of them decrypt. Blind indexes are derived from the oldest key, which is never removed, so that they
survive every rotation; what they reveal (which rows hold the same text) a new data key would not hide anyway.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings

from hrsaas.tenancy.context import require_tenant_id
from hrsaas.tenancy.models import TenantKey


class KeyMissing(RuntimeError):
    """The tenant has no data key, or none that fits the text: a fault of operation, never a person's."""


@dataclass(frozen=True)
class _DataKeys:
    fernet: MultiFernet
    index_secret: bytes


# Per process and tenant. Keys are only ever added, so an old entry still encrypts well; text of a newer key makes
# decrypt() load again.
_loaded: dict[int, _DataKeys] = {}


def encrypt(text: str) -> str:
    """The text as a Fernet token of the current tenant. Errors: TenantMissing, KeyMissing."""
    return encrypt_bytes(text.encode()).decode()


def decrypt(token: str) -> str:
    """What encrypt() was given. Errors: TenantMissing; KeyMissing for another tenant's or a damaged token."""
    return decrypt_bytes(token.encode()).decode()


def encrypt_bytes(content: bytes) -> bytes:
    """The same as encrypt() for files."""
    return _keys().fernet.encrypt(content)


def decrypt_bytes(token: bytes) -> bytes:
    """What encrypt_bytes() was given. Errors: as decrypt()."""
    try:
        return _keys().fernet.decrypt(token)
    except InvalidToken:
        forget(require_tenant_id())
    try:
        return _keys().fernet.decrypt(token)
    except InvalidToken as error:
        raise KeyMissing(f"no key of tenant {require_tenant_id()} opens this text") from error


def blind_index(text: str, purpose: str) -> str:
    """64 hex digits, the same for the same tenant, purpose and text. ``purpose`` keeps columns apart."""
    secret = hmac.digest(_keys().index_secret, purpose.encode(), "sha256")
    return hmac.digest(secret, text.encode(), "sha256").hex()


def master() -> MultiFernet:
    """The installation's master keys, newest first."""
    return MultiFernet([Fernet(key) for key in settings.MASTER_KEYS])


def forget(tenant_id: int) -> None:
    """Load this tenant's keys again when they are next needed."""
    _loaded.pop(tenant_id, None)


def _keys() -> _DataKeys:
    tenant_id = require_tenant_id()
    if tenant_id not in _loaded:
        _loaded[tenant_id] = _load(tenant_id)
    return _loaded[tenant_id]


def _load(tenant_id: int) -> _DataKeys:
    wrapped = list(TenantKey.objects.order_by("-created_at", "-id").values_list("wrapped", flat=True))
    if not wrapped:
        raise KeyMissing(f"tenant {tenant_id} has no data key")
    unwrap = master().decrypt
    keys = [unwrap(one.encode()) for one in wrapped]
    return _DataKeys(
        fernet=MultiFernet([Fernet(key) for key in keys]),
        index_secret=hmac.digest(keys[-1], b"blind index", "sha256"),
    )
