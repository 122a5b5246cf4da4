"""Payslips as PDFs, one per person, through the job that people start."""

from __future__ import annotations

import io
import time
import zipfile

from django.utils import timezone

from benchmarks.figures import Figure, benchmark
from benchmarks.payrolls import MONTHS, tenant_to_pay
from benchmarks.tenants import ACTOR
from hrsaas.access.actors import Actor, Origin
from hrsaas.access.queries.actors import actor_for_user
from hrsaas.access.rules.permissions import Role
from hrsaas.access.services.users import create_user
from hrsaas.jobs.models import Job
from hrsaas.jobs.services.jobs import run_to_end
from hrsaas.tenancy.context import tenant_context
from payroll.models import PayFile, PayRun
from payroll.services import calculations, pay_runs
from payroll.services.pay_files import open_file, request_file

PEOPLE = 1_000


@benchmark("payroll.pdf_per_s")
def pdf_per_second() -> Figure:
    """Payslips per second of the whole job in one process. Raises if one is missing, or a page is no PDF."""
    tenant = tenant_to_pay("payslips", people=PEOPLE)
    with tenant_context(tenant.id):
        run = _locked_run()
        officer = _officer("files")
        file = request_file(run=run, kind=PayFile.Kind.PAYSLIPS, options={}, actor=officer, now=timezone.now())
        begun, cpu = time.perf_counter(), time.process_time()
        job = run_to_end(file.job_id or 0)
        taken, cpu = time.perf_counter() - begun, time.process_time() - cpu
        assert (job.state, job.error) == (Job.State.SUCCEEDED, None)
        file.refresh_from_db()
        content = open_file(file=file, actor=officer, now=timezone.now()).read()
    _check(content, run.headcount)
    sides = {"seconds": taken, "cpu_s": cpu, "steps": job.total, "kb_each": file.size / run.headcount / 1024}
    return Figure("payroll.pdf_per_s", run.headcount / taken, "payslips/s", 50, at_most=False, sides=sides)


def _check(content: bytes, people: int) -> None:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        pdfs = [name for name in archive.namelist() if name.endswith(".pdf")]
        assert len(pdfs) == people, f"{len(pdfs)} payslips of {people}"
        assert all(archive.read(name).startswith(b"%PDF") for name in pdfs)


def _locked_run() -> PayRun:
    month, maker, checker, now = MONTHS[0], _officer("maker"), _officer("checker"), timezone.now()
    job = calculations.start_calculation(month=month, actor=ACTOR, now=now)
    run_to_end(job.id)
    run = calculations.run_of(month)
    run = pay_runs.review_run(run=run, note="", actor=maker, now=now)
    run = pay_runs.submit_run(run=run, actor=maker, now=now)
    run = pay_runs.approve_run(run=run, approve=True, comment="", actor=checker, now=now)
    return pay_runs.lock_run(run=run, actor=checker, now=now)


def _officer(name: str) -> Actor:
    user = create_user(
        email=f"{name}@example.com", name=name, password=None, roles=[Role.PAYROLL_OFFICER], actor=ACTOR,
        now=timezone.now(),
    )  # fmt: skip
    return actor_for_user(user, Origin(via="command"))
