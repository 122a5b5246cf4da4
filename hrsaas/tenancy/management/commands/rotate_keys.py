"""``manage.py rotate_keys``: a new data key for tenants, or all data keys under a new master key."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from hrsaas.access.actors import system_actor
from hrsaas.tenancy.context import tenant_context
from hrsaas.tenancy.models import Tenant
from hrsaas.tenancy.services.keys import rewrap_all, rotate_tenant_key


class Command(BaseCommand):
    help = (
        "Data keys: --tenant SLUG or --all-tenants makes a new data key. "
        "Master key: put the new key in front of MASTER_KEYS, restart, run with --master, then drop the old one."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        which = parser.add_mutually_exclusive_group(required=True)
        which.add_argument("--tenant", metavar="SLUG", help="a new data key for one tenant")
        which.add_argument("--all-tenants", action="store_true", help="a new data key for every tenant")
        which.add_argument("--master", action="store_true", help="wrap all data keys with the newest master key")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["master"]:
            self.stdout.write(f"{rewrap_all()} data keys are wrapped with the newest master key.")
            return
        for tenant in self._tenants(options["tenant"]):
            with tenant_context(tenant.id):
                rotate_tenant_key(actor=system_actor("rotate_keys", via="command"), now=timezone.now())
            self.stdout.write(f"{tenant.slug}: new data key.")

    def _tenants(self, slug: str | None) -> list[Tenant]:
        tenants = list(Tenant.objects.filter(**({"slug": slug} if slug else {})))
        if not tenants:
            raise CommandError(f"There is no tenant {slug or 'yet'}.")
        return tenants
