"""What each kind of file does: how its rows are checked against the tenant's data, and how they are written.

The only room that writes through the services of other apps: integrations are how the outside acts on them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from hrsaas.access.actors import Actor
from integrations.models import Import
from integrations.rules.sheets import RowError, Sheet, read_sheet
from integrations.rules.vendor_punches import Vendor, columns_of, read_pages
from integrations.services import (
    claim_files,
    contact_files,
    cost_share_files,
    holiday_files,
    leave_files,
    people_files,
    punch_files,
    vendor_punch_files,
)


@dataclass(frozen=True)
class Checked:
    """row_count: lines that are not blank. records: [(line, record), …] to write. counts: what writing them will do."""

    row_count: int
    records: Sequence[tuple[int, Any]]
    errors: Sequence[RowError]
    counts: Mapping[str, int]


@dataclass(frozen=True)
class FileKind:
    """permission: what applying needs besides ``integrations.import.apply``.

    check(sheet) reads the tenant's data but writes nothing; write(records, actor, now) → counts, in the caller's
    transaction. vendor: whose JSON the file is; none for tables.
    """

    columns: Mapping[str, Sequence[str]]
    permission: str
    check: Callable[[Sheet], tuple[Sequence[tuple[int, Any]], Sequence[RowError], Mapping[str, int]]]
    write: Callable[[Sequence[Any], Actor, datetime], Mapping[str, int]]
    vendor: Vendor | None = None

    def read(self, content: bytes) -> Checked:
        """Raises SheetError when the file is no table of this kind."""
        sheet = read_sheet(content, self.columns) if self.vendor is None else read_pages(self.vendor, content)
        return Checked(len(sheet.rows), *self.check(sheet))


def _punches_of(vendor: Vendor) -> FileKind:
    check, write = vendor_punch_files.checker(vendor), vendor_punch_files.writer(vendor)
    return FileKind(columns_of(vendor), "attendance.punch.change", check, write, vendor)


FILE_KINDS: dict[str, FileKind] = {
    Import.Kind.PEOPLE: FileKind(
        people_files.PEOPLE_COLUMNS, "people.employee.change", people_files.check, people_files.write
    ),
    Import.Kind.PUNCHES: FileKind(
        punch_files.PUNCH_COLUMNS, "attendance.punch.change", punch_files.check, punch_files.write
    ),
    Import.Kind.HOLIDAYS: FileKind(
        holiday_files.HOLIDAY_COLUMNS, "attendance.setup.change", holiday_files.check, holiday_files.write
    ),
    Import.Kind.LEAVE: FileKind(
        leave_files.LEAVE_COLUMNS, "attendance.leave.change", leave_files.check, leave_files.write
    ),
    Import.Kind.COST_SHARES: FileKind(
        cost_share_files.COST_SHARE_COLUMNS, "people.cost.change", cost_share_files.check, cost_share_files.write
    ),
    Import.Kind.CLAIMS: FileKind(claim_files.CLAIM_COLUMNS, "payroll.run.change", claim_files.check, claim_files.write),
    Import.Kind.CONTACTS: FileKind(
        contact_files.CONTACT_COLUMNS, "attendance.demand.change", contact_files.check, contact_files.write
    ),
    Import.Kind.DINGTALK: _punches_of(Vendor.DINGTALK),
    Import.Kind.WECOM: _punches_of(Vendor.WECOM),
    Import.Kind.FEISHU: _punches_of(Vendor.FEISHU),
}
