"""Payslips as lines and as a file."""

from __future__ import annotations

from payroll.queries.payslips import export_header, export_rows, lines
from tests.payroll.conftest import FEBRUARY, JANUARY, Payroll


def test_lines_follow_the_order_of_the_items_and_hide_working_items(shop: Payroll) -> None:
    shop.hire("E1")
    shop.full_month("E1", JANUARY)
    run = shop.calculate(JANUARY)
    slip = shop.slip(JANUARY, "E1")
    assert [line["code"] for line in lines(slip)] == [item["code"] for item in run.formula_set.items]
    assert "pension_base" not in [line["code"] for line in lines(slip, shown_only=True)]
    assert next(line["amount"] for line in lines(slip) if line["code"] == "gross") == "6200.00"


def test_the_export_has_every_item_in_yuan_and_the_errors_in_words(shop: Payroll) -> None:
    shop.hire("E1")
    shop.full_month("E1", JANUARY)
    shop.hire("E2")
    shop.calculate(JANUARY)
    header, rows = export_header(JANUARY), list(export_rows(JANUARY))
    assert header[:3] == ["employee_code", "name", "出勤工资"]
    assert header[-4:] == ["gross", "tax", "net", "error"]
    assert [row[0] for row in rows] == ["E1", "E2"]
    assert (rows[0][2], rows[0][-4], rows[0][-1]) == ("6000.00", "6200.00", "")
    assert (rows[1][2], rows[1][-4]) == ("", "")
    assert "缺少" in rows[1][-1]


def test_a_month_without_a_run_exports_nothing(shop: Payroll) -> None:
    assert list(export_rows(FEBRUARY)) == []
