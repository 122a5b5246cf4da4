"""What a hire needs, and what can be wrong with it: for one person or for a file of thousands."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

EARLIEST, LATEST = date(1940, 1, 1), date(2200, 1, 1)
HIGHEST_PAY_FEN = 10**12
_LONGEST = {
    "code": 40, "name": 120, "name_en": 120, "work_city": 40, "cost_centre": 40, "phone": 30, "id_number": 30,
    "bank_account": 40, "bank_name": 120, "bank_branch": 120, "account_holder": 120,
}  # fmt: skip
_REQUIRED = ("code", "name", "work_city")


@dataclass(frozen=True)
class NewHire:
    """One person to hire. unit, position, manager: their codes; base_pay_fen: fen per month."""

    code: str
    name: str
    unit: str
    position: str
    hire_date: date
    base_pay_fen: int
    work_city: str
    name_en: str = ""
    manager: str = ""
    cost_centre: str = ""
    employment_type: str = "full_time"
    phone: str = ""
    id_number: str = ""
    bank_account: str = ""
    bank_name: str = ""
    bank_branch: str = ""
    account_holder: str = ""


class Fault(NamedTuple):
    """row: 0-based. code: stable, e.g. ``people.employee.code_taken``."""

    row: int
    field: str
    code: str
    zh: str
    en: str


@dataclass(frozen=True)
class Known:
    """What the tenant already has: codes of units, positions, possible managers; employee numbers in use."""

    units: Collection[str]
    positions: Collection[str]
    people: Collection[str]
    employment_types: Collection[str]


def faults(rows: Sequence[NewHire], known: Known) -> list[Fault]:
    """Everything that is wrong, by row and field; [] if all can be hired."""
    twice = {code for code, count in Counter(row.code for row in rows).items() if count > 1}
    codes = {row.code for row in rows}
    return [
        fault
        for index, row in enumerate(rows)
        for fault in (*_own_faults(index, row), *_reference_faults(index, row, known, twice, codes))
    ]


def text_faults(index: int, texts: dict[str, str]) -> Iterator[Fault]:
    """Missing, too long or unstorable texts among fields of a person."""
    for field, text in texts.items():
        if field in _REQUIRED and not text.strip():
            yield Fault(index, field, "people.employee.required", "必填。", "This is required.")
        if len(text) > _LONGEST[field]:
            limit = _LONGEST[field]
            yield Fault(
                index, field, "people.employee.too_long", f"最多 {limit} 个字符。", f"At most {limit} characters."
            )
        if not text.isprintable():
            yield Fault(
                index, field, "people.employee.bad_text", "含有不可见的控制字符。", "It holds control characters."
            )


def pay_faults(index: int, base_pay_fen: int) -> Iterator[Fault]:
    if not 0 <= base_pay_fen <= HIGHEST_PAY_FEN:
        yield Fault(index, "base_pay_fen", "people.assignment.pay", "基本工资不能为负数或过大。",
                    "Base pay must not be negative or absurdly high.")  # fmt: skip


def date_faults(index: int, field: str, day: date) -> Iterator[Fault]:
    if not EARLIEST <= day <= LATEST:
        yield Fault(index, field, "people.employee.date", f"日期 {day} 不合理。", f"{day} is not a plausible date.")


def _own_faults(index: int, row: NewHire) -> Iterator[Fault]:
    yield from text_faults(index, {field: getattr(row, field) for field in _LONGEST})
    yield from pay_faults(index, row.base_pay_fen)
    yield from date_faults(index, "hire_date", row.hire_date)


def _reference_faults(
    index: int, row: NewHire, known: Known, twice: Collection[str], codes: Collection[str]
) -> Iterator[Fault]:
    if row.code in twice:
        yield Fault(index, "code", "people.employee.code_twice", f"工号 {row.code} 重复出现。",
                    f"The number {row.code} appears more than once.")  # fmt: skip
    if row.code in known.people:
        yield Fault(index, "code", "people.employee.code_taken", f"工号 {row.code} 已被使用。",
                    f"The number {row.code} is taken.")  # fmt: skip
    if row.unit not in known.units:
        yield Fault(index, "unit", "people.unit.unknown", f"没有部门 {row.unit}。", f"There is no unit {row.unit}.")
    if row.position not in known.positions:
        yield Fault(index, "position", "people.position.unknown", f"没有岗位 {row.position}。",
                    f"There is no position {row.position}.")  # fmt: skip
    if row.manager and (row.manager == row.code or row.manager not in known.people and row.manager not in codes):
        yield Fault(index, "manager", "people.manager.unknown", f"没有可任上级的员工 {row.manager}。",
                    f"There is no employee {row.manager} who could be the manager.")  # fmt: skip
    if row.employment_type not in known.employment_types:
        wrong = row.employment_type
        yield Fault(index, "employment_type", "people.assignment.employment_type", f"没有用工类型 {wrong}。",
                    f"There is no employment type {wrong}.")  # fmt: skip
