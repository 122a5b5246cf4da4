"""``manage.py close_month --tenant T --month YYYY-MM``: attendance, performance and payroll of a month in one job."""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from tqdm import tqdm

from hrsaas.access.actors import system_actor
from hrsaas.jobs.models import Job, JobError
from hrsaas.jobs.services.jobs import run_to_end
from hrsaas.months.services.closes import start
from integrations.management.tenant_commands import add_tenant, inside, month
from integrations.queries.month_reports import report_lines

_SHOWN = 50


class Command(BaseCommand):
    help = "Close a month: day results, timesheets, scores and payslips. Run twice it changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        add_tenant(parser)
        parser.add_argument("--month", required=True, metavar="YYYY-MM", type=month)

    def handle(self, *args: Any, **options: Any) -> None:
        actor = system_actor("close_month", via="command")
        with inside(options["tenant"]):
            job = start(month=options["month"], actor=actor, now=timezone.now(), publish=False)
            job = run_to_end(job.id, on_progress=_Bar())
            self._report(job, options["month"])

    def _report(self, job: Job, month: Any) -> None:
        for line in report_lines(month, job):
            self.stdout.write(line)
        errors = JobError.objects.filter(job=job)
        for error in errors[:_SHOWN]:
            self.stderr.write(f"{error.item}: {error.en} {error.zh} [{error.code}]")
        if job.state != Job.State.SUCCEEDED:
            reason = job.error or {}
            raise CommandError(f"The month is not closed: {reason.get('en', job.state)} {reason.get('zh', '')}")


class _Bar:
    """A progress bar on a terminal, and nothing in a pipe."""

    def __init__(self) -> None:
        self._bar: tqdm[Any] = tqdm(unit="step", disable=not sys.stderr.isatty(), leave=False)

    def __call__(self, job: Job) -> None:
        self._bar.total = job.total
        self._bar.set_description_str(job.stage, refresh=False)
        self._bar.update(job.position - self._bar.n)
        if job.is_finished:
            self._bar.close()
