"""What the fault tests do inside the product, in processes of their own: ``python -m tests.faults.scenes DEED SLUG``.

Prints JSON on its last line.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import signal
import sys
import zipfile
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import django

django.setup()

from django.apps import apps  # noqa: E402  # models need the set-up
from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import transaction  # noqa: E402
from django.db.models import Count  # noqa: E402
from django.utils import timezone  # noqa: E402
from rest_framework.test import APIClient  # noqa: E402

from attendance.models import LeaveEntry, LeaveLot, LeaveType, OvertimeRequest  # noqa: E402
from attendance.services.timesheet_answers import JOB as SHEETS  # noqa: E402
from attendance.services.timesheet_answers import ask_people  # noqa: E402
from benchmarks.workforces import MONTH, tenant_with_work  # noqa: E402
from hrsaas.access.actors import Actor, Origin, system_actor  # noqa: E402
from hrsaas.access.models import User  # noqa: E402
from hrsaas.access.queries.actors import actor_for_user  # noqa: E402
from hrsaas.access.rules.permissions import Role  # noqa: E402
from hrsaas.access.services.tokens import issue_token  # noqa: E402
from hrsaas.access.services.users import create_user  # noqa: E402
from hrsaas.audit.models import Entry  # noqa: E402
from hrsaas.jobs.models import Job, JobError  # noqa: E402
from hrsaas.jobs.services import jobs  # noqa: E402
from hrsaas.months.services.closes import start  # noqa: E402
from hrsaas.people.models import Employee  # noqa: E402
from hrsaas.tenancy.context import tenant_context  # noqa: E402
from hrsaas.tenancy.keys import decrypt_bytes  # noqa: E402
from hrsaas.tenancy.models import Tenant  # noqa: E402
from hrsaas.tenancy.models.base import TenantModel  # noqa: E402
from integrations.queries.exports import EXPORTS  # noqa: E402
from payroll.models import PayFile, PayRun, PayslipTotal  # noqa: E402
from payroll.queries.reviews import review_of  # noqa: E402
from payroll.services import calculations, pay_files, pay_runs  # noqa: E402
from payroll.services.monthly_inputs import EnteredValue, save_inputs  # noqa: E402
from payroll.services.pay_items import save_item  # noqa: E402
from payroll.services.reviews import acknowledge_findings  # noqa: E402
from tests.faults import small_chunks  # noqa: E402, F401  # as in the workers

PEOPLE = 150
CLERK: Actor = system_actor("clerk")


def load(slug: str) -> None:
    """A migrated database, and in it a tenant with a month to close."""
    call_command("migrate", verbosity=0)
    tenant_with_work(slug, people=PEOPLE)


def close_calmly(slug: str) -> dict[str, Any]:
    """The month closed in one process with nothing in the way; its outcome."""
    call_command("close_month", f"--tenant={slug}", f"--month={MONTH:%Y-%m}")
    return outcome(slug)


def close(slug: str) -> int:
    """Hand the close to the workers; the job's id."""
    with _inside(slug):
        return start(month=MONTH, actor=CLERK, now=timezone.now()).id


def close_and_die(slug: str) -> None:
    """The process is gone between the commit of the job and the message to the workers."""
    with _inside(slug), transaction.atomic():
        transaction.on_commit(lambda: os.kill(os.getpid(), signal.SIGKILL))
        start(month=MONTH, actor=CLERK, now=timezone.now())


def outcome(slug: str) -> dict[str, Any]:
    """Everything that the month came to, without ids, times and the job's own bookkeeping."""
    call_command("verify_audit", tenant=slug)
    with _inside(slug):
        job = Job.objects.get(kind="month_close")
        return {
            "state": [job.state, job.error, job.counts, JobError.objects.count()],
            "results": {name: _digest(*export(MONTH)) for name, export in EXPORTS.items()},
            "rows": {model._meta.label: model.objects.count() for model in apps.get_models() if _is_result(model)},
            "audit": dict(Entry.objects.order_by().values_list("action").annotate(Count("id"))),
        }


def recalculate(slug: str) -> int:
    """Everybody's sales of the month change, and the run is handed to the workers again; the job's id."""
    with _inside(slug):
        return _start_with_late_sales(publish=True).id


def edit(slug: str) -> None:
    """Somebody writes another formula."""
    with _inside(slug):
        save_item(code="commission", formula="销售额", actor=CLERK, now=timezone.now())


