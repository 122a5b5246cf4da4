"""Schema editor that makes every table of a TenantModel safe as it is created, so no migration can forget.

Primary key (tenant_id, id) with time-ordered ids, FORCE row-level security with the fail-closed policy, and foreign
keys that carry the tenant. ``manage.py check_tenancy`` proves it on the live catalog.
"""

from __future__ import annotations

from typing import Any

from django.db.backends.ddl_references import Columns
from django.db.backends.postgresql import schema

POLICY = "tenant_id = NULLIF(current_setting('app.tenant_id', true), '')::bigint"


def protect_table_sql(table: str) -> list[str]:
    """Statements that put one table under the policy; used for tables and for hand-made partitions."""
    return [
        f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY',
        f'ALTER TABLE "{table}" FORCE ROW LEVEL SECURITY',
        f'CREATE POLICY tenant_rows ON "{table}" USING ({POLICY}) WITH CHECK ({POLICY})',
    ]


def _tenant_key_sql(table: str) -> list[str]:
    return [
        f'ALTER TABLE "{table}" ALTER COLUMN id DROP IDENTITY',
        f'ALTER TABLE "{table}" ALTER COLUMN id SET DEFAULT tenancy_new_id()',
        f'ALTER TABLE "{table}" DROP CONSTRAINT "{table}_pkey"',
        f'ALTER TABLE "{table}" ADD PRIMARY KEY (tenant_id, id)',
    ]


def is_tenant_model(model: Any) -> bool:
    return getattr(_field_or_none(model, "tenant"), "is_tenant", False)


def _field_or_none(model: Any, name: str) -> Any:
    return next((field for field in model._meta.local_fields if field.name == name), None)


class DatabaseSchemaEditor(schema.DatabaseSchemaEditor):
    # Django would put new foreign keys inline with the column; ours need two columns, so they come after.
    sql_create_column_inline_fk = None

    def create_model(self, model: Any) -> None:
        super().create_model(model)
        if is_tenant_model(model):
            table = model._meta.db_table
            for sql in _tenant_key_sql(table) + protect_table_sql(table):
                self.execute(sql)

    def _create_fk_sql(self, model: Any, field: Any, suffix: str) -> Any:
        statement = super()._create_fk_sql(model, field, suffix)
        if getattr(field, "carries_tenant", False):
            to_table = field.target_field.model._meta.db_table
            statement.parts["column"] = Columns(model._meta.db_table, ["tenant_id", field.column], self.quote_name)
            statement.parts["to_column"] = Columns(to_table, ["tenant_id", field.target_field.column], self.quote_name)
        return statement
