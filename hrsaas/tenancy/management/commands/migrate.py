"""``migrate`` runs as the owner role: the runtime role may not change the schema."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser
from django.core.management.commands import migrate
from django.db import connections

from hrsaas.tenancy.catalog import seal_global_tables
from hrsaas.tenancy.router import OWNER


class Command(migrate.Command):
    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.set_defaults(database=OWNER)

    def handle(self, *args: Any, **options: Any) -> None:
        options["skip_checks"] = True
        super().handle(*args, **options)
        with connections[OWNER].cursor() as cursor:
            seal_global_tables(cursor)
