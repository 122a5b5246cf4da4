"""What editors offer while somebody types a formula."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from payroll.services.pay_items import words
from payroll.services.pay_schemes import create_scheme
from tests.payroll.conftest import Payroll


@pytest.fixture
def offered(shop: Payroll) -> dict[tuple[str, str], dict[str, Any]]:
    return {(word["kind"], word["code"]): word for word in words(actor=shop.actor, now=shop.now)}


def test_items_and_inputs_are_found_by_name_pinyin_initials_and_code(
    offered: dict[tuple[str, str], dict[str, Any]],
) -> None:
    base = offered["input", "base_pay"]
    assert {"基本工资", "base pay", "base_pay", "jibengongzi", "jbgz"} <= set(base["find"].split("\n"))
    assert base["note_zh"].startswith("人事") and base["note_en"].startswith("Personnel")
    assert offered["item", "gross"]["zh"] == "应发合计"


def test_tables_come_with_columns_and_the_values_of_their_keys(offered: dict[tuple[str, str], dict[str, Any]]) -> None:
    table = offered["table", "公积金"]
    assert {column["zh"] for column in table["columns"]} >= {"基数上限"} or table["columns"]
    assert any(value["en"] == "Shanghai" for key in table["keys"] for value in key["values"])
    assert ("table", "工作日历") in offered, "no formula of the set reads it yet"


def test_functions_come_with_signature_text_and_examples(offered: dict[tuple[str, str], dict[str, Any]]) -> None:
    prorate = offered["function", "PRORATE"]
    assert prorate["zh"] == "折算" and prorate["signature"] and prorate["examples"]
    assert prorate["note_zh"] and prorate["note_en"]
    assert ("category", "earning") in offered


def test_each_scheme_has_its_own_items(shop: Payroll) -> None:
    ward = create_scheme(
        code="ward", name="护士", name_en="Nurses", pack="healthcare", actor=shop.actor, now=shop.now
    )  # fmt: skip
    codes = {word["code"] for word in words(actor=shop.actor, now=shop.now, scheme=ward) if word["kind"] == "item"}
    assert "evening_fee" in codes and "commission" not in codes


def test_a_set_of_any_size_is_offered_in_four_statements(shop: Payroll) -> None:
    with CaptureQueriesContext(connection) as captured:
        words(actor=shop.actor, now=shop.now)
    assert len(captured) <= 5
