"""Reading one cell: dates, instants and amounts as people type them."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import TypeVar
from zoneinfo import ZoneInfo

Read = TypeVar("Read")

_DATE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?: 00:00:00)?")
_MONTH = re.compile(r"(\d{4})[-/.年](\d{1,2})月?")
_MAX_YUAN = Decimal(10**9)


class CellError(ValueError):
    """code, zh, en: what is wrong with the cell and what to write instead."""

    def __init__(self, code: str, zh: str, en: str) -> None:
        super().__init__(en)
        self.code, self.zh, self.en = code, zh, en


def required(text: str) -> str:
    if not text:
        raise CellError("integrations.cell.required", "不能为空。", "This must not be empty.")
    return text


def day(text: str) -> date:
    """``2026-01-31``, ``2026/1/31``, ``2026.1.31`` or ``2026年1月31日``."""
    found = _DATE.fullmatch(required(text))
    try:
        if found:
            return date(*(int(part) for part in found.groups()))
    except ValueError:
        pass
    raise CellError(
        "integrations.cell.date", f"“{text}”不是日期,请写成 2026-01-31。", f"'{text}' is no date; write 2026-01-31."
    )


def month(text: str) -> date:
    """``2026-01``, ``2026年1月``, or a day of it: the first day of the month."""
    found = _MONTH.fullmatch(text)
    return day(f"{found[1]}-{found[2]}-01" if found else text).replace(day=1)


def choice(text: str, words: Mapping[str, Collection[str]]) -> str:
    """One of the keys, written as itself or as one of its words."""
    found = next((key for key, others in words.items() if required(text) == key or text in others), None)
    if found is None:
        known = [next(iter(others), key) for key, others in words.items()]
        zh, en = f"“{text}”不在可选项中：{'、'.join(known)}。", f"'{text}' is none of: {', '.join(words)}."
        raise CellError("integrations.cell.choice", zh, en)
    return found


def optional(reader: Callable[[str], Read]) -> Callable[[str], Read | None]:
    """A cell that may be empty."""
    return lambda text: reader(text) if text else None


def instant(text: str, zone: ZoneInfo) -> datetime:
    """An ISO date and time; without an offset it is meant in the tenant's zone.

    A wall-clock time that the zone skips is refused; of one that occurs twice the first is meant.
    """
    try:
        found = datetime.fromisoformat(required(text).replace("/", "-"))
    except ValueError:
        zh, en = f"“{text}”不是时间,请写成 2026-01-31T08:58。", f"'{text}' is no time; write 2026-01-31T08:58."
        raise CellError("integrations.cell.instant", zh, en) from None
    if found.tzinfo is not None:
        return found
    local = found.replace(tzinfo=zone)
    if local.astimezone(ZoneInfo("UTC")).astimezone(zone).replace(tzinfo=None) != found:
        zh, en = f"“{text}”在时区 {zone.key} 中不存在。", f"'{text}' does not exist in the zone {zone.key}."
        raise CellError("integrations.cell.instant_skipped", zh, en)
    return local


def fen(text: str) -> int:
    """An amount in yuan with at most two decimals, thousands separators allowed; as fen."""
    try:
        yuan = Decimal(required(text).replace(",", "").replace(",", "").removeprefix("¥").removeprefix("¥"))
    except InvalidOperation:
        yuan = Decimal("NaN")
    if not yuan.is_finite() or yuan < 0 or yuan > _MAX_YUAN or yuan * 100 != (yuan * 100).to_integral_value():
        zh, en = f"“{text}”不是金额(元,最多两位小数)。", f"'{text}' is no amount (yuan, at most two decimals)."
        raise CellError("integrations.cell.amount", zh, en)
    return int(yuan * 100)


def percent(text: str) -> Decimal:
    """``60``, ``60%`` or ``33.33``: more than 0, at most 100, at most two decimals."""
    try:
        found = Decimal(required(text).rstrip("%％ "))
    except InvalidOperation:
        found = Decimal("NaN")
    if not found.is_finite() or not 0 < found <= 100 or found * 100 != (found * 100).to_integral_value():
        zh, en = f"“{text}”不是百分比（大于 0，至多 100，最多两位小数）。", f"'{text}' is no percentage of 0.01 to 100."
        raise CellError("integrations.cell.percent", zh, en)
    return found
