"""``manage.py create_tenant SLUG --name N --template PACK``: a new employer, ready to work."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from hrsaas.access.actors import system_actor
from hrsaas.tenancy.addresses import address_of
from integrations.management.tenant_commands import explained
from integrations.packs.templates import templates
from integrations.services.openings import open_tenant


class Command(BaseCommand):
    help = "Open a tenant with the shifts, calendar, KPIs and pay items of an industry template."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("slug", help="the subdomain: lower-case letters, digits and hyphens")
        parser.add_argument("--name", required=True, help="the employer's name")
        parser.add_argument("--template", required=True, choices=sorted(templates()))
        parser.add_argument(
            "--calendar", choices=["national", "weekdays"], default="national",
            help="weekdays: Monday to Friday, no national holidays",
        )  # fmt: skip

    def handle(self, *args: Any, **options: Any) -> None:
        with explained():
            opened = open_tenant(
                slug=options["slug"], name=options["name"], template=options["template"],
                calendar=options["calendar"], actor=system_actor("create_tenant", via="command"), now=timezone.now(),
            )  # fmt: skip
        self.stdout.write(
            f"Tenant {opened.tenant.slug} is open: {address_of(opened.tenant)}admin/\n"
            f"First HR admin: {opened.admin_email}\n"
            f"Password (shown once): {opened.password}"
        )
