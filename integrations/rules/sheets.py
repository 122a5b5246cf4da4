"""A table out of a file that somebody exported: CSV in the encodings that Chinese offices use, or XLSX.

Everything is text afterwards; what a column means is the kinds' business (people.py, punches.py, holidays.py).
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

MAX_ROWS = 200_000
# An XLSX is a zip: what it would unpack to is bounded before it is read.
MAX_UNPACKED_BYTES = 300 * 1024 * 1024
_ENCODINGS = ("utf-8-sig", "gb18030")


@dataclass(frozen=True)
class RowError:
    """One thing wrong in the file. line: as a spreadsheet counts, the header is 1; 0 for the whole file."""

    line: int
    column: str
    code: str
    zh: str
    en: str


class SheetError(ValueError):
    """The file is no table that we can read."""

    def __init__(self, code: str, zh: str, en: str) -> None:
        super().__init__(en)
        self.error = RowError(0, "", code, zh, en)


@dataclass(frozen=True)
class Sheet:
    """Rows by column name, with their line in the file; blank lines are left out."""

    rows: Sequence[tuple[int, Mapping[str, str]]]


def read_sheet(content: bytes, columns: Mapping[str, Sequence[str]]) -> Sheet:
    """Parse a CSV or XLSX file.

    columns: wanted column → its other names (lower-case), e.g. ``{"code": ["工号"]}``. Further columns are ignored.
    Errors: SheetError ``integrations.file.{empty,encoding,not_a_table,columns,too_long}``.
    """
    lines = _xlsx_lines(content) if content[:2] == b"PK" else _csv_lines(content)
    header = next(lines, None)
    if header is None:
        raise SheetError("integrations.file.empty", "文件是空的。", "The file is empty.")
    places = _places(header[1], columns)
    rows = []
    for line, cells in lines:
        if any(cells):
            rows.append((line, {name: cells[at] if at < len(cells) else "" for name, at in places.items()}))
        if len(rows) > MAX_ROWS:
            zh, en = f"文件超过 {MAX_ROWS} 行,请拆分后导入。", f"The file has more than {MAX_ROWS} rows; split it."
            raise SheetError("integrations.file.too_long", zh, en)
    return Sheet(rows)


def _places(header: Sequence[str], columns: Mapping[str, Sequence[str]]) -> dict[str, int]:
    names = [cell.strip().lower() for cell in header]
    places = {}
    for column, others in columns.items():
        found = [at for at, name in enumerate(names) if name == column or name in others]
        if found:
            places[column] = found[0]
    missing = [column for column in columns if column not in places]
    if missing:
        text = ", ".join(missing)
        zh, en = f"文件第一行缺少列:{text}。", f"The first line of the file lacks the columns: {text}."
        raise SheetError("integrations.file.columns", zh, en)
    return places


def _csv_lines(content: bytes) -> Iterator[tuple[int, list[str]]]:
    text = _decoded(content)
    dialect = "excel-tab" if "\t" in text.partition("\n")[0] else "excel"
    reader = csv.reader(io.StringIO(text, newline=""), dialect=dialect)
    try:
        for cells in reader:
            yield reader.line_num, [cell.strip() for cell in cells]
    except csv.Error as error:
        zh, en = f"第 {reader.line_num} 行无法读取。", f"Line {reader.line_num} cannot be read: {error}."
        raise SheetError("integrations.file.not_a_table", zh, en) from None


def _decoded(content: bytes) -> str:
    for encoding in _ENCODINGS:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    zh, en = "无法识别文件编码,请另存为 UTF-8 的 CSV 或 XLSX。", "Unknown encoding; save it as CSV in UTF-8 or as XLSX."
    raise SheetError("integrations.file.encoding", zh, en)


def _xlsx_lines(content: bytes) -> Iterator[tuple[int, list[str]]]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            unpacked = sum(entry.file_size for entry in archive.infolist())
        if unpacked > MAX_UNPACKED_BYTES:
            raise SheetError(
                "integrations.file.too_long", "文件过大,请拆分后导入。", "The file is too large; split it."
            )
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    except (zipfile.BadZipFile, InvalidFileException, KeyError, OSError, ValueError) as error:
        if isinstance(error, SheetError):
            raise
        zh, en = "这不是可读取的 XLSX 文件。", "This is no XLSX file that can be read."
        raise SheetError("integrations.file.not_a_table", zh, en) from None
    for line, cells in enumerate(book.worksheets[0].iter_rows(values_only=True), start=1):
        yield line, [_text(cell) for cell in cells]


def _text(cell: Any) -> str:
    """A cell as its CSV would read: whole numbers without a point, dates in ISO form."""
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return cell.isoformat(" ", "seconds") if cell.time() != datetime.min.time() else cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()
