"""Files of closed pay runs: asked for, downloaded, forgotten. ``services.file_making`` makes them."""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import IO

from django.db import transaction

from hrsaas.access.actors import Actor
from hrsaas.audit.services.entries import record
from hrsaas.errors import DomainError
from hrsaas.jobs.services import jobs
from hrsaas.tenancy.keys import decrypt_bytes
from hrsaas.tenancy.queries.tenants import current_tenant
from payroll.models import PayFile, PayFilePart, Payment, PayRun
from payroll.queries.file_sources import source_digest
from payroll.queries.payments import anybody_to_pay
from payroll.services.file_options import Options, checked_options, file_name_of
from payroll.services.pay_runs import locked_run

JOB = "payroll.file"
# Long enough to bring a file to the bank, short enough that copies of everybody's pay do not pile up.
KEPT = timedelta(days=7)
_IN_MEMORY = 1024 * 1024
State = PayFile.State


@transaction.atomic
def request_file(
    *, run: PayRun, kind: str, options: Mapping[str, str], actor: Actor, now: datetime, password: str = ""
) -> PayFile:
    """Have a file of a locked or paid run made by a job; the one that is there if nothing has changed since.

    A bank file pays whom no other one pays and nobody holds; while there is none such, the last file comes back.
    options, password: see ``file_options.checked_options``. Errors: payroll.file.{run_not_closed,…};
    payroll.file.{being_made,nothing_to_pay} (409).
    """
    run = locked_run(run.id)
    actor.require("payroll.file.change")
    if run.state not in PayRun.CLOSED:
        raise _conflict("run_not_closed", "请先锁定该批次。", "Lock the run first.")
    chosen = checked_options(kind, options, password)
    if kind == PayFile.Kind.BANK:
        return _last_bank_file(run, chosen, now) or _new_file(run, kind, chosen, "", _bank_key(run), actor, now)
    key = _key(run, kind, chosen, password)
    there: PayFile | None = PayFile.objects.filter(
        key=key, state__in=(State.PREPARING, State.READY), expires_at__gt=now
    ).first()
    return there or _new_file(run, kind, chosen, password, key, actor, now)


@transaction.atomic
def open_file(*, file: PayFile, actor: Actor, now: datetime) -> IO[bytes]:
    """The content, to be read from its beginning and closed; every download is in the audit trail.

    Errors (409): payroll.file.{not_ready,expired}.
    """
    file = PayFile.objects.select_for_update(no_key=True, of=("self",)).get(id=file.id)
    actor.require("payroll.file.change")
    if file.state != State.READY:
        raise _conflict("not_ready", "文件尚未生成。", "The file has not been made yet.")
    if file.expires_at <= now:
        raise _conflict("expired", "文件已过期，请重新生成。", "The file has expired. Make it again.")
    facts = {"kind": file.kind, "file": file.file_name, "rows": file.row_count, "amount_fen": file.amount_fen}
    record(actor=actor, action="payroll.file.download", subject=file, new=facts, now=now)
    content = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115  # the caller closes it
    for part in file.parts.order_by("position").values_list("content", flat=True).iterator(chunk_size=1):
        content.write(decrypt_bytes(bytes(part)))
    content.seek(0)
    return content


def remove_expired(*, now: datetime) -> int:
    """Delete the tenant's files that are kept no longer; how many. Of bank files that pay somebody only the content
    goes: they can still be declared void."""
    expired = PayFile.objects.filter(expires_at__lte=now)
    paying = Payment.objects.order_by().values("file_id")
    emptied = PayFilePart.objects.filter(file__in=expired.filter(id__in=paying))
    gone = expired.exclude(id__in=paying)
    count = int(gone.count()) + int(emptied.order_by().values("file").distinct().count())
    emptied.delete()
    gone.delete()
    return count


def _new_file(
    run: PayRun, kind: str, options: Options, password: str, key: str, actor: Actor, now: datetime
) -> PayFile:
    PayFile.objects.filter(key=key, expires_at__lte=now).delete()
    file: PayFile = PayFile.objects.create(
        run=run, kind=kind, options=options, password=password, key=key, file_name=file_name_of(run, kind, options),
        created_by=actor.label[:200], created_at=now, expires_at=now + KEPT,
    )  # fmt: skip
    job = jobs.enqueue(kind=JOB, params={"file": file.id}, actor=actor, now=now)
    file.job_id = job.id
    file.save(update_fields=["job_id"])
    facts = {"kind": kind, "options": options, "file": file.file_name}
    record(actor=actor, action="payroll.file.create", subject=file, new=facts, now=now)
    return file


def _last_bank_file(run: PayRun, options: Options, now: datetime) -> PayFile | None:
    """The one to hand out again: one being made, or, where nobody is left to be paid, the last. None: make another."""
    files = PayFile.objects.filter(run=run, kind=PayFile.Kind.BANK).order_by("-id")
    making: PayFile | None = files.filter(state=State.PREPARING).first()
    if making is not None and making.options != options:
        raise _conflict(
            "being_made", "该批次的另一代发文件正在生成。", "Another bank file of the run is being made."
        )  # fmt: skip
    if making is not None or anybody_to_pay(run, now.astimezone(current_tenant().zone).date()):
        return making
    last: PayFile | None = files.filter(state=State.READY, expires_at__gt=now, options=options).first()
    if last is None:
        raise _conflict(
            "nothing_to_pay",
            "没有待代发的款项：均已在代发文件中、暂缓发放或没有银行账号。如文件未交付银行，请先作废。",
            "Nobody is left to be paid: all are in bank files, held, or without an account. A file that no bank got "
            "can be declared void.",
        )  # fmt: skip
    return last


def _bank_key(run: PayRun) -> str:
    """Of each bank file its own: the run is locked, and what files pay has changed since the last one."""
    made = PayFile.objects.filter(run=run, kind=PayFile.Kind.BANK).order_by("-id").values_list("id", flat=True).first()
    return hashlib.sha256(f"bank {run.pk} after {made}".encode()).hexdigest()


def _key(run: PayRun, kind: str, options: Options, password: str) -> str:
    """The same for the same file; another password is another file, without the digest telling which."""
    secret = hashlib.pbkdf2_hmac("sha256", password.encode(), str(run.id).encode(), 10_000).hex() if password else ""
    content = json.dumps([kind, options, source_digest(run), secret], sort_keys=True)
    return hashlib.sha256(content.encode()).hexdigest()


def _conflict(word: str, zh: str, en: str) -> DomainError:
    return DomainError(f"payroll.file.{word}", zh=zh, en=en, status=409)
