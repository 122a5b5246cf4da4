"""The worked cases of the pay item packs: both engines come to what was reckoned by hand."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

import numpy as np
import pytest

from payroll.packs.pay_items import INDUSTRIES, RUNS, CaseEntry, PayItemPack, pay_item_pack, tail_pack
from payroll.rules.formula import CompiledSet, HistoryInput, Input, Result, TextColumn, Type, audit, run
from payroll.rules.formula.civil import as_date

ON = date(2026, 10, 31)
ALL = (*INDUSTRIES, *RUNS)
CASES = [(industry, at) for industry in ALL for at in range(len(pay_item_pack(industry).cases))]


@cache
def compiled(industry: str) -> CompiledSet:
    return pay_item_pack(industry).compile(ON)


def column(entry: Input | HistoryInput, given: Mapping[str, str]) -> np.ndarray[Any, Any] | TextColumn:
    if isinstance(entry, Input) and entry.type is Type.TEXT:
        return TextColumn(np.array([0], np.int64), (given.get(entry.key, ""),))
    if isinstance(entry, Input) and entry.type is Type.BOOL:
        return np.array([given.get(entry.key) == "true"])
    value = Decimal(given.get(entry.key, "0")).scaleb(entry.scale)
    assert value == value.to_integral_value(), f"{entry.key} has more than {entry.scale} decimals"
    return np.array([int(value)], np.int64)


def shown(result: Result, place: int, kind: Type, scale: int) -> Decimal | str:
    """As cases write it."""
    if kind is Type.TEXT:
        texts = result.texts[place]
        return texts.vocabulary[texts.codes[0]]
    amount = int(result.amounts[0][place])
    if kind is Type.DATE:
        return as_date(amount).isoformat()
    return ("false", "true")[amount] if kind is Type.BOOL else Decimal(amount).scaleb(-scale)


def check_case(pack: PayItemPack, formulas: CompiledSet, case: CaseEntry) -> None:
    """Both engines come to the amounts that the case expects."""
    columns = {entry.key: column(entry, case.inputs) for entry in formulas.inputs}
    missing = {entry.key: np.array([entry.key not in case.inputs]) for entry in formulas.inputs}
    result = run(formulas, columns, missing, 1)
    scales, types = ({item.key: getattr(item, name) for item in pack.items} for name in ("scale", "type"))
    for key, expected in case.expect.items():
        place = formulas.position(key)
        assert result.error(0, place) is None, f"{case.name.zh}: {key} {result.error(0, place)}"
        paid = shown(result, place, types[key], scales[key])
        assert paid == expected, f"{case.name.zh}: {key}"
    assert audit(formulas, columns, missing, result, [0]) == []


@pytest.mark.parametrize(("industry", "at"), CASES, ids=[f"{industry}-{at + 1}" for industry, at in CASES])
def test_a_worked_case_comes_to_what_was_reckoned_by_hand(industry: str, at: int) -> None:
    pack = pay_item_pack(industry)
    check_case(pack, compiled(industry), pack.cases[at])


@pytest.mark.parametrize("industry", ALL)
def test_a_pack_ships_at_least_three_cases_explained_in_both_languages(industry: str) -> None:
    cases = pay_item_pack(industry).cases
    assert len(cases) >= 3
    assert len({case.name.zh for case in cases}) == len({case.name.en for case in cases}) == len(cases)
    assert all(case.why.zh and case.why.en for case in cases)


@pytest.mark.parametrize("industry", ALL)
def test_the_cases_of_a_pack_reach_every_item_of_its_own(industry: str) -> None:
    pack = pay_item_pack(industry)
    expected = {key for case in pack.cases for key in case.expect}
    assert own_items(pack) - expected == set()


@pytest.mark.parametrize("industry", ALL)
def test_a_case_names_inputs_and_items_of_its_pack(industry: str) -> None:
    pack = pay_item_pack(industry)
    inputs, items = {entry.key for entry in compiled(industry).inputs}, {item.key for item in pack.items}
    for case in pack.cases:
        assert set(case.inputs) <= inputs, case.name.zh
        assert set(case.expect) <= items, case.name.zh


def own_items(pack: PayItemPack) -> set[str]:
    """The items that the pack adds to the shared tail."""
    shared = {item.key for item in tail_pack().items} if pack.extends else set()
    return {item.key for item in pack.items} - shared