def cancel(slug: str) -> None:
    """Somebody stops the newest job, by the API."""
    with _inside(slug):
        job, client = Job.objects.latest("created_at"), APIClient(SERVER_NAME=f"{slug}.{settings.BASE_DOMAIN}")
        client.force_login(_user("maker"), backend="hrsaas.access.backends.TenantUserBackend")
        answer = client.post(f"/api/v1/jobs/{job.pk}/cancel/")
        assert answer.status_code == 200, answer.content


def approve_and_die(slug: str) -> None:
    """Reviewed, submitted, approved; gone when the lock has chained its digests and is about to be committed."""
    with _inside(slug):
        _approve()
        with transaction.atomic():
            _lock()
            os.kill(os.getpid(), signal.SIGKILL)


def lock_and_ask(slug: str) -> None:
    """Locked, and the payslips asked for."""
    with _inside(slug):
        _lock()
        _ask()


def gate(slug: str) -> list[str]:
    """The tenant, and the secret of a token with which a program brings punches."""
    with _inside(slug):
        now = timezone.now()
        given: dict[str, Any] = {"password": None, "roles": [Role.INTEGRATION], "actor": CLERK, "now": now}
        user = create_user(email="gate@example.com", name="gate", **given)
        _row, secret = issue_token(
            user=user, name="gate", scopes=["attendance.punch.view", "attendance.punch.change"],
            expires_at=now + timedelta(days=1), actor=CLERK, now=now,
        )  # fmt: skip
    return [slug, secret]


def audit(slug: str) -> None:
    """The trail is whole."""
    call_command("verify_audit", tenant=slug)


def pay_calmly(slug: str) -> dict[str, Any]:
    """All of it in one process with nothing in the way; its outcome."""
    with _inside(slug):
        jobs.run_to_end(_start_with_late_sales(publish=False).id)
        edit(slug)
        _approve()
        _lock()
        jobs.run_to_end(_ask().job_id)
    return pay_outcome(slug)


def pay_outcome(slug: str) -> dict[str, Any]:
    """What was calculated, locked and made into a file, and how often."""
    call_command("verify_audit", tenant=slug)
    with _inside(slug):
        return {
            **run_outcome(slug),
            "files": [_content(file) for file in PayFile.objects.all()],
            "jobs": list(Job.objects.order_by("created_at").values_list("kind", "state", "counts")),
            "audit": dict(Entry.objects.order_by().values_list("action").annotate(Count("id"))),
        }


def run_outcome(slug: str) -> dict[str, Any]:
    with _inside(slug):
        (run,) = PayRun.objects.all()
        return {
            "run": [run.state, run.headcount, run.gross_fen, run.net_fen, run.result_digest, run.chain],
            "payslips": _digest(*EXPORTS["payslips"](MONTH)),
            "totals": list(PayslipTotal.objects.order_by("unit", "item_position").values_list("amount", "people")),
        }


def _start_with_late_sales(*, publish: bool) -> Job:
    now, codes = timezone.now(), Employee.objects.order_by("code").values_list("code", flat=True)
    rows = [EnteredValue(code, MONTH, "sales", str(10_000 + 7 * at)) for at, code in enumerate(codes)]
    save_inputs(rows=rows, actor=CLERK, now=now)
    return calculations.start_run(run=PayRun.objects.get(), actor=CLERK, now=now, publish=publish)


def _approve() -> None:
    run, now = PayRun.objects.get(), timezone.now()
    for kind in {row["kind"] for row in review_of(run).rows(only_open=True)[:1_000]}:
        acknowledge_findings(run=run, kind=kind, reason="made up", actor=CLERK, now=now)
    maker, checker = _officer("maker"), _officer("checker")
    pay_runs.review_run(run=run, note="", actor=maker, now=now)
    pay_runs.submit_run(run=run, actor=maker, now=now)
    pay_runs.approve_run(run=run, approve=True, comment="", actor=checker, now=now)


def _lock() -> None:
    pay_runs.lock_run(run=PayRun.objects.get(), actor=_officer("checker"), now=timezone.now())


def _ask() -> PayFile:
    by: dict[str, Any] = {"actor": _officer("checker"), "now": timezone.now()}
    return pay_files.request_file(run=PayRun.objects.get(), kind=PayFile.Kind.PAYSLIPS, options={}, **by)


