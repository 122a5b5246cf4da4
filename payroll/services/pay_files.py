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
from payroll.models import PayFile, PayRun
from payroll.queries.file_sources import source_digest
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

    options, password: see ``file_options.checked_options``. Errors: payroll.file.{run_not_closed,…}.
    """
    run = locked_run(run.id)
    actor.require("payroll.file.change")
    if run.state not in PayRun.CLOSED:
        raise _conflict("run_not_closed", "请先锁定该批次。", "Lock the run first.")
    chosen = checked_options(kind, options, password)
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
    """Delete the tenant's files that are kept no longer; how many."""
    expired = PayFile.objects.filter(expires_at__lte=now)
    count = len(expired.values_list("id", flat=True))
    expired.delete()
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


def _key(run: PayRun, kind: str, options: Options, password: str) -> str:
    """The same for the same file; another password is another file, without the digest telling which."""
    secret = hashlib.pbkdf2_hmac("sha256", password.encode(), str(run.id).encode(), 10_000).hex() if password else ""
    content = json.dumps([kind, options, source_digest(run), secret], sort_keys=True)
    return hashlib.sha256(content.encode()).hexdigest()


def _conflict(word: str, zh: str, en: str) -> DomainError:
    return DomainError(f"payroll.file.{word}", zh=zh, en=en, status=409)
