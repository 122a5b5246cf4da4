"""The database wrapper: Django's PostgreSQL with a guarded connection and a tenant-aware schema editor."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.db.backends.postgresql import base, features

from hrsaas.tenancy.backend.connection import TenantConnection, TenantCursor
from hrsaas.tenancy.backend.schema import DatabaseSchemaEditor


class DatabaseFeatures(features.DatabaseFeatures):
    # The primary key in the database is (tenant_id, id): grouping by id alone does not determine the row.
    allows_group_by_selected_pks = False

    @classmethod
    def allows_group_by_selected_pks_on_model(cls, model: Any) -> bool:
        return False


class DatabaseWrapper(base.DatabaseWrapper):
    """``TENANT_GUARD: False`` in DATABASES makes a plain connection (owner and maintenance roles)."""

    features_class = DatabaseFeatures
    SchemaEditorClass = DatabaseSchemaEditor

    @property
    def guarded(self) -> bool:
        return bool(self.settings_dict.get("TENANT_GUARD", True))

    def get_connection_params(self) -> dict[str, Any]:
        if missing := self.settings_dict.get("MISSING_VARIABLE"):
            raise ImproperlyConfigured(f"{missing} is not set: this process may not act as the role of {self.alias!r}.")
        params = super().get_connection_params()
        if self.guarded:
            params.update(connection_factory=TenantConnection, cursor_factory=TenantCursor)
        return params

    def chunked_cursor(self) -> Any:
        # A WITH HOLD cursor outlives its transaction, and with it the tenant: read on the client instead.
        if self.guarded and self.get_autocommit():
            return self.cursor()
        return super().chunked_cursor()
