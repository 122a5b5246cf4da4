"""Months that somebody was not paid one wage for from the first day to the last, by hand."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import override

from hrsaas.people.services.assignments import change_pay, leave
from payroll.admin.explanation_trees import readable
from payroll.queries.explanations import explained
from tests.payroll.conftest import JANUARY, MARCH, Payroll


def found(node: dict[str, Any], code: str) -> dict[str, Any] | None:
    if node["code"] == code and node["kind"] == "input":
        return node
    return next((hit for hit in (found(child, code) for child in node["children"]) if hit), None)


def test_a_rise_in_march_shows_each_part_with_its_days(shop: Payroll) -> None:
    """March 2026 has 22 working days, 10 of them before the 16th: (10 × 6,000 + 12 × 7,500) / 22 = 6,818.1818…"""
    employee = shop.hire("E1", 600_000)
    by: dict[str, Any] = {"actor": shop.actor, "now": shop.now}
    change_pay(employee=employee, on_date=date(2026, 3, 16), base_pay_fen=750_000, **by)
    shop.full_month("E1", MARCH)
    shop.calculate(MARCH)
    slip = shop.slip(MARCH, "E1")
    assert shop.amounts(MARCH, "E1")["attended_pay"] == 681_818
    version = slip.run.formula_set
    kept = [slip.inputs[version.input_position(code)] for code in ("base_pay", "base_pay_days")]
    assert kept == [15_000_000, 22]
    base = found(explained(slip, "attended_pay"), "base_pay")
    assert base is not None and base["value"] == "6818.181818"
    assert [(one["days"], one["base_pay"]) for one in base["source"]["assignments"]] == [
        (10, "6000.00"),
        (12, "7500.00"),
    ]
    assert [child["value"] for child in base["children"]] == ["150000", "22"]
    with override("en"):
        texts = [text for text, _link in readable(base, "en")["source"]]
    assert ["10 working days" in texts[0], "12 working days" in texts[1]] == [True, True]


def test_three_parts_and_days_of_absence_round_once(shop: Payroll) -> None:
    """(3 × 6,000 + 7 × 6,333.33 + 12 × 7,500) / 22 = 6,924.2413…; / 22 × 19 = 5,980.0266…"""
    employee = shop.hire("E1", 600_000)
    by: dict[str, Any] = {"actor": shop.actor, "now": shop.now}
    change_pay(employee=employee, on_date=date(2026, 3, 5), base_pay_fen=633_333, **by)
    change_pay(employee=employee, on_date=date(2026, 3, 16), base_pay_fen=750_000, **by)
    shop.full_month("E1", MARCH, paid_days="19", attended_days="19")
    shop.calculate(MARCH)
    assert shop.amounts(MARCH, "E1")["attended_pay"] == 598_003


def test_a_rise_and_a_leave_in_one_month_take_the_days_employed(shop: Payroll) -> None:
    """Employed to the 20th: 10 days at 6,000 and 5 at 7,500, mean 6,500; 15 of the 22 days due are paid: 4,431.82."""
    employee = shop.hire("E1", 600_000)
    by: dict[str, Any] = {"actor": shop.actor, "now": shop.now}
    change_pay(employee=employee, on_date=date(2026, 3, 16), base_pay_fen=750_000, **by)
    leave(employee=employee, leave_date=date(2026, 3, 21), **by)
    shop.full_month("E1", MARCH, paid_days="15", attended_days="15")
    shop.calculate(MARCH)
    assert shop.amounts(MARCH, "E1")["attended_pay"] == 443_182


def test_whoever_never_changed_keeps_the_plain_pay(shop: Payroll) -> None:
    shop.hire("E1", 600_000)
    shop.full_month("E1", JANUARY)
    shop.calculate(JANUARY)
    slip = shop.slip(JANUARY, "E1")
    base = found(explained(slip, "attended_pay"), "base_pay")
    assert base is not None and (base["value"], base["children"]) == ("6000", [])
