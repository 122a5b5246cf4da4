"""Rows of people, punches and holidays, with every fault of every line."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from integrations.rules.records import (
    HOLIDAY_COLUMNS,
    PEOPLE_COLUMNS,
    PUNCH_COLUMNS,
    HolidayRow,
    PersonRow,
    PunchRow,
    holidays,
    people,
    punches,
)
from integrations.rules.sheets import read_sheet

HEADER = "code,name,unit,position,hire_date,base_pay,city\n"


def test_people_are_read() -> None:
    sheet = read_sheet((HEADER + "7,王芳,前厅,店员,2025-03-01,6500.50,上海\n").encode(), PEOPLE_COLUMNS)
    parsed = people(sheet)
    assert parsed.errors == []
    assert parsed.records == [(2, PersonRow("7", "王芳", "前厅", "店员", date(2025, 3, 1), 650_050, "上海"))]


def test_every_fault_of_a_line_is_named_with_line_and_column() -> None:
    sheet = read_sheet(
        (HEADER + ",王芳,前厅,店员,soon,-1,上海\n8,李,前厅,店员,2025-03-01,1,上海\n").encode(), PEOPLE_COLUMNS
    )
    parsed = people(sheet)
    assert [(error.line, error.column) for error in parsed.errors] == [(2, "code"), (2, "hire_date"), (2, "base_pay")]
    assert [line for line, _row in parsed.records] == [3]


def test_the_same_number_twice_names_the_first_line() -> None:
    line = "7,王芳,前厅,店员,2025-03-01,1,上海\n"
    (error,) = people(read_sheet((HEADER + line + line).encode(), PEOPLE_COLUMNS)).errors
    assert (error.line, error.code) == (3, "integrations.row.repeated")
    assert "2" in error.en


def test_punches_may_repeat() -> None:
    sheet = read_sheet(b"employee_code,punched_at\n7,2026-01-05T09:00\n7,2026-01-05T09:00\n", PUNCH_COLUMNS)
    parsed = punches(sheet, ZoneInfo("Asia/Shanghai"))
    assert parsed.errors == []
    assert [row for _line, row in parsed.records] == [PunchRow("7", datetime(2026, 1, 5, 1, 0, tzinfo=UTC))] * 2


def test_a_holiday_may_have_no_name_but_only_one_entry() -> None:
    parsed = holidays(read_sheet("date,name\n2026-01-01,\n2026-01-01,元旦\n".encode(), HOLIDAY_COLUMNS))
    assert parsed.records[0] == (2, HolidayRow(date(2026, 1, 1), ""))
    assert [error.line for error in parsed.errors] == [3]