def _officer(name: str) -> Actor:
    return actor_for_user(_user(name), Origin(via="api"))


def _user(name: str) -> User:
    given: dict[str, Any] = {"password": None, "roles": [Role.PAYROLL_OFFICER], "actor": CLERK, "now": timezone.now()}
    return User.objects.filter(name=name).first() or create_user(email=f"{name}@example.com", name=name, **given)


def _content(file: PayFile) -> list[Any]:
    """Names and sizes of all payslips; in their bytes is the time at which they were made."""
    parts = file.parts.order_by("position").values_list("content", flat=True)
    whole = b"".join(decrypt_bytes(bytes(part)) for part in parts)
    with zipfile.ZipFile(io.BytesIO(whole)) as archive:
        assert archive.testzip() is None
        files = [(info.filename, info.file_size) for info in archive.infolist()]
    return [file.state, file.row_count, file.amount_fen, len(parts), len(files), len(set(files)), _digest((), files)]


def approve_time_off(slug: str) -> int:
    """An hour of each of the first ten days is to become time off for everybody who works that long; how many asked."""
    with _inside(slug):
        given = {"minutes": 60, "compensation": "time_off", "leave_type": LeaveType.objects.get(code="comp")}
        state = {"state": "approved", "counts_on_day": True, "asked_at": timezone.now(), "decided_at": timezone.now()}
        rows = [
            OvertimeRequest(employee_id=id_, date=MONTH + timedelta(days=day), reason="x", **given, **state)
            for id_ in Employee.objects.filter(kind="human").values_list("id", flat=True) for day in range(10)
        ]  # fmt: skip
        return len(OvertimeRequest.objects.bulk_create(rows))


def sheets(slug: str) -> int:
    """Hand the timesheets of the month to the workers; the job's id."""
    with _inside(slug):
        return ask_people(month=MONTH, actor=CLERK, now=timezone.now()).id


def sheets_calmly(slug: str) -> dict[str, Any]:
    """The same in one process with nothing in the way; its outcome."""
    with _inside(slug):
        job = jobs.enqueue(kind=SHEETS, params={"month": MONTH}, actor=CLERK, now=timezone.now(), publish=False)
        jobs.run_to_end(job.id)
    return sheets_outcome(slug)


def sheets_outcome(slug: str) -> dict[str, Any]:
    """Days, timesheets, and time off in the ledger: each once."""
    call_command("verify_audit", tenant=slug)
    with _inside(slug):
        job = Job.objects.get(kind=SHEETS)
        lots = LeaveLot.objects.order_by("employee__code", "key").values_list("employee__code", "key", "remaining")
        return {
            "state": [job.state, job.error, job.counts, JobError.objects.count()],
            "results": {name: _digest(*EXPORTS[name](MONTH)) for name in ("day_results", "timesheets")},
            "time_off": [_digest((), lots), LeaveEntry.objects.count()],
            "rows": {model._meta.label: model.objects.count() for model in apps.get_models() if _is_result(model)},
            "audit": dict(Entry.objects.order_by().values_list("action").annotate(Count("id"))),
        }


def _is_result(model: Any) -> bool:
    return issubclass(model, TenantModel) and model is not Job


def _digest(header: Any, rows: Any) -> str:
    text = io.StringIO()
    csv.writer(text).writerows([header, *rows])
    return hashlib.sha256(text.getvalue().encode()).hexdigest()


def _inside(slug: str) -> Any:
    return tenant_context(Tenant.objects.get(slug=slug).id)


DEEDS: dict[str, Callable[..., Any]] = {
    "load": load, "close_calmly": close_calmly, "close": close, "close_and_die": close_and_die, "outcome": outcome,
    "recalculate": recalculate, "edit": edit, "cancel": cancel, "approve_and_die": approve_and_die,
    "gate": gate, "audit": audit,
    "approve_time_off": approve_time_off, "sheets": sheets, "sheets_calmly": sheets_calmly,
    "sheets_outcome": sheets_outcome,
    "lock_and_ask": lock_and_ask, "pay_calmly": pay_calmly, "pay_outcome": pay_outcome, "run_outcome": run_outcome,
}  # fmt: skip


if __name__ == "__main__":
    print(json.dumps(DEEDS[sys.argv[1]](*sys.argv[2:])))
