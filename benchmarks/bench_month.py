"""Closing a month of 5,000 employees."""

from __future__ import annotations

import time
from collections import Counter, defaultdict

from django.utils import timezone

from benchmarks.figures import Figure, Statements, benchmark
from benchmarks.tenants import ACTOR
from benchmarks.workforces import MONTH, tenant_with_work
from hrsaas.jobs.models import Job
from hrsaas.jobs.services.jobs import run_to_end
from hrsaas.months.services.closes import start
from hrsaas.tenancy.context import tenant_context
from payroll.models import PayItem, Payslip

FEWEST_PAY_ITEMS = 20


class _Watch:
    """Seconds and statements of a job, stage by stage; what belongs to no stage is ``other``."""

    def __init__(self) -> None:
        self.seconds: Counter[str] = Counter()
        self.most_statements: defaultdict[str, int] = defaultdict(int)
        self.statements = Statements()
        self._done, self._begun, self._counted = -1, time.perf_counter(), 0

    def progress(self, job: Job) -> None:
        """After every transaction of the job."""
        stage = job.steps[job.position - 1][0] if job.steps and self._done < job.position > 0 else "other"
        now = time.perf_counter()
        self.seconds[stage] += now - self._begun
        self.most_statements[stage] = max(self.most_statements[stage], self.statements.count - self._counted)
        self._done, self._begun, self._counted = job.position, now, self.statements.count


@benchmark("month.close_5000_s")
def close_5000() -> Figure:
    """Seconds of attendance, performance and payroll of one month, in one process. Raises if any transaction of the
    job takes more statements than with a tenth of the people.
    """
    few, many = _closed("closesmall", 500), _closed("closelarge", 5000)
    for stage, most in many.most_statements.items():
        assert most <= few.most_statements[stage], f"{stage}: {most} statements instead of {few.most_statements[stage]}"
    sides = {f"{stage}_s": seconds for stage, seconds in many.seconds.items()} | {
        "statements": many.statements.count, "statements_of_500": few.statements.count,
    }  # fmt: skip
    return Figure("month.close_5000_s", sum(many.seconds.values()), "s", 60, sides=sides)


def _closed(slug: str, people: int) -> _Watch:
    tenant = tenant_with_work(slug, people=people)
    with tenant_context(tenant.id):
        assert PayItem.objects.count() >= FEWEST_PAY_ITEMS
        watch = _Watch()
        with watch.statements.counting():
            job = start(month=MONTH, actor=ACTOR, now=timezone.now(), publish=False)
            job = run_to_end(job.id, on_progress=watch.progress)
        assert (job.state, job.error) == (Job.State.SUCCEEDED, None)
        assert Payslip.objects.filter(error__isnull=True).count() == people
    return watch
