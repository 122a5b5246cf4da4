"""The filled tenant, and which of its rows an id in a request may name."""

from __future__ import annotations

import random
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from hrsaas.access.models import User
from hrsaas.tenancy.context import tenant_context
from hrsaas.tenancy.fields import TenantForeignKey
from hrsaas.tenancy.models import Tenant
from tests.tenancy.routes import Route, api_routes
from tests.tenancy.rows import MODELS


@dataclass(frozen=True)
class Filled:
    """secret: of a token of the user, who has every role."""

    tenant: Tenant
    user: User
    secret: str

    @property
    def host(self) -> str:
        return f"{self.tenant.slug}.hr.test"

    @cached_property
    def related(self) -> dict[str, type[Any]]:
        """Name of a reference → its model: what a member of a body by that name means."""
        fields = [field for model in MODELS for field in model._meta.local_fields]
        return {one.name: one.related_model for one in fields if isinstance(one, TenantForeignKey)}

    def ids(self, model: Any, most: int = 20) -> list[str]:
        with tenant_context(self.tenant.id):
            return [str(one) for one in model.objects.order_by("pk").values_list("pk", flat=True)[:most]]

    def row_of(self, route: Route) -> str | None:
        """An id that the address of one row may have."""
        found = [one for one in api_routes() if one.view is route.view and one.view.queryset is not None]
        ids = self.ids(found[0].view.queryset.model) if found else []
        return random.Random(len(ids)).choice(ids) if ids else None

    def named(self, body: Any) -> Any:
        """The body with ids of real rows where a member is called like a reference."""
        if isinstance(body, list):
            return [self.named(one) for one in body]
        if not isinstance(body, dict):
            return body
        return {name: self._real(name, value) for name, value in body.items()}

    def _real(self, name: str, value: Any) -> Any:
        model = self.related.get(name)
        if model is None or not isinstance(value, str):
            return self.named(value)
        return next(iter(self.ids(model, 1)), value)
