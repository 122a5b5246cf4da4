"""``manage.py import_file KIND --tenant T FILE [--apply]``: preview a file, or apply it, as the API does."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from hrsaas.access.actors import system_actor
from hrsaas.jobs.models import Job
from hrsaas.jobs.services.jobs import run_to_end
from integrations.management.tenant_commands import add_tenant, inside
from integrations.models import Import
from integrations.services.imports import preview_import, start_apply

_SHOWN = 50


class Command(BaseCommand):
    help = "Preview a CSV or XLSX file; with --apply write all of it, or nothing if a row has an error."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("kind", choices=Import.Kind.values)
        add_tenant(parser)
        parser.add_argument("file", type=Path)
        parser.add_argument("--apply", action="store_true", help="write what the preview shows")

    def handle(self, *args: Any, **options: Any) -> None:
        content = _content(options["file"])
        actor, now = system_actor("import_file", via="command"), timezone.now()
        with inside(options["tenant"]):
            found = preview_import(
                kind=options["kind"], file_name=options["file"].name, content=content, actor=actor, now=now
            )
            self._show(found)
            if found.state == Import.State.REFUSED:
                raise CommandError(f"{found.error_count} errors; nothing was written.")
            if not options["apply"]:
                self.stdout.write("Nothing was written; --apply does it.")
                return
            job = run_to_end(start_apply(import_id=found.id, actor=actor, now=now, publish=False).id)
            if job.state != Job.State.SUCCEEDED:
                raise CommandError(f"Nothing was written: {(job.error or {}).get('en', job.state)}")
            found.refresh_from_db()
            self.stdout.write(f"Applied: {_counts(found)}")

    def _show(self, found: Import) -> None:
        self.stdout.write(f"{found.file_name}: {found.row_count} rows; {_counts(found)}")
        for error in found.errors[:_SHOWN]:
            place = f"line {error['line']}, {error['column']}" if error["line"] else "file"
            self.stderr.write(f"{place}: {error['en']} {error['zh']} [{error['code']}]")


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise CommandError(f"{path} cannot be read: {error.strerror}.") from None


def _counts(found: Import) -> str:
    return ", ".join(f"{name.replace('_', ' ')} {count}" for name, count in found.counts.items()) or "nothing"
