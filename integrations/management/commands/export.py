"""``manage.py export WHAT --tenant T --month YYYY-MM --out FILE.csv``: a month as UTF-8 CSV with a header."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from integrations.management.tenant_commands import add_tenant, inside, month
from integrations.queries.exports import EXPORTS


class Command(BaseCommand):
    help = "Write a month's people, day results, timesheets, scores or payslips as CSV."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("what", choices=sorted(EXPORTS))
        add_tenant(parser)
        parser.add_argument("--month", required=True, metavar="YYYY-MM", type=month)
        parser.add_argument("--out", required=True, type=Path, metavar="FILE.csv")

    def handle(self, *args: Any, **options: Any) -> None:
        with inside(options["tenant"]):
            header, rows = EXPORTS[options["what"]](options["month"])
            try:
                with options["out"].open("w", encoding="utf-8", newline="") as file:
                    writer = csv.writer(file)
                    writer.writerow(header)
                    count = sum(1 for row in rows if writer.writerow(row))
            except OSError as error:
                raise CommandError(f"{options['out']} cannot be written: {error.strerror}.") from None
        self.stdout.write(f"{count} rows in {options['out']}")
