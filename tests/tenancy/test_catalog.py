"""``check_tenancy`` finds every kind of hole that somebody could make in the floor."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps

from hrsaas.tenancy.backend.schema import POLICY
from hrsaas.tenancy.catalog import GLOBAL_TABLES, findings
from hrsaas.tenancy.models import TenantModel
from tests import servers


@pytest.fixture
def cursor() -> Iterator[Any]:
    """A superuser's transaction that is rolled back: holes are made in it and never seen by others."""
    connection: Any = servers.superuser()
    connection.autocommit = False
    with connection.cursor() as cursor:
        yield cursor
    connection.rollback()
    connection.close()


def test_the_migrated_database_has_no_hole(cursor: Any) -> None:
    assert findings(cursor) == []


def test_every_table_of_ours_is_a_tenant_table_or_listed_as_global(cursor: Any) -> None:
    cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    tables = {row[0] for row in cursor.fetchall()}
    ours = {
        model._meta.db_table
        for model in apps.get_models()
        if issubclass(model, TenantModel) and model._meta.managed  # the others are views
    }
    assert ours <= tables
    assert not ours & GLOBAL_TABLES.keys()


OPEN_POLICY = f"CREATE POLICY more ON people_position USING ({POLICY} OR current_setting('app.tenant_id', true) = '')"
HOLES = {
    "table": "CREATE TABLE hole (id bigint)",
    "unforced": "ALTER TABLE people_position NO FORCE ROW LEVEL SECURITY",
    "disabled": "ALTER TABLE people_position DISABLE ROW LEVEL SECURITY",
    "foreign owner": "ALTER TABLE people_position OWNER TO postgres",
    "no policy": "DROP POLICY tenant_rows ON people_position",
    "open policy": OPEN_POLICY,
    "policy for reading only": f"DROP POLICY tenant_rows ON people_position;"
    f"CREATE POLICY tenant_rows ON people_position FOR SELECT USING ({POLICY})",
    "global unique": "CREATE UNIQUE INDEX hole ON people_position (code)",
    "index on an expression": "CREATE INDEX hole ON people_position (lower(code))",
    "plain foreign key": "CREATE UNIQUE INDEX hole ON people_position (id);"
    "ALTER TABLE people_assignment ADD FOREIGN KEY (position_id) REFERENCES people_position (id)",
    "crossed foreign key": "ALTER TABLE people_assignment ADD COLUMN other bigint;"
    "ALTER TABLE people_assignment ADD FOREIGN KEY (other, position_id) REFERENCES people_position (tenant_id, id)",
    "view": "CREATE VIEW hole AS SELECT * FROM people_position",
    "materialised view": "CREATE MATERIALIZED VIEW hole AS SELECT * FROM people_position",
    "partition": "CREATE TABLE hole (tenant_id bigint NOT NULL, id bigint) PARTITION BY LIST (tenant_id);"
    "ALTER TABLE hole OWNER TO hrsaas_owner; ALTER TABLE hole ENABLE ROW LEVEL SECURITY;"
    f"ALTER TABLE hole FORCE ROW LEVEL SECURITY; CREATE POLICY p ON hole USING ({POLICY}) WITH CHECK ({POLICY});"
    "CREATE TABLE hole_1 PARTITION OF hole FOR VALUES IN (1); ALTER TABLE hole_1 OWNER TO hrsaas_owner",
    "definer function": "CREATE FUNCTION hole() RETURNS int LANGUAGE sql SECURITY DEFINER AS 'SELECT 1'",
    "bypassing role": "ALTER ROLE hrsaas_app BYPASSRLS",
    "creating role": "ALTER ROLE hrsaas_app CREATEROLE",
    "membership": "GRANT hrsaas_maintenance TO hrsaas_app",
    "truncate": "GRANT TRUNCATE ON people_position TO hrsaas_app",
    "global table": "GRANT INSERT ON tenancy_tenant TO hrsaas_app",
    "set_config": "GRANT EXECUTE ON FUNCTION set_config(text, text, boolean) TO hrsaas_app",
}


@pytest.mark.parametrize("hole", HOLES)
def test_a_hole_is_found(cursor: Any, hole: str) -> None:
    cursor.execute(HOLES[hole])
    assert findings(cursor) != []
