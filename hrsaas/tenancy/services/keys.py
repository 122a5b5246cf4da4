"""Making, rotating and re-wrapping tenants' data keys. Keys are added, never removed: old text needs them."""

from __future__ import annotations

from datetime import datetime

from cryptography.fernet import Fernet
from django.db import transaction

from hrsaas.access.actors import Actor
from hrsaas.audit.services.entries import record
from hrsaas.tenancy import keys
from hrsaas.tenancy.context import require_tenant_id
from hrsaas.tenancy.models import TenantKey
from hrsaas.tenancy.router import MAINTENANCE


def create_tenant_key(*, now: datetime) -> TenantKey:
    """A new data key for the current tenant, wrapped by the newest master key; it encrypts from now on."""
    wrapped = keys.master().encrypt(Fernet.generate_key()).decode()
    key: TenantKey = TenantKey.objects.create(wrapped=wrapped, created_at=now)
    tenant_id = require_tenant_id()
    transaction.on_commit(lambda: keys.forget(tenant_id))
    return key


@transaction.atomic(durable=True)
def rotate_tenant_key(*, actor: Actor, now: datetime) -> TenantKey:
    """Encrypt everything new with a new key. Old text stays readable; text saved again moves to the new key.

    In a transaction of its own, so that nobody encrypts with a key whose row is rolled back afterwards.
    """
    actor.require("tenancy.settings.change")
    key = create_tenant_key(now=now)
    record(actor=actor, action="tenancy.key.rotate", subject=key, now=now)
    return key


def rewrap_all() -> int:
    """Wrap every tenant's keys with the newest master key; afterwards older master keys may be dropped.

    Returns how many keys there are. Safe to run again and while the service runs with both master keys.
    """
    rotate = keys.master().rotate
    with transaction.atomic(using=MAINTENANCE):
        rows = list(TenantKey.across_tenants.using(MAINTENANCE).select_for_update().order_by("id"))
        for row in rows:
            row.wrapped = rotate(row.wrapped.encode()).decode()
        TenantKey.across_tenants.using(MAINTENANCE).bulk_update(rows, ["wrapped"], batch_size=500)
    return len(rows)
