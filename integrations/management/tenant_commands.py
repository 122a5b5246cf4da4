"""What commands for one tenant share: finding it, entering it, and saying refusals in plain words."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any

from django.core.management.base import CommandError, CommandParser

from hrsaas.errors import DomainError
from hrsaas.tenancy.context import tenant_context
from hrsaas.tenancy.models import Tenant
from hrsaas.tenancy.queries.tenants import tenant_by_slug


def add_tenant(parser: CommandParser) -> None:
    parser.add_argument("--tenant", required=True, metavar="SLUG", help="the tenant's subdomain")


def month(text: str) -> date:
    """``2026-03`` → the first of March 2026."""
    try:
        return datetime.strptime(text, "%Y-%m").date()  # noqa: DTZ007  # a month has no zone
    except ValueError:
        raise CommandError(f"'{text}' is no month; write it like 2026-03.") from None


@contextmanager
def inside(slug: str) -> Iterator[Tenant]:
    """Work inside the tenant; what its rules refuse ends the command with code and sentence."""
    tenant = tenant_by_slug(slug)
    if tenant is None:
        raise CommandError(f"There is no tenant '{slug}'. `manage.py create_tenant {slug} …` opens one.")
    with tenant_context(tenant.id), explained():
        yield tenant


@contextmanager
def explained() -> Iterator[None]:
    try:
        yield
    except DomainError as error:
        rows: list[dict[str, Any]] = error.extra.get("rows", [])
        details = "".join(f"\n  {row}" for row in rows[:20])
        raise CommandError(f"{error.en} {error.zh} [{error.code}]{details}") from error
