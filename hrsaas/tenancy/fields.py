"""Fields that know the tenant: the owner of a row, and references that cannot leave it."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import models
from django.db.models.lookups import Exact
from django.db.models.sql.where import AND, WhereNode

from hrsaas.tenancy.context import current_tenant_id, require_tenant_id


class CurrentTenant(models.Expression):
    """The active tenant's id, looked up when the statement is compiled; no tenant means no rows."""

    output_field = models.BigIntegerField()

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, list[int]]:
        tenant_id = current_tenant_id()
        if tenant_id is None:
            raise EmptyResultSet
        return "%s", [tenant_id]


class TenantField(models.ForeignKey):
    """The tenant a row belongs to: filled from the context, never edited, first in every index.

    A row may be made without a tenant (Django's own checks do), but not saved.
    """

    is_tenant = True

    def __init__(self, **kwargs: Any) -> None:
        kwargs.update(
            to="tenancy.Tenant",
            on_delete=models.PROTECT,
            default=current_tenant_id,
            editable=False,
            db_index=False,
            related_name="+",
        )
        super().__init__(**kwargs)

    def pre_save(self, model_instance: Any, add: bool) -> Any:
        if getattr(model_instance, self.attname) is None:
            setattr(model_instance, self.attname, require_tenant_id())
        return super().pre_save(model_instance, add)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        for fixed in ("to", "on_delete", "default", "editable", "db_index", "related_name"):
            kwargs.pop(fixed, None)
        return name, path, args, kwargs


class TenantForeignKey(models.ForeignKey):
    """A reference within the tenant: (tenant_id, x_id) → (tenant_id, id) in the database and in joins.

    The index is the model's business, since it has to begin with the tenant.
    """

    carries_tenant = True

    def __init__(self, to: Any, on_delete: Any, **kwargs: Any) -> None:
        kwargs["db_index"] = False
        super().__init__(to, on_delete, **kwargs)

    def get_extra_restriction(self, alias: str | None, related_alias: str | None) -> WhereNode | None:
        if alias is None or related_alias is None:
            return None
        here = self.remote_field.model._meta.get_field("tenant").get_col(alias)
        there = self.model._meta.get_field("tenant").get_col(related_alias)
        return WhereNode([Exact(here, there)], connector=AND)
