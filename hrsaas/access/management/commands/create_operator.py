"""``manage.py create_operator EMAIL --name NAME``: somebody who runs the service."""

from __future__ import annotations

import getpass
import os
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from hrsaas.access.services.operators import create_operator
from hrsaas.errors import DomainError


class Command(BaseCommand):
    help = "Open an operator, who signs in at the bare domain. The password: OPERATOR_PASSWORD, or it is asked for."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--name", required=True)

    def handle(self, *args: Any, **options: Any) -> None:
        password = os.environ.get("OPERATOR_PASSWORD") or getpass.getpass("Password: ")
        try:
            create_operator(email=options["email"], name=options["name"], password=password, now=timezone.now())
        except DomainError as error:
            raise CommandError(f"{error.zh} {error.en}") from None
        self.stdout.write(f"{options['email']}: OK")
