"""Pages in English show no Chinese name of a table that the product ships."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from payroll.packs.pay_items import INDUSTRIES, pay_item_pack
from payroll.packs.statutory_tables import statutory_tables
from payroll.packs.words import english, in_english
from payroll.rules.formula import Table


def _names(table: Table) -> Iterator[str]:
    yield table.name
    yield from (column.name for column in table.columns)
    yield from (key.name for key in table.keys)
    yield from (str(key) for row in table.rows for key in row.keys)


def test_every_name_in_the_tables_of_the_packs_has_its_english() -> None:
    own = [table.compiled() for code in INDUSTRIES for table in pay_item_pack(code).tables]
    names = {name for table in (*own, *statutory_tables(date(2026, 10, 31))) for name in _names(table)}
    assert {name for name in names if not english(name).isascii()} == set()


def test_only_the_texts_of_a_formula_are_put_into_english() -> None:
    assert (
        in_english('PARAM("津贴标准", "金额", "夜班") * 夜班') == 'PARAM("allowances", "amount", "night shift") * 夜班'
    )
    assert in_english('PARAM("我们的表")') == 'PARAM("我们的表")'
