"""Payroll scenarios of other products, by id: pay items that build on each other, run through the real engine."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from payroll.rules.formula import (
    Column,
    Edge,
    FormulaSetError,
    Input,
    Item,
    Row,
    Table,
    TableKind,
    compile_set,
    run,
)

SLABS = Table(
    "slabs", TableKind.TIER, (Column("rate", 4),),
    tuple(
        Row((rate,), lower=lower)
        for lower, rate in ((0, 0), (25_000_000, 500), (50_000_000, 2_000), (100_000_000, 3_000))
    ),
    edge=Edge.UPPER,
)  # fmt: skip
SERVICE = Table(
    "gratuity", TableKind.TIER, (Column("rate", 4),),
    tuple(Row((rate,), lower=lower) for lower, rate in ((0, 0), (100, 7_000), (500, 10_000))),
    edge=Edge.UPPER,
)  # fmt: skip


def amounts(items: dict[str, str], values: dict[str, str], *tables: Table) -> dict[str, Decimal]:
    """The items by id; inputs and items have two decimals."""
    compiled = compile_set(
        [Item(key, key, text, category="info") for key, text in items.items()],
        [Input(name) for name in values], tables,
    )  # fmt: skip
    columns: Any = {name: np.array([int(Decimal(value) * 100)], np.int64) for name, value in values.items()}
    result = run(compiled, columns, {name: np.zeros(1, np.bool_) for name in values}, 1)
    assert not result.failed.any()
    return {key: Decimal(int(result.amounts[0][at])).scaleb(-2) for at, key in enumerate(items)}


MONTH = {"due": "27", "paid": "26"}  # October 2026 without its Sundays, one day absent


@pytest.mark.parametrize(
    ("items", "values", "expected"),
    [
        pytest.param({"basic": "base / due * paid"}, MONTH | {"base": "50000"}, {"basic": "48148.15"}, id="FH-172"),
        pytest.param(
            {"basic": "base / due * paid", "hra": "base * 0.2 / due * paid", "gross": "basic + hra",
                "epf": "(gross - hra) * 0.12"},
            MONTH | {"base": "50000"},
            {"hra": "9629.63", "epf": "5777.78"},
            id="FH-173",
        ),
        pytest.param(
            {"basic": "base / due * paid", "special": "basic * 0.5", "gross": "basic + 3000 + special"},
            {"due": "27", "paid": "27", "base": "50000"},
            {"basic": "50000", "gross": "78000"},
            id="FH-175",
        ),
        pytest.param(
            {"full": "base * 0.5", "basic": "base / due * paid", "actual": "basic * 0.5"},
            MONTH | {"base": "50000"},
            {"full": "25000", "actual": "24074.08"},  # half of the rounded 48,148.15
            id="FH-199",
        ),
        pytest.param(
            {"sc": "1000 / due * paid", "dependent": "sc * 0.5"}, MONTH, {"dependent": "481.48"}, id="FH-203"
        ),
        pytest.param(
            {"basic": "base * 0.4", "statistical": "base - basic - 3000", "lta": "base - statistical"},
            {"base": "40000"},
            {"lta": "19000"},
            id="FH-204",
        ),
        pytest.param(
            {"gross": "base", "deduction": "IF(gross > 100, gross * 0.2, 0)"},
            {"base": "50000"},
            {"deduction": "10000"},
            id="FH-208",
        ),
        pytest.param(
            {
                "basic": "base", "special": "basic * 0.5", "gross": "basic + 3000 + special", "tax": "200",
                "net": "gross - tax",
            },
            {"base": "50000"},
            {"gross": "78000", "tax": "200", "net": "77800"},
            id="FH-209",
        ),
    ],
)  # fmt: skip
def test_items_build_on_the_rounded_amounts_of_others(
    items: dict[str, str], values: dict[str, str], expected: dict[str, str]
) -> None:
    found = amounts(items, values)
    assert {key: found[key] for key in expected} == {key: Decimal(value) for key, value in expected.items()}


@pytest.mark.parametrize(
    ("taxable", "tax"),
    [
        pytest.param("983600", "113589", id="FH-188"),
        pytest.param("833600", "82389", id="FH-190"),
        pytest.param("983600", "113589", id="FH-191"),
        pytest.param("883600", "92789", id="FH-195"),
        pytest.param("783600", "71989", id="FH-196"),
    ],
)
def test_a_foreign_years_tax_is_a_tier_table_and_a_formula(taxable: str, tax: str) -> None:
    """The exact margins; the +1 of every slab in the source is its quirk."""
    found = amounts({"tax": 'ROUND(TIER("slabs", taxable) * 1.04, 0)'}, {"taxable": taxable}, SLABS)
    assert found["tax"] == Decimal(tax)


@pytest.mark.parametrize("years", [pytest.param("6", id="FH-225")])
def test_a_gratuity_adds_up_all_slabs_of_service(years: str) -> None:
    found = amounts({"paid": 'TIER("gratuity", years) * base'}, {"years": years, "base": "50000"}, SERVICE)
    assert found["paid"] == 190_000


@pytest.mark.parametrize(
    ("text", "value"),
    [
        pytest.param("1 + 1", "2", id="FH-206-sum"),
        pytest.param('IF("a" IN ("a", "b"), 1, 0)', "1", id="FH-206-in"),
        pytest.param('IF("c" IN ("a", "b"), 1, 0)', "0", id="FH-206-not-in"),
    ],
)
def test_expressions_that_people_write_are_understood(text: str, value: str) -> None:
    assert amounts({"x": text}, {})["x"] == Decimal(value)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("frappe.utils.os.path", id="FH-207-module"),
        pytest.param("(x := 42)", id="FH-207-assignment"),
        pytest.param('"{0}".format(1)', id="FH-207-method"),
    ],
)
def test_what_is_no_formula_is_refused_when_it_is_saved(text: str) -> None:
    with pytest.raises(FormulaSetError):
        amounts({"x": text}, {})
