"""Rows of a delivery in the plain form are read straight, to the same as the fields make of them."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from attendance.api.punches import PunchRowSerializer, plain_rows
from attendance.services.punches import PunchRow
from tests.conftest import SHANGHAI

NEW_YORK = ZoneInfo("America/New_York")


def by_the_fields(row: Any, zone: ZoneInfo) -> PunchRow:
    serializer = PunchRowSerializer(data=row, context={"request": SimpleNamespace(tenant=SimpleNamespace(zone=zone))})
    assert serializer.is_valid(), serializer.errors
    return serializer.validated_data


@pytest.mark.parametrize("zone", [SHANGHAI, NEW_YORK])
@pytest.mark.parametrize("stamp", [
    "2026-03-02T08:00:00", "2026-03-02T08:00:00+08:00", "2026-03-02T08:00:00.250-05:30", "2024-02-29T23:59:59.123456",
])  # fmt: skip
def test_plain_rows_mean_what_the_fields_make_of_them(zone: ZoneInfo, stamp: str) -> None:
    row = {"employee_code": "E-1", "punched_at": stamp}
    assert plain_rows([row], zone) == [by_the_fields(row, zone)]


@pytest.mark.parametrize("row", [
    {"employee_code": "E1", "punched_at": "soon"},
    {"employee_code": " E1", "punched_at": "2026-03-02T08:00:00"},  # the fields cut blanks off
    {"employee_code": "E1\0", "punched_at": "2026-03-02T08:00:00"},
    {"employee_code": "E" * 41, "punched_at": "2026-03-02T08:00:00"},
    {"employee_code": 7, "punched_at": "2026-03-02T08:00:00"},
    {"employee_code": "E1", "punched_at": "2026-02-30T08:00:00"},
    {"employee_code": "E1", "punched_at": "2026-03-08T02:30:00"},  # New York skips this time
    {"employee_code": "E1", "punched_at": "2026-11-01T01:30:00"},  # and has this one twice
    {"employee_code": "E1", "punched_at": "0001-01-01T00:00:00+08:00"},
    {"employee_code": "E1", "punched_at": "2026-03-02T08:00:00", "more": 1},
    {"employee_code": "E1"}, "E1", None,
])  # fmt: skip
def test_what_is_not_plain_is_left_to_the_fields(row: Any) -> None:
    assert plain_rows([row], NEW_YORK) is None
