"""Opening, suspending and resuming tenants. The list of tenants is written as the maintenance role."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.core.exceptions import ValidationError
from django.db import transaction

from hrsaas.access.actors import Actor
from hrsaas.audit.services.entries import record
from hrsaas.errors import DomainError
from hrsaas.tenancy.context import tenant_context
from hrsaas.tenancy.models import Tenant
from hrsaas.tenancy.models.tenants import SLUG
from hrsaas.tenancy.router import MAINTENANCE
from hrsaas.tenancy.services.keys import create_tenant_key

# Names that a browser, a mail server or we ourselves use below the domain.
RESERVED = frozenset({"www", "api", "admin", "mail", "smtp", "ftp", "static", "status", "operator", "docs"})


def create_tenant(
    *,
    slug: str,
    name_zh: str,
    industry: str,
    actor: Actor,
    now: datetime,
    name_en: str = "",
    region: str = "CN",
    time_zone: str = "Asia/Shanghai",
    language: str = "zh-hans",
    furnish: Callable[[Tenant], None] | None = None,
) -> Tenant:
    """Open a tenant with its data key, and with what ``furnish`` does inside it in the same transaction.

    All of it or nothing. Errors: tenancy.slug.{invalid,taken}, tenancy.time_zone.unknown.
    """
    actor.require("tenancy.settings.change")
    _check_slug(slug)
    _check_time_zone(time_zone)
    tenant = Tenant.objects.using(MAINTENANCE).create(
        slug=slug, name_zh=name_zh, name_en=name_en, industry=industry, region=region,
        time_zone=time_zone, language=language, created_at=now,
    )  # fmt: skip
    with _removed_on_error(tenant), tenant_context(tenant.id), transaction.atomic():
        create_tenant_key(now=now)
        if furnish is not None:
            furnish(tenant)
        record(actor=actor, action="tenancy.tenant.create", subject=tenant, new={"slug": slug}, now=now)
    return tenant


def suspend_tenant(*, tenant: Tenant, reason: str, actor: Actor, now: datetime) -> None:
    """Nobody of the tenant gets in any more; its data stays."""
    _set_status(tenant=tenant, status=Tenant.Status.SUSPENDED, reason=reason, actor=actor, now=now)


def resume_tenant(*, tenant: Tenant, reason: str, actor: Actor, now: datetime) -> None:
    _set_status(tenant=tenant, status=Tenant.Status.ACTIVE, reason=reason, actor=actor, now=now)


def _set_status(*, tenant: Tenant, status: str, reason: str, actor: Actor, now: datetime) -> None:
    actor.require("tenancy.settings.change")
    old = tenant.status
    # Audited first: a crash in between leaves a trace of the attempt, never a change without one.
    with tenant_context(tenant.id), transaction.atomic():
        change = {"status": str(status), "reason": reason}
        record(actor=actor, action="tenancy.tenant.status", subject=tenant, old={"status": old}, new=change, now=now)
    Tenant.objects.using(MAINTENANCE).filter(id=tenant.id).update(status=status)
    tenant.status = status


def _check_slug(slug: str) -> None:
    try:
        SLUG(slug)
    except ValidationError:
        zh = f"子域名“{slug}”无效,请用小写字母、数字和连字符。"
        en = f"'{slug}' is no subdomain: use lower-case letters, digits and hyphens."
        raise _slug_error("invalid", zh, en) from None
    if slug in RESERVED or Tenant.objects.using(MAINTENANCE).filter(slug=slug).exists():
        raise _slug_error("taken", f"子域名“{slug}”已被占用。", f"The subdomain '{slug}' is taken.", status=409)


def _slug_error(kind: str, zh: str, en: str, *, status: int = 400) -> DomainError:
    return DomainError(f"tenancy.slug.{kind}", zh=zh, en=en, field="slug", status=status)


def _check_time_zone(name: str) -> None:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        zh, en = f"未知的时区“{name}”。", f"'{name}' is no known time zone."
        raise DomainError("tenancy.time_zone.unknown", zh=zh, en=en, field="time_zone") from None


@contextmanager
def _removed_on_error(tenant: Tenant) -> Iterator[None]:
    """The row had to be committed first, since the keys refer to it from another connection."""
    finished = False
    try:
        yield
        finished = True
    finally:
        if not finished:
            Tenant.objects.using(MAINTENANCE).filter(id=tenant.id).delete()
