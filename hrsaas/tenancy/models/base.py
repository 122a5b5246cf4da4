"""What every tenant-owned model is made of."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db import models

from hrsaas.tenancy.fields import CurrentTenant, TenantField


class TenantQuerySet(models.QuerySet):
    """Base for the domain's querysets."""


class TenantManager(models.Manager.from_queryset(TenantQuerySet)):  # type: ignore[misc]  # Django's own idiom
    """Rows of the active tenant; the filter is resolved when the query runs, so import time is harmless."""

    def get_queryset(self) -> Any:
        return super().get_queryset().filter(tenant_id=CurrentTenant())


class TenantModel(models.Model):
    """A row of one tenant.

    The schema editor gives its table the primary key (tenant_id, id), ids that tell no volumes, and row-level
    security. Declare every unique, exclusion constraint and index with ``tenant`` first; a system check insists.
    """

    tenant = TenantField()

    objects = TenantManager()
    # Without the ORM filter. Row-level security still applies: on the default alias it shows the same rows,
    # only the maintenance alias sees all.
    across_tenants = models.Manager()

    class Meta:
        abstract = True
        base_manager_name = "objects"
        default_manager_name = "objects"

    def validate_constraints(self, exclude: Collection[str] | None = None) -> None:
        """Forms leave out ``tenant``; without it no unique constraint would be looked at before the database."""
        super().validate_constraints(exclude=set(exclude or ()) - {"tenant"})

    def validate_unique(self, exclude: Any = None) -> None:
        super().validate_unique(exclude=set(exclude or ()) - {"tenant"})
