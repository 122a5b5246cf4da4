"""Pages of DingTalk, WeCom and Feishu, read."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations.rules.sheets import SheetError
from integrations.rules.vendor_punches import Place, Vendor, read_pages, read_punches

SHANGHAI = ZoneInfo("Asia/Shanghai")
AT = datetime(2026, 3, 2, 8, 57, 30, tzinfo=SHANGHAI)
SECONDS = int(AT.timestamp())


def dingtalk(**changed: Any) -> dict[str, Any]:
    """A row of attendance/list."""
    return {
        "id": 933202551, "userId": "manager7078", "workDate": 1772380800000, "checkType": "OnDuty",
        "timeResult": "Normal", "locationResult": "Normal", "sourceType": "USER", "baseCheckTime": SECONDS * 1000,
        "userCheckTime": SECONDS * 1000, "groupId": 1, "locationMethod": "MAP", "isLegal": "Y", **changed,
    }  # fmt: skip


def wecom(**changed: Any) -> dict[str, Any]:
    return {
        "userid": "james", "groupname": "打卡一组", "checkin_type": "上班打卡", "exception_type": "",
        "checkin_time": SECONDS, "location_title": "依澜府", "wifiname": "办公一区", "lat": 30547645, "lng": 104063236,
        **changed,
    }  # fmt: skip


def feishu(**changed: Any) -> dict[str, Any]:
    return {
        "user_id": "abd754f7", "location_name": "西溪八方城", "check_time": str(SECONDS), "type": 0, "is_field": False,
        "is_wifi": True, "ssid": "b0:b8:67:5c:1d:72", **changed,
    }  # fmt: skip


PAGES = {
    Vendor.DINGTALK: (lambda *rows: {"errcode": 0, "errmsg": "ok", "recordresult": rows, "hasMore": False}, dingtalk),
    Vendor.WECOM: (lambda *rows: {"errcode": 0, "errmsg": "ok", "checkindata": rows}, wecom),
    Vendor.FEISHU: (lambda *rows: {"code": 0, "msg": "success", "data": {"user_flow_results": rows}}, feishu),
}


KEYS = {Vendor.DINGTALK: "manager7078", Vendor.WECOM: "james", Vendor.FEISHU: "abd754f7"}


def read(vendor: Vendor, document: Any):
    return read_punches(vendor, read_pages(vendor, json.dumps(document).encode()))


@pytest.mark.parametrize("vendor", list(Vendor))
def test_a_page_a_list_of_pages_rows_alone_and_a_page_a_line_read_alike(vendor: Vendor) -> None:
    page, row = PAGES[vendor]
    lines = f"{json.dumps(page(row()))}\n\n{json.dumps(page(row()))}\n".encode()
    assert len(read(vendor, page(row(), row())).records) == 2
    assert read(vendor, [page(row()), page(row())]) == read(vendor, [row(), row()])
    assert read_punches(vendor, read_pages(vendor, lines)) == read(vendor, [row(), row()])
    (_first, (line, punch)) = read(vendor, [row(), row()]).records
    assert (line, punch.punched_at, punch.key) == (2, AT, KEYS[vendor])


@pytest.mark.parametrize(("vendor", "changed", "place"), [
    (Vendor.DINGTALK, {}, Place.PLACE),
    (Vendor.DINGTALK, {"locationMethod": "WIFI"}, Place.WIFI),
    (Vendor.DINGTALK, {"sourceType": "DING_ATM"}, Place.DEVICE),
    (Vendor.DINGTALK, {"locationResult": "Outside"}, Place.OUTSIDE),
    (Vendor.DINGTALK, {"isLegal": "N"}, Place.OUTSIDE),
    (Vendor.DINGTALK, {"sourceType": "APPROVE", "locationResult": None, "locationMethod": None}, Place.UNCHECKED),
    (Vendor.WECOM, {}, Place.UNCHECKED),
    (Vendor.WECOM, {"exception_type": "时间异常;地点异常"}, Place.OUTSIDE),
    (Vendor.WECOM, {"exception_type": "WIFI异常"}, Place.OUTSIDE),
    (Vendor.WECOM, {"exception_type": "非常用设备"}, Place.OTHER_PHONE),
    (Vendor.FEISHU, {}, Place.WIFI),
    (Vendor.FEISHU, {"is_field": True}, Place.OUTSIDE),
    (Vendor.FEISHU, {"type": 5, "is_wifi": False}, Place.DEVICE),
])  # fmt: skip
def test_what_the_vendor_says_of_the_place(vendor: Vendor, changed: dict[str, Any], place: Place) -> None:
    ((_line, punch),) = read(vendor, [PAGES[vendor][1](**changed)]).records
    assert punch.place is place


@pytest.mark.parametrize(("vendor", "changed"), [
    (Vendor.DINGTALK, {"timeResult": "NotSigned"}), (Vendor.DINGTALK, {"timeResult": "Absenteeism"}),
    (Vendor.WECOM, {"exception_type": "未打卡"}),
])  # fmt: skip
def test_an_entry_without_a_punch_is_none_though_it_has_a_time(vendor: Vendor, changed: dict[str, Any]) -> None:
    found = read(vendor, [PAGES[vendor][1](**changed)])
    assert (found.records, found.errors, found.skipped) == ([], [], 1)


@pytest.mark.parametrize(("vendor", "changed", "column"), [
    (Vendor.DINGTALK, {"userCheckTime": SECONDS}, "userCheckTime"),  # seconds where they have milliseconds
    (Vendor.WECOM, {"checkin_time": SECONDS * 1000}, "checkin_time"),
    (Vendor.FEISHU, {"check_time": "soon"}, "check_time"),
    (Vendor.FEISHU, {"user_id": ""}, "user_id"),
])  # fmt: skip
def test_a_wrong_entry_is_named_and_the_others_are_read(vendor: Vendor, changed: Any, column: str) -> None:
    row = PAGES[vendor][1]
    found = read(vendor, [row(), row(**changed)])
    assert [(error.line, error.column) for error in found.errors] == [(2, column)]
    assert len(found.records) == 1


@pytest.mark.parametrize(("document", "code"), [
    ({"errcode": 301021, "errmsg": "userid not in scope"}, "vendor"), ({"errcode": 0}, "json"), (7, "json"),
    ({"errcode": 0, "checkindata": [1]}, "json"),
])  # fmt: skip
def test_answers_that_are_no_page_are_refused(document: Any, code: str) -> None:
    with pytest.raises(SheetError) as refused:
        read(Vendor.WECOM, document)
    assert refused.value.error.code == f"integrations.file.{code}"


@given(st.binary(max_size=200))
def test_no_file_breaks_the_reader(content: bytes) -> None:
    try:
        read_pages(Vendor.FEISHU, content)
    except SheetError as refused:
        assert refused.error.zh and refused.error.en
