"""Punches as DingTalk, WeCom and Feishu hand them out: JSON, one page as their interfaces answer it or many.

Field names and codes are theirs. What they list without anybody having stamped (not signed, absent) is no punch.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from integrations.rules.cells import CellError, required
from integrations.rules.sheets import MAX_ROWS, RowError, Sheet, SheetError

# Seconds: 2000-01-01 to 2100-01-01. What lies outside is another unit.
_FIRST, _LAST = 946_684_800, 4_102_444_800


class Vendor(StrEnum):
    DINGTALK = "dingtalk"
    WECOM = "wecom"
    FEISHU = "feishu"


class Place(StrEnum):
    """What the vendor says of where somebody stamped."""

    UNCHECKED = "unchecked"
    DEVICE = "device"
    PLACE = "place"
    WIFI = "wifi"
    OUTSIDE = "outside"
    OTHER_PHONE = "other_phone"


@dataclass(frozen=True)
class VendorPunch:
    """key: the person's name there."""

    key: str
    punched_at: datetime
    place: Place


@dataclass(frozen=True)
class VendorPunches:
    """records: with their position in the file, from 1. skipped: entries without a punch."""

    records: Sequence[tuple[int, VendorPunch]]
    errors: Sequence[RowError]
    skipped: int


@dataclass(frozen=True)
class _Form:
    """columns: what is read of an entry. rows: where the entries are in a page. units: of a second."""

    columns: Sequence[str]
    rows: Sequence[str]
    person: str
    time: str
    units: int
    is_punch: Callable[[Mapping[str, str]], bool]
    place: Callable[[Mapping[str, str]], Place]


def columns_of(vendor: Vendor) -> dict[str, Sequence[str]]:
    """As ``read_sheet`` wants its columns."""
    return dict.fromkeys(_FORMS[vendor].columns, ())


def read_pages(vendor: Vendor, content: bytes) -> Sheet:
    """The entries of all pages: one object, a list of pages or of entries, or a page a line.

    Errors: SheetError ``integrations.file.{empty,json,vendor,too_long}``.
    """
    form, rows = _FORMS[vendor], list[tuple[int, Mapping[str, str]]]()
    for page in _documents(content):
        for entry in _entries(page, form):
            rows.append((len(rows) + 1, {name: _text(entry.get(name)) for name in form.columns}))
            if len(rows) > MAX_ROWS:
                raise SheetError("integrations.file.too_long", f"文件超过 {MAX_ROWS} 条，请拆分后导入。",
                                 f"The file has more than {MAX_ROWS} entries; split it.")  # fmt: skip
    return Sheet(rows)


def read_punches(vendor: Vendor, sheet: Sheet) -> VendorPunches:
    """What the entries say; entries without a punch are counted, wrong ones named."""
    form = _FORMS[vendor]
    records, errors, skipped = list[tuple[int, VendorPunch]](), list[RowError](), 0
    for line, row in sheet.rows:
        if not form.is_punch(row):
            skipped += 1
            continue
        column = form.person
        try:
            key = required(row[column])
            column = form.time
            records.append((line, VendorPunch(key, _instant(row[column], form.units), form.place(row))))
        except CellError as error:
            errors.append(RowError(line, column, error.code, error.zh, error.en))
    return VendorPunches(records, errors, skipped)


def _documents(content: bytes) -> Iterator[Any]:
    try:
        text = content.decode("utf-8-sig").strip()
        if not text:
            raise SheetError("integrations.file.empty", "文件是空的。", "The file is empty.")
        try:
            yield json.loads(text)
        except json.JSONDecodeError:
            yield from [json.loads(line) for line in text.splitlines() if line.strip()]
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError):
        zh, en = "这不是可读取的 JSON 文件。", "This is no JSON that can be read."
        raise SheetError("integrations.file.json", zh, en) from None


def _entries(page: Any, form: _Form) -> Iterator[Mapping[str, Any]]:
    if isinstance(page, list):
        for one in page:
            yield from _entries(one, form)
        return
    if not isinstance(page, dict):
        raise _not_theirs(form)
    if form.person in page:
        yield page
        return
    code = page.get("errcode", page.get("code", 0))
    if code not in (0, "0"):
        said = str(page.get("errmsg", page.get("msg", "")))[:200]
        raise SheetError("integrations.file.vendor", f"该页是对方系统的错误应答：{code} {said}",
                         f"This page is an error of their interface: {code} {said}")  # fmt: skip
    found: Any = page
    for name in form.rows:
        found = found.get(name) if isinstance(found, dict) else None
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise _not_theirs(form)
    yield from found


def _not_theirs(form: _Form) -> SheetError:
    path = ".".join(form.rows)
    return SheetError("integrations.file.json", f"找不到打卡记录（应在 {path} 中）。",
                      f"There are no entries, which should be in {path}.")  # fmt: skip


def _text(value: Any) -> str:
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value).strip()


def _instant(text: str, units: int) -> datetime:
    plain = required(text)
    seconds = int(plain) / units if plain.isascii() and plain.isdecimal() and len(plain) <= 13 else 0
    if not _FIRST <= seconds < _LAST:
        kind = "milliseconds" if units == 1000 else "seconds"
        zh = f"“{text[:20]}”不是自 1970 年起的{'毫秒' if units == 1000 else '秒'}数。"
        raise CellError("integrations.cell.epoch", zh, f"'{text[:20]}' is no time in {kind} since 1970.")
    return datetime.fromtimestamp(seconds, UTC)


def _dingtalk_place(row: Mapping[str, str]) -> Place:
    if row["locationResult"] == "Outside" or row["isLegal"] == "N":
        return Place.OUTSIDE
    if row["sourceType"] in ("ATM", "DING_ATM", "BEACON"):
        return Place.DEVICE
    if row["locationResult"] != "Normal":
        return Place.UNCHECKED
    return {"MAP": Place.PLACE, "WIFI": Place.WIFI, "ATM": Place.DEVICE}.get(row["locationMethod"], Place.UNCHECKED)


def _wecom_place(row: Mapping[str, str]) -> Place:
    odd = row["exception_type"]
    if "地点异常" in odd or "wifi异常" in odd.lower():
        return Place.OUTSIDE
    return Place.OTHER_PHONE if "非常用设备" in odd else Place.UNCHECKED


def _feishu_place(row: Mapping[str, str]) -> Place:
    if row["is_field"] == "true":
        return Place.OUTSIDE
    if row["type"] == "5":
        return Place.DEVICE
    return Place.WIFI if row["is_wifi"] == "true" else Place.UNCHECKED


_FORMS = {
    Vendor.DINGTALK: _Form(
        ("userId", "userCheckTime", "timeResult", "locationResult", "sourceType", "locationMethod", "isLegal"),
        ("recordresult",), "userId", "userCheckTime", 1000,
        lambda row: row["timeResult"] not in ("NotSigned", "Absenteeism"), _dingtalk_place,
    ),
    Vendor.WECOM: _Form(
        ("userid", "checkin_time", "checkin_type", "exception_type"), ("checkindata",), "userid", "checkin_time", 1,
        lambda row: "未打卡" not in row["exception_type"], _wecom_place,
    ),
    Vendor.FEISHU: _Form(
        ("user_id", "check_time", "type", "is_field", "is_wifi"), ("data", "user_flow_results"), "user_id",
        "check_time", 1, lambda row: True, _feishu_place,
    ),
}  # fmt: skip
