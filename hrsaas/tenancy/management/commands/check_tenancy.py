"""``manage.py check_tenancy``: prove on the live catalog that tenants are apart."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connections

from hrsaas.tenancy.catalog import findings
from hrsaas.tenancy.router import OWNER


class Command(BaseCommand):
    help = "Inspect the live database for tables, keys, views, functions and roles through which tenants could leak."

    def handle(self, *args: Any, **options: Any) -> None:
        with connections[OWNER].cursor() as cursor:
            found = findings(cursor)
        for finding in found:
            self.stderr.write(str(finding))
        if found:
            raise CommandError(f"{len(found)} findings: tenants are not safely apart.")
        self.stdout.write("Tenants are apart: every table, key, view, function and role is as promised.")
