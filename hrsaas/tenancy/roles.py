"""The three roles and what each may do. Run once by a superuser; safe to run again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from psycopg2 import sql


@dataclass(frozen=True)
class RolePasswords:
    owner: str
    app: str
    maintenance: str


OWNER_ROLE, APP_ROLE, MAINTENANCE_ROLE = "hrsaas_owner", "hrsaas_app", "hrsaas_maintenance"

_PRIVILEGES = """
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT ALL ON SCHEMA public TO hrsaas_owner;
GRANT USAGE ON SCHEMA public TO hrsaas_app, hrsaas_maintenance;
CREATE EXTENSION IF NOT EXISTS btree_gist;
-- Only SET LOCAL may choose the tenant: set_config() inside a query would be one more way.
REVOKE EXECUTE ON FUNCTION set_config(text, text, boolean) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION set_config(text, text, boolean) TO hrsaas_owner, hrsaas_maintenance;  -- pg_dump uses it
ALTER DEFAULT PRIVILEGES FOR ROLE hrsaas_owner IN SCHEMA public
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO hrsaas_app, hrsaas_maintenance;
ALTER DEFAULT PRIVILEGES FOR ROLE hrsaas_owner IN SCHEMA public
    GRANT USAGE ON SEQUENCES TO hrsaas_app, hrsaas_maintenance;
-- pg_dump reads where sequences stand.
ALTER DEFAULT PRIVILEGES FOR ROLE hrsaas_owner IN SCHEMA public GRANT SELECT ON SEQUENCES TO hrsaas_maintenance;
GRANT SELECT ON ALL SEQUENCES IN SCHEMA public TO hrsaas_maintenance;
"""


def create_roles(cursor: Any, passwords: RolePasswords) -> None:
    """Create or update the login roles of the cluster."""
    for role, password, attributes in (
        (OWNER_ROLE, passwords.owner, "NOBYPASSRLS"),
        (APP_ROLE, passwords.app, "NOBYPASSRLS"),
        (MAINTENANCE_ROLE, passwords.maintenance, "BYPASSRLS"),
    ):
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role])
        verb = "ALTER" if cursor.fetchone() else "CREATE"
        cursor.execute(
            sql.SQL("{} ROLE {} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE {} PASSWORD {}").format(
                sql.SQL(verb), sql.Identifier(role), sql.SQL(attributes), sql.Literal(password)
            )
        )
        cursor.execute(sql.SQL("ALTER ROLE {} SET timezone TO 'UTC'").format(sql.Identifier(role)))


def create_database(cursor: Any, name: str) -> None:
    """Create an empty database for the owner role, if it is not there (autocommit connection)."""
    cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
    if not cursor.fetchone():
        cursor.execute(
            sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE template0").format(
                sql.Identifier(name), sql.Identifier(OWNER_ROLE)
            )
        )


def grant_privileges(cursor: Any) -> None:
    """Set what the roles may do inside the database that the cursor is connected to."""
    cursor.execute(_PRIVILEGES)
