"""Cells are read as people type them, and refused with what to write instead."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from integrations.rules import cells
from integrations.rules.cells import CellError

SHANGHAI, BERLIN = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize("text", ["2026-01-31", "2026/1/31", "2026.1.31", "2026年1月31日", "2026-01-31 00:00:00"])
def test_dates(text: str) -> None:
    assert cells.day(text) == date(2026, 1, 31)


@pytest.mark.parametrize("text", ["", "31.01.2026", "2026-02-30", "2026-13-01", "soon", "45000"])
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(CellError):
        cells.day(text)


def test_a_time_without_offset_is_the_tenants() -> None:
    assert cells.instant("2026-01-31T08:58", SHANGHAI) == datetime(2026, 1, 31, 0, 58, tzinfo=UTC)
    assert cells.instant("2026/01/31 08:58:30", SHANGHAI) == datetime(2026, 1, 31, 0, 58, 30, tzinfo=UTC)
    assert cells.instant("2026-01-31T08:58+00:00", SHANGHAI) == datetime(2026, 1, 31, 8, 58, tzinfo=UTC)


def test_a_time_that_the_clock_skipped_is_refused() -> None:
    with pytest.raises(CellError) as refused:
        cells.instant("2026-03-29T02:30", BERLIN)
    assert refused.value.code == "integrations.cell.instant_skipped"


@pytest.mark.parametrize(
    ("text", "fen"), [("0", 0), ("8000", 800_000), ("8,000.5", 800_050), ("¥12.34", 1234), ("1e3", 100_000)]
)
def test_amounts_become_fen_exactly(text: str, fen: int) -> None:
    assert cells.fen(text) == fen


@pytest.mark.parametrize("text", ["", "-1", "1.005", "NaN", "Infinity", "eight", "1e30"])
def test_what_is_no_amount_is_refused(text: str) -> None:
    with pytest.raises(CellError):
        cells.fen(text)
