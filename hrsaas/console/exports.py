"""Change lists as CSV and XLSX: the columns and rows that the person sees, filters applied, all pages.

Rows go one by one into a temporary file, inside the request: the tenant and the transaction end with it.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from datetime import date, datetime, time
from decimal import Decimal
from typing import IO, TYPE_CHECKING, Any

from django.contrib.admin.utils import display_for_field, label_for_field, lookup_field
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.db.models import QuerySet
from django.http import FileResponse, HttpRequest
from django.utils import timezone
from django.utils.html import strip_tags
from django.utils.safestring import SafeString

from hrsaas.audit.services.entries import record
from hrsaas.sheets import CONTENT_TYPES, Cell, Format, Sheet, harmless, write_csv, write_xlsx

if TYPE_CHECKING:
    from hrsaas.console.admin import TenantAdmin

_CHUNK = 2_000
_IN_MEMORY = 1024 * 1024


def export_response(model_admin: TenantAdmin, request: HttpRequest, kind: Format) -> FileResponse:
    """The filtered change list as a download; noted in the audit trail with its columns and number of rows.

    Raises IncorrectLookupParameters for filters that do not exist.
    """
    if not model_admin.has_view_permission(request):
        raise PermissionDenied
    names = model_admin.export_columns(request)
    target = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115  # FileResponse closes it
    rows = model_admin.get_changelist_instance(request).get_queryset(request)
    sheet = Sheet("", _headings(model_admin, names), _lines(model_admin, rows, names))
    count = _written(kind, target, sheet)
    now = timezone.now()
    record(
        actor=model_admin.actor(request),
        action="console.export",
        subject_type=model_admin.model._meta.label_lower,
        new={"rows": count, "columns": [getattr(name, "__name__", str(name)) for name in names], "format": kind},
        now=now,
    )
    target.seek(0)
    filename = f"{model_admin.model._meta.model_name}-{timezone.localtime(now, request.tenant.zone):%Y%m%d-%H%M}.{kind}"
    return FileResponse(target, as_attachment=True, filename=filename, content_type=CONTENT_TYPES[kind])


def rows_response(
    model_admin: TenantAdmin, request: HttpRequest, kind: Format, *, name: str, headings: list[str],
    rows: Iterator[list[Cell]],
) -> FileResponse:  # fmt: skip
    """Rows that are no change list as a download; noted in the audit trail like one."""
    target = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115  # FileResponse closes it
    count = _written(kind, target, Sheet("", headings, ([_plain(cell) for cell in row] for row in rows)))
    record(
        actor=model_admin.actor(request), action="console.export", subject_type=model_admin.model._meta.label_lower,
        new={"rows": count, "columns": headings, "format": kind}, now=timezone.now(),
    )  # fmt: skip
    target.seek(0)
    return FileResponse(target, as_attachment=True, filename=f"{name}.{kind}", content_type=CONTENT_TYPES[kind])


def _written(kind: Format, target: IO[bytes], sheet: Sheet) -> int:
    return write_csv(target, sheet) if kind == "csv" else write_xlsx(target, [sheet])


def _headings(model_admin: TenantAdmin, names: list[Any]) -> list[str]:
    labels = [label_for_field(name, model_admin.model, model_admin=model_admin) for name in names]
    return [harmless(strip_tags(str(label))) for label in labels]


def _lines(model_admin: TenantAdmin, rows: QuerySet[Any], names: list[Any]) -> Iterator[list[Cell]]:
    for row in rows.iterator(chunk_size=_CHUNK):
        yield [_cell(name, row, model_admin) for name in names]


def _cell(name: Any, row: Any, model_admin: TenantAdmin) -> Cell:
    try:
        field, attribute, value = lookup_field(name, row, model_admin)
    except ObjectDoesNotExist:
        return None
    if field is not None and (field.remote_field or field.flatchoices):
        value = getattr(row, field.name) if field.remote_field else display_for_field(value, field, "")
    if getattr(attribute, "boolean", False) or isinstance(value, bool):
        return int(bool(value))
    return _plain(value)


def _plain(value: Any) -> Cell:
    if value is None or isinstance(value, int | float | Decimal | time):
        return value
    if isinstance(value, datetime):
        return timezone.localtime(value).replace(tzinfo=None, microsecond=0) if timezone.is_aware(value) else value
    if isinstance(value, date):
        return value
    if isinstance(value, list | tuple):
        value = ", ".join(str(part) for part in value)
    text = strip_tags(value) if isinstance(value, SafeString) else str(value)
    return harmless(text.strip())
