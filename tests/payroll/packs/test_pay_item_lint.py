"""What holds for every pay item pack of the folder, and between them: a tenant may install several."""

from collections import defaultdict
from datetime import date
from itertools import chain

import pytest

from payroll.packs.pay_items import INDUSTRIES, TAIL, InputSource, PackConfidence, PayItemPack, pay_item_pack
from payroll.packs.statutory_tables import statutory_tables
from payroll.queries.input_columns import COEFFICIENT, TIMESHEET

ON = date(2026, 10, 31)
PACKS = {industry: pay_item_pack(industry) for industry in INDUSTRIES}
KNOWN_TO_ATTENDANCE = {*TIMESHEET, "paid_days"}
KNOWN_OF_EVERYBODY = {
    "base_pay", "due_days", "attended_days", "paid_days", "insured_city", "social_base", "fund_base", "employed_months",
    "pay_month",
}  # fmt: skip

each_pack = pytest.mark.parametrize("pack", PACKS.values(), ids=PACKS)


@each_pack
def test_a_pack_is_named_like_its_file_and_says_how_sure_it_is(pack: PayItemPack) -> None:
    assert PACKS[pack.key] is pack
    assert pack.extends == TAIL
    assert pack.note is not None
    assert isinstance(pack.confidence, PackConfidence) and "confidence" in pack.model_fields_set


@each_pack
def test_names_and_keys_are_unique_in_both_languages(pack: PayItemPack) -> None:
    entries = [*pack.inputs, *pack.items]
    for names in ([e.key for e in entries], [e.name.zh for e in entries], [e.name.en.lower() for e in entries]):
        assert [name for name in names if names.count(name) > 1] == []


@each_pack
def test_every_declared_input_and_table_is_used_and_every_used_one_is_declared(pack: PayItemPack) -> None:
    compiled = pack.compile(ON)  # an undeclared name does not compile; an unused input is a note
    assert compiled.notes == ()
    formulas = "\n".join(item.formula for item in pack.items)
    assert [entry.name.zh for entry in pack.inputs if entry.name.zh not in formulas] == []
    assert [table.name for table in pack.tables if f'"{table.name}"' not in formulas] == []


@each_pack
def test_no_table_of_a_pack_takes_the_name_of_a_statutory_one(pack: PayItemPack) -> None:
    assert {table.name for table in pack.tables} & {table.name for table in statutory_tables(ON)} == set()


@each_pack
def test_what_attendance_knows_comes_from_there_and_nothing_else_does(pack: PayItemPack) -> None:
    for entry in pack.inputs:
        if entry.key in KNOWN_TO_ATTENDANCE:
            assert entry.source is InputSource.ATTENDANCE, entry.key
        if entry.source is InputSource.PERFORMANCE:
            assert entry.key == COEFFICIENT


@each_pack
def test_only_what_the_product_knows_of_everybody_has_no_default(pack: PayItemPack) -> None:
    assert {entry.key for entry in pack.inputs if entry.default is None} - KNOWN_OF_EVERYBODY == set()


@pytest.mark.parametrize("part", ["inputs", "tables"])
def test_what_two_packs_share_is_the_same_in_both(part: str) -> None:
    """Inputs and tables belong to the tenant, not to a scheme: the second pack finds those of the first."""
    found = defaultdict(list)
    for pack in PACKS.values():
        for entry in getattr(pack, part):
            label = entry.key if part == "inputs" else entry.name
            found[label].append((pack.key, entry))
    differing = {
        label: [key for key, _ in uses] for label, uses in found.items() if any(u[1] != uses[0][1] for u in uses)
    }
    assert differing == {}


def test_a_name_of_an_input_means_one_input_in_all_packs() -> None:
    keys = defaultdict(set)
    for entry in chain.from_iterable(pack.inputs for pack in PACKS.values()):
        keys[entry.name.zh].add(entry.key)
        keys[entry.name.en].add(entry.key)
    assert {name: found for name, found in keys.items() if len(found) > 1} == {}


def test_no_item_of_one_pack_is_named_like_an_input_of_another() -> None:
    inputs = {name for pack in PACKS.values() for entry in pack.inputs for name in (entry.name.zh, entry.name.en)}
    items = {name for pack in PACKS.values() for item in pack.items for name in (item.name.zh, item.name.en)}
    assert inputs & items == set()
