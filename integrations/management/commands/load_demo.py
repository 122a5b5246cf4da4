"""``manage.py load_demo``: the two demo tenants and an operator, with last month closed through Celery."""

from __future__ import annotations

import json
import secrets
import time
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone
from tqdm import tqdm

from hrsaas.access.actors import system_actor
from hrsaas.access.models import Operator
from hrsaas.access.services.operators import create_operator
from hrsaas.jobs.models import Job
from hrsaas.months.services.closes import start
from hrsaas.tenancy.context import tenant_context
from hrsaas.tenancy.models import Tenant
from integrations.management.tenant_commands import explained
from integrations.packs.demos import demos
from integrations.services.demos import load_demo

PASSWORDS = Path(settings.BASE_DIR) / ".local" / "demo.json"
OPERATOR = "operator@example.com"


class Command(BaseCommand):
    help = "Fill an empty database with two made-up employers to look at."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--if-empty", action="store_true", help="do nothing where there is a tenant already")
        parser.add_argument("--close-last-month", action="store_true", help="have a worker close the last month")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["if_empty"] and Tenant.objects.exists():
            return
        password = _new_password()
        actor, now = system_actor("load_demo", via="command"), timezone.now()
        with explained():
            if not Operator.objects.filter(email=OPERATOR).exists():
                create_operator(email=OPERATOR, name="Operator", password=password, now=now)
            for slug in demos():
                self.stdout.write(f"Loading the demo tenant {slug} …")
                self.stdout.flush()
                load_demo(slug=slug, password=password, actor=actor, now=now)
            if options["close_last_month"]:
                for slug in demos():
                    _close(slug, _last_month(now.date()))


def _new_password() -> str:
    """One random password for all demo logins, kept where `show_demo` finds it: there is no default password."""
    password = secrets.token_urlsafe(9)
    PASSWORDS.parent.mkdir(mode=0o700, exist_ok=True)
    PASSWORDS.touch(mode=0o600)
    PASSWORDS.write_text(json.dumps({"password": password}))
    return password


def _last_month(today: date) -> date:
    return (today.replace(day=1) - timedelta(days=1)).replace(day=1)


def _close(slug: str, month: date) -> None:
    """Start the close as a job for the workers and follow it."""
    with tenant_context(Tenant.objects.get(slug=slug).id):
        job = start(month=month, actor=system_actor("load_demo", via="command"), now=timezone.now())
        with tqdm(desc=f"Closing {month:%Y-%m} of {slug}", unit="step") as bar:
            while not job.is_finished:
                time.sleep(0.2)
                job = Job.objects.get(id=job.id)
                bar.total = job.total
                bar.update(job.position - bar.n)
