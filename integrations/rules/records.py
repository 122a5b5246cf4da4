"""What the kinds of files hold, row by row: people, punches, holidays, cost shares, claims of deductions."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Generic, TypeVar
from zoneinfo import ZoneInfo

from integrations.rules import cells
from integrations.rules.cells import CellError
from integrations.rules.sheets import RowError, Sheet

Record = TypeVar("Record")


@dataclass(frozen=True)
class PersonRow:
    """unit, position: their names or codes. base_pay_fen: per month."""

    code: str
    name: str
    unit: str
    position: str
    hire_date: date
    base_pay_fen: int
    city: str


@dataclass(frozen=True)
class PunchRow:
    employee_code: str
    punched_at: datetime


@dataclass(frozen=True)
class HolidayRow:
    date: date
    name: str


@dataclass(frozen=True)
class CostShareRow:
    """A part of a person's cost from a day on. project: its code; percent: of 100."""

    employee_code: str
    start_date: date
    cost_centre: str
    project: str
    percent: Decimal


@dataclass(frozen=True)
class ClaimRow:
    """A claim of a special additional deduction for the months from start_date to last_month, first days of months."""

    employee_code: str
    kind: str
    start_date: date
    last_month: date | None
    birth_date: date | None
    share_percent: int
    rent_tier: int | None
    agreed_fen: int | None


@dataclass(frozen=True)
class Parsed(Generic[Record]):
    """records with their lines in the file; a line with an error has no record."""

    records: Sequence[tuple[int, Record]]
    errors: Sequence[RowError]


# Wanted column → what Chinese files call it.
PEOPLE_COLUMNS: Mapping[str, Sequence[str]] = {
    "code": ("工号", "员工编号"),
    "name": ("姓名",),
    "unit": ("部门",),
    "position": ("岗位", "职位"),
    "hire_date": ("入职日期",),
    "base_pay": ("基本工资", "月薪"),
    "city": ("工作城市", "城市"),
}
PUNCH_COLUMNS: Mapping[str, Sequence[str]] = {
    "employee_code": ("工号", "员工编号", "code"),
    "punched_at": ("打卡时间", "时间"),
}
HOLIDAY_COLUMNS: Mapping[str, Sequence[str]] = {"date": ("日期",), "name": ("名称",)}

COST_SHARE_COLUMNS: Mapping[str, Sequence[str]] = {
    "employee_code": ("工号", "员工编号", "code"),
    "start_date": ("生效日期", "开始日期"),
    "cost_centre": ("成本中心",),
    "project": ("项目", "项目编码"),
    "percent": ("比例", "份额", "比例%"),
}

CLAIM_COLUMNS: Mapping[str, Sequence[str]] = {
    "employee_code": ("工号", "员工编号", "code"),
    "kind": ("扣除项目", "项目"),
    "start_date": ("开始月份", "开始日期"),
    "last_month": ("截止月份", "最后月份"),
    "birth_date": ("出生日期",),
    "share_percent": ("扣除比例", "比例"),
    "rent_tier": ("租金档次", "城市档次"),
    "agreed": ("约定金额", "分摊金额"),
}
# What payroll calls a kind of claim ← what files call it.
CLAIM_KINDS = {
    "child": ("子女", "子女教育", "婴幼儿照护", "3岁以下婴幼儿照护"),
    "degree": ("学历继续教育", "继续教育（学历）"),
    "certificate": ("职业资格继续教育", "继续教育（职业资格）"),
    "mortgage": ("住房贷款利息",),
    "rent": ("住房租金",),
    "elderly": ("赡养老人",),
}


def people(sheet: Sheet) -> Parsed[PersonRow]:
    """Rows of people; the same code twice in one file is an error of the later row."""
    readers: dict[str, Callable[[str], Any]] = {
        "code": cells.required, "name": cells.required, "unit": cells.required, "position": cells.required,
        "hire_date": cells.day, "base_pay": cells.fen, "city": cells.required,
    }  # fmt: skip
    return _once(_parse(sheet, readers, lambda cell: PersonRow(*cell.values())), lambda row: row.code, "code")


def punches(sheet: Sheet, zone: ZoneInfo) -> Parsed[PunchRow]:
    """Rows of punches; repeated rows are no error, they are written once."""
    readers = {"employee_code": cells.required, "punched_at": lambda text: cells.instant(text, zone)}
    return _parse(sheet, readers, lambda cell: PunchRow(**cell))


def holidays(sheet: Sheet) -> Parsed[HolidayRow]:
    parsed = _parse(sheet, {"date": cells.day, "name": str}, lambda cell: HolidayRow(**cell))
    return _once(parsed, lambda row: row.date.isoformat(), "date")


def cost_shares(sheet: Sheet) -> Parsed[CostShareRow]:
    """Rows of shares; those of one person and day belong together."""
    readers: dict[str, Callable[[str], Any]] = {
        "employee_code": cells.required, "start_date": cells.day, "cost_centre": str, "project": str,
        "percent": cells.percent,
    }  # fmt: skip
    return _parse(sheet, readers, lambda cell: CostShareRow(**cell))


def claims(sheet: Sheet) -> Parsed[ClaimRow]:
    """Rows of claims; a month may stand as a day of it. The last month is one that is still claimed."""
    readers: dict[str, Callable[[str], Any]] = {
        "employee_code": cells.required, "kind": lambda text: cells.choice(text, CLAIM_KINDS),
        "start_date": cells.month, "last_month": cells.optional(cells.month), "birth_date": cells.optional(cells.day),
        "share_percent": lambda text: int(cells.choice(text.rstrip("%％") or "100", {"100": (), "50": ()})),
        "rent_tier": cells.optional(lambda text: int(cells.choice(text, {"1": (), "2": (), "3": ()}))),
        "agreed": cells.optional(cells.fen),
    }  # fmt: skip
    return _parse(sheet, readers, lambda cell: ClaimRow(*cell.values()))


def _parse(
    sheet: Sheet, readers: Mapping[str, Callable[[str], Any]], make: Callable[[dict[str, Any]], Record]
) -> Parsed[Record]:
    records, errors = [], []
    for line, row in sheet.rows:
        read: dict[str, Any] = {}
        for column, reader in readers.items():
            try:
                read[column] = reader(row[column])
            except CellError as error:
                errors.append(RowError(line, column, error.code, error.zh, error.en))
        if len(read) == len(readers):
            records.append((line, make(read)))
    return Parsed(records, errors)


def _once(parsed: Parsed[Record], key: Callable[[Record], str], column: str) -> Parsed[Record]:
    errors = [*parsed.errors, *_repeats(parsed.records, key, column)]
    return Parsed(parsed.records, sorted(errors, key=lambda error: error.line))


def _repeats(records: Sequence[tuple[int, Record]], key: Callable[[Record], str], column: str) -> Iterator[RowError]:
    first: dict[str, int] = {}
    for line, record in records:
        name = key(record)
        if name in first:
            zh, en = f"“{name}”已出现在第 {first[name]} 行。", f"'{name}' stands in line {first[name]} already."
            yield RowError(line, column, "integrations.row.repeated", zh, en)
        first.setdefault(name, line)
