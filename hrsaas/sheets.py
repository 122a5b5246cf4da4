"""Tables as CSV and XLSX: the one writer of every file that leaves the product."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import IO, Literal

from openpyxl import Workbook

Format = Literal["csv", "xlsx"]
Cell = str | int | float | Decimal | datetime | date | time | None

CONTENT_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_LONGEST_NAME = 31
_NOT_IN_NAMES = str.maketrans(dict.fromkeys("[]:*?/\\", " "))


@dataclass(frozen=True)
class Sheet:
    """One table. rows may be read once only. Texts are written as they are: see ``harmless``."""

    name: str
    headings: Sequence[str]
    rows: Iterable[Sequence[Cell]]


def harmless(text: str) -> str:
    """Spreadsheets run cells that begin like a formula; a quote in front makes them text (OWASP: CSV injection)."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r", "\n", "|")) else text


def write_csv(
    target: IO[bytes], sheet: Sheet, *, encoding: str = "utf-8-sig", delimiter: str = ",", line_end: str = "\r\n"
) -> int:
    """How many rows were written below the headings, which may be none. Excel needs the mark of utf-8-sig."""
    text = io.TextIOWrapper(target, encoding=encoding, newline="", write_through=True)
    writer = csv.writer(text, delimiter=delimiter, lineterminator=line_end)
    if sheet.headings:
        writer.writerow(sheet.headings)
    count = _copied(writer.writerow, sheet.rows)
    text.detach()
    return count


def write_xlsx(target: IO[bytes], sheets: Iterable[Sheet]) -> int:
    """A workbook; how many rows it has below the headings."""
    book = Workbook(write_only=True)
    count = 0
    for sheet in sheets:
        page = book.create_sheet(sheet.name.translate(_NOT_IN_NAMES)[:_LONGEST_NAME] or None)
        if sheet.headings:
            page.append(list(sheet.headings))
        count += _copied(page.append, sheet.rows)
    book.save(target)
    return count


def _copied(write: Callable[[Sequence[Cell]], object], rows: Iterable[Sequence[Cell]]) -> int:
    count = 0
    for row in rows:
        write(row)
        count += 1
    return count
