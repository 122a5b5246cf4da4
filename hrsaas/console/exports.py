"""Change lists as CSV and XLSX: the columns and rows that the person sees, filters applied, all pages.

Rows go one by one into a temporary file, inside the request: the tenant and the transaction end with it.
"""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Iterator
from datetime import date, datetime, time
from decimal import Decimal
from typing import IO, TYPE_CHECKING, Any, Literal

from django.contrib.admin.utils import display_for_field, label_for_field, lookup_field
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.db.models import QuerySet
from django.http import FileResponse, HttpRequest
from django.utils import timezone
from django.utils.html import strip_tags
from django.utils.safestring import SafeString
from openpyxl import Workbook

from hrsaas.audit.services.entries import record

if TYPE_CHECKING:
    from hrsaas.console.admin import TenantAdmin

Format = Literal["csv", "xlsx"]
Cell = str | int | float | Decimal | datetime | date | time | None

_CHUNK = 2_000
_IN_MEMORY = 1024 * 1024
_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def export_response(model_admin: TenantAdmin, request: HttpRequest, kind: Format) -> FileResponse:
    """The filtered change list as a download; noted in the audit trail with its columns and number of rows.

    Raises IncorrectLookupParameters for filters that do not exist.
    """
    if not model_admin.has_view_permission(request):
        raise PermissionDenied
    names = model_admin.export_columns(request)
    target = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115  # FileResponse closes it
    rows = model_admin.get_changelist_instance(request).get_queryset(request)
    count = _WRITERS[kind](target, _headings(model_admin, names), _lines(model_admin, rows, names))
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
    return FileResponse(target, as_attachment=True, filename=filename, content_type=_TYPES[kind])


def rows_response(
    model_admin: TenantAdmin, request: HttpRequest, kind: Format, *, name: str, headings: list[str],
    rows: Iterator[list[Cell]],
) -> FileResponse:  # fmt: skip
    """Rows that are no change list as a download; noted in the audit trail like one."""
    target = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115  # FileResponse closes it
    count = _WRITERS[kind](target, headings, ([_plain(cell) for cell in row] for row in rows))
    record(
        actor=model_admin.actor(request), action="console.export", subject_type=model_admin.model._meta.label_lower,
        new={"rows": count, "columns": headings, "format": kind}, now=timezone.now(),
    )  # fmt: skip
    target.seek(0)
    return FileResponse(target, as_attachment=True, filename=f"{name}.{kind}", content_type=_TYPES[kind])


def harmless(text: str) -> str:
    """Spreadsheets run cells that begin like a formula; a quote in front makes them text (OWASP: CSV injection)."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r", "\n", "|")) else text


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


def _write_csv(target: IO[bytes], headings: list[str], rows: Iterator[list[Cell]]) -> int:
    text = io.TextIOWrapper(target, encoding="utf-8-sig", newline="", write_through=True)  # Excel needs the mark
    writer = csv.writer(text)
    writer.writerow(headings)
    count = 0
    for row in rows:
        writer.writerow(row)
        count += 1
    text.detach()
    return count


def _write_xlsx(target: IO[bytes], headings: list[str], rows: Iterator[list[Cell]]) -> int:
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.append(headings)
    count = 0
    for row in rows:
        sheet.append(row)
        count += 1
    book.save(target)
    return count


_WRITERS = {"csv": _write_csv, "xlsx": _write_xlsx}
