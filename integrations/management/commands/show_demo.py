"""``manage.py show_demo``: totals of the last closed month, addresses and demo logins."""

from __future__ import annotations

import json
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from hrsaas.months.models import MonthClose
from hrsaas.tenancy.addresses import address_of
from hrsaas.tenancy.context import tenant_context
from hrsaas.tenancy.models import Tenant
from integrations.management.commands.load_demo import OPERATOR, PASSWORDS
from integrations.packs.demos import demos
from integrations.queries.month_reports import report_lines
from integrations.services.demos import login_emails


class Command(BaseCommand):
    help = "Print where the demo tenants live and who may sign in."

    def handle(self, *args: Any, **options: Any) -> None:
        for tenant in Tenant.objects.filter(slug__in=demos()):
            with tenant_context(tenant.id):
                self._show(tenant)
        self.stdout.write(
            f"\nOperator console   http://{settings.BASE_DOMAIN}:{settings.PUBLIC_PORT}/admin/  {OPERATOR}"
        )
        if PASSWORDS.exists():
            self.stdout.write(f"Password of all demo logins: {json.loads(PASSWORDS.read_text())['password']}")

    def _show(self, tenant: Tenant) -> None:
        url = address_of(tenant)
        self.stdout.write(f"\n{tenant.name_zh} {tenant.name_en}\n  admin  {url}admin/\n  API    {url}api/docs/")
        self.stdout.write(f"  logins {', '.join(login_emails(tenant.slug))}")
        close = MonthClose.objects.select_related("job").order_by("-month").first()
        if close is not None and close.job is not None:
            for line in report_lines(close.month, close.job):
                if not line.startswith("  this run"):  # what the worker did matters to whoever closes a month
                    self.stdout.write(f"  {line}")
