"""``manage.py prepare_database``: the database, its roles and what they may do, from an administrator's address."""

from __future__ import annotations

import os
from typing import Any

import psycopg2
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from psycopg2 import OperationalError

from hrsaas.tenancy import roles
from hrsaas.tenancy.router import MAINTENANCE, OWNER

ADMIN_VARIABLE = "DATABASE_ADMIN_URL"
ROLE_OF_ALIAS = {
    OWNER: ("DATABASE_OWNER_URL", roles.OWNER_ROLE),
    "default": ("DATABASE_URL", roles.APP_ROLE),
    MAINTENANCE: ("DATABASE_MAINTENANCE_URL", roles.MAINTENANCE_ROLE),
}


class Command(BaseCommand):
    help = (
        f"Make database and roles on a server, or bring them in line again; reads {ADMIN_VARIABLE} and the three"
        " addresses of the service. Safe to run again: it sets passwords and privileges to what the addresses say,"
        " and never touches data."
    )
    requires_system_checks: list[str] = []  # there may be no database to check yet

    def handle(self, *args: Any, **options: Any) -> None:
        passwords, database = _passwords(), _database_name()
        admin = _connect()
        with admin.cursor() as cursor:
            existing = _existing(cursor, database)
            roles.create_roles(cursor, passwords)
            roles.create_database(cursor, database)
        admin.close()
        inside = _connect(database)
        with inside.cursor() as cursor:
            roles.grant_privileges(cursor)
        inside.close()
        self._report(existing, database)

    def _report(self, existing: set[str], database: str) -> None:
        for role in (roles.OWNER_ROLE, roles.APP_ROLE, roles.MAINTENANCE_ROLE):
            done = "password and attributes set again" if role in existing else "made"
            self.stdout.write(f"role {role}: {done}")
        self.stdout.write(f"database {database}: {'was there' if database in existing else 'made'}")
        self.stdout.write("privileges: set")


def _passwords() -> roles.RolePasswords:
    """From the addresses of the service, so that they are written down in one place only."""
    found = {}
    for alias, (variable, role) in ROLE_OF_ALIAS.items():
        config = settings.DATABASES[alias]
        if config.get("USER") != role or not config.get("PASSWORD"):
            raise CommandError(f"{variable} must name the user {role} and its password.")
        found[alias] = config["PASSWORD"]
    return roles.RolePasswords(owner=found[OWNER], app=found["default"], maintenance=found[MAINTENANCE])


def _database_name() -> str:
    """The one database that the owner's and the maintenance address agree on; a pooler may call it otherwise."""
    names = {str(settings.DATABASES[alias]["NAME"]) for alias in (OWNER, MAINTENANCE)}
    if len(names) > 1:
        raise CommandError(f"The addresses name different databases: {', '.join(sorted(names))}.")
    return names.pop()


def _connect(database: str | None = None) -> Any:
    address = os.environ.get(ADMIN_VARIABLE)
    if not address:
        raise CommandError(
            f"{ADMIN_VARIABLE} is not set: give the address of the server as an administrator,"
            " such as postgresql://postgres:PASSWORD@HOST:5432/postgres"
        )
    try:
        connection = psycopg2.connect(address, connect_timeout=10, **({"dbname": database} if database else {}))
    except OperationalError as error:
        raise CommandError(f"The server cannot be reached with {ADMIN_VARIABLE}: {error}") from error
    connection.autocommit = True
    return connection


def _existing(cursor: Any, database: str) -> set[str]:
    cursor.execute("SELECT rolname FROM pg_roles UNION SELECT datname FROM pg_database WHERE datname = %s", [database])
    return {name for (name,) in cursor.fetchall()}
