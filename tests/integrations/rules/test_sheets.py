"""Files as offices export them become rows, or one clear error."""

from __future__ import annotations

import io
from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from integrations.rules.sheets import SheetError, read_sheet

COLUMNS = {"code": ("工号",), "day": ("日期",)}


def rows(content: bytes) -> list[tuple[int, dict[str, str]]]:
    return [(line, dict(row)) for line, row in read_sheet(content, COLUMNS).rows]


def xlsx(*lines: list[object]) -> bytes:
    book, target = Workbook(), io.BytesIO()
    for line in lines:
        book.active.append(line)
    book.save(target)
    return target.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk"])
def test_the_encodings_of_chinese_offices_are_read(encoding: str) -> None:
    content = "工号,日期,备注\n甲1,2026-01-31,无\n".encode(encoding)
    assert rows(content) == [(2, {"code": "甲1", "day": "2026-01-31"})]


def test_columns_may_stand_in_any_order_and_under_either_name() -> None:
    assert rows(b"Day,CODE\n2026-01-31,7\n") == [(2, {"code": "7", "day": "2026-01-31"})]


def test_blank_lines_are_left_out_but_lines_keep_their_numbers() -> None:
    assert [line for line, _row in rows(b"code,day\n\n1,a\n,\n2,b\n")] == [3, 5]


def test_short_lines_have_empty_cells() -> None:
    assert rows(b"code,day\n1\n") == [(2, {"code": "1", "day": ""})]


def test_tabs_separate_as_well() -> None:
    assert rows("工号\t日期\n1\t2026-01-01\n".encode()) == [(2, {"code": "1", "day": "2026-01-01"})]


def test_an_xlsx_reads_as_its_csv_would() -> None:
    stamp = datetime.fromisoformat("2026-01-31T08:58")  # cells of a workbook have no zone
    content = xlsx(["工号", "日期"], [1001, date(2026, 1, 31)], ["A-7", stamp], [1002.0, None])
    assert [row for _line, row in rows(content)] == [
        {"code": "1001", "day": "2026-01-31"},
        {"code": "A-7", "day": "2026-01-31 08:58:00"},
        {"code": "1002", "day": ""},
    ]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "integrations.file.empty"),
        (b"code,date\n1,2\n", "integrations.file.columns"),
        (b"\x00\x01\x02", "integrations.file.encoding"),
        (b"PK\x03\x04 no zip", "integrations.file.not_a_table"),
        (xlsx(["code"])[:-40], "integrations.file.not_a_table"),
        (b'code,day\n"open,1\n' + b"x" * 200_000, "integrations.file.not_a_table"),
    ],
)
def test_a_file_that_is_no_table_says_why_in_both_languages(content: bytes, code: str) -> None:
    with pytest.raises(SheetError) as refused:
        read_sheet(content, COLUMNS)
    assert refused.value.error.code == code
    assert refused.value.error.zh and refused.value.error.en


@given(st.binary(max_size=400))
def test_no_bytes_do_anything_but_read_or_refuse(content: bytes) -> None:
    try:
        read_sheet(content, COLUMNS)
    except SheetError as refused:
        assert refused.error.code.startswith("integrations.file.")
