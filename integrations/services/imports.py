"""Bringing a file in: preview first, then apply whole or not at all."""

from __future__ import annotations

import dataclasses
import hashlib
from datetime import datetime
from typing import Any

from django.db import transaction

from hrsaas.access.actors import Actor
from hrsaas.audit.services.entries import record
from hrsaas.errors import DomainError
from hrsaas.jobs.kinds import as_json
from hrsaas.jobs.models import Job
from hrsaas.jobs.services import jobs
from integrations.models import Import
from integrations.rules.sheets import RowError, SheetError
from integrations.services.file_kinds import FILE_KINDS, Checked, FileKind

JOB_KIND = "import_apply"
MAX_BYTES = 20 * 1024 * 1024
SHOWN_ERRORS, SHOWN_ROWS = 500, 10


@transaction.atomic
def preview_import(*, kind: str, file_name: str, content: bytes, actor: Actor, now: datetime) -> Import:
    """Read and check a file without writing any of it; the preview is kept so that it can be applied.

    Errors of rows are in the preview. Raises integrations.import.{kind_unknown,too_large}.
    """
    actor.require("integrations.import.apply")
    file_kind = _kind(kind)
    actor.require(file_kind.permission)
    _check_size(content)
    checked = _read(file_kind, content)
    clean = not checked.errors
    made: Import = Import.objects.create(
        kind=kind,
        state=Import.State.READY if clean else Import.State.REFUSED,
        file_name=file_name[:200],
        sha256=hashlib.sha256(content).hexdigest(),
        content=content if clean else None,
        row_count=checked.row_count,
        error_count=len(checked.errors),
        counts=dict(checked.counts),
        errors=[dataclasses.asdict(error) for error in checked.errors[:SHOWN_ERRORS]],
        sample=[as_json(dataclasses.asdict(row)) for _line, row in checked.records[:SHOWN_ROWS]],
        created_by=actor.label[:200],
        created_at=now,
    )
    new = {"kind": kind, "sha256": made.sha256, "errors": made.error_count}
    record(actor=actor, action="integrations.import.preview", subject=made, new=new, now=now)
    return made


@transaction.atomic
def start_apply(*, import_id: int, actor: Actor, now: datetime, publish: bool = True) -> Job:
    """Have a previewed file applied as a job; asking twice gives the same job."""
    found = _ready(import_id, actor)
    return jobs.enqueue(
        kind=JOB_KIND, params={"import_id": found.id}, actor=actor, now=now,
        idempotency_key=f"import:{found.id}", publish=publish,
    )  # fmt: skip


@transaction.atomic
def apply_import(*, import_id: int, actor: Actor, now: datetime) -> Import:
    """Write everything in the file or nothing. The file is checked again: the tenant's data may have moved on.

    Raises integrations.import.{not_found,not_ready,errors}; applying what is applied already changes nothing.
    """
    found = _ready(import_id, actor, lock=True)
    if found.state == Import.State.APPLIED:
        return found
    file_kind = _kind(found.kind)
    checked = _read(file_kind, bytes(found.content or b""))
    _require_clean(checked)
    written = file_kind.write([row for _line, row in checked.records], actor, now)
    found.state, found.applied_at, found.content = Import.State.APPLIED, now, None
    found.counts = {**checked.counts, **written}
    found.save(update_fields=["state", "applied_at", "content", "counts"])
    new = {"kind": found.kind, "sha256": found.sha256, "counts": found.counts}
    record(actor=actor, action="integrations.import.apply", subject=found, new=new, now=now)
    return found


def _kind(code: str) -> FileKind:
    if code not in FILE_KINDS:
        names = ", ".join(FILE_KINDS)
        raise DomainError(
            "integrations.import.kind_unknown", field="kind",
            zh=f"未知的导入类型“{code}”，可选：{names}。", en=f"No kind of file is called '{code}'; choose {names}.",
        )  # fmt: skip
    return FILE_KINDS[code]


def _check_size(content: bytes) -> None:
    if len(content) > MAX_BYTES:
        raise DomainError(
            "integrations.import.too_large", field="file", status=413,
            zh="文件超过 20 MB，请拆分后导入。", en="The file is larger than 20 MB; split it.",
        )  # fmt: skip


def _read(kind: FileKind, content: bytes) -> Checked:
    try:
        return kind.read(content)
    except SheetError as error:
        return Checked(0, (), (error.error,), {})


def _ready(import_id: int, actor: Actor, *, lock: bool = False) -> Import:
    rows = Import.objects.select_for_update() if lock else Import.objects.all()
    found: Import | None = rows.filter(id=import_id).first()
    if found is None:
        raise DomainError(
            "integrations.import.not_found", zh="找不到该导入。", en="There is no such import.", status=404
        )
    actor.require("integrations.import.apply")
    actor.require(_kind(found.kind).permission)
    if found.state == Import.State.REFUSED:
        raise DomainError(
            "integrations.import.not_ready", status=409,
            zh=f"该文件有 {found.error_count} 处错误，请改正后重新上传。",
            en=f"The file has {found.error_count} errors. Correct it and upload it again.",
        )  # fmt: skip
    return found


def _require_clean(checked: Checked) -> None:
    if checked.errors:
        raise DomainError(
            "integrations.import.errors", status=409,
            zh="预览之后数据已变化，文件中出现错误；请重新上传并预览。",
            en="The data has changed since the preview and the file now has errors. Upload and preview it again.",
            extra={"rows": [_shown(error) for error in checked.errors[:SHOWN_ERRORS]]},
        )  # fmt: skip


def _shown(error: RowError) -> dict[str, Any]:
    return dataclasses.asdict(error)
