"""Findings on columns: against a plain loop, quiet where nothing differs, and found where somebody put it."""

from __future__ import annotations

from dataclasses import replace
from statistics import median
from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from payroll.rules.findings import (
    OVERTIME_LIMIT,
    PERSON,
    Before,
    Deduction,
    Kind,
    Severity,
    Slips,
    people_findings,
    severity_of,
    total_changes,
)
from payroll.rules.item_sources import inputs_read

GROSS = 800_000


def ints(*values: int) -> Any:
    return np.array(values, dtype=np.int64)


def slips(count: int, **given: Any) -> Slips:
    """People who are alike: a full month at 8,000."""
    full = np.ones(count, dtype=np.int64)
    usual = {
        "ids": np.arange(1, count + 1), "units": full, "positions": full, "gross": full * GROSS, "net": full * 700_000,
        "tax": full * 1_000, "failed": full == 0, "has_account": full == 1, "base_pay": full * GROSS, "base_days": full,
        "minimum": full * 274_000, "extra": full * 0, "paid_days": full * 2_200, "due_days": full * 2_200,
        "absent_days": full * 0, "late": full * 0, "overtime": full * 0,
    }  # fmt: skip
    return Slips(**(usual | given))


def kinds(made: Slips, before: Before | None = None, *, is_regular: bool = True) -> dict[str, list[int]]:
    return {one.kind: one.keys.tolist() for one in people_findings(made, before, is_regular=is_regular)}


def same(made: Slips) -> Before:
    return Before(made.ids, made.gross, made.net)


@given(st.lists(st.integers(0, 5_000_000), min_size=1, max_size=40))
def test_a_month_like_the_one_before_shows_no_change(pays: list[int]) -> None:
    made = slips(len(pays), gross=ints(*pays), net=ints(*pays))
    assert not {Kind.GROSS_CHANGE, Kind.NET_CHANGE, Kind.NOT_PAID} & kinds(made, same(made)).keys()


@given(st.integers(5, 60), st.data(), st.integers(GROSS, GROSS * 20))
def test_one_strange_amount_is_found_as_a_change_and_as_an_outlier(count: int, data: Any, more: int) -> None:
    place = data.draw(st.integers(0, count - 1))
    made = slips(count)
    gross = made.gross.copy()
    gross[place] += more
    found = kinds(replace(made, gross=gross), same(made))
    assert found == {Kind.GROSS_CHANGE: [place], Kind.OUTLIER: [place]}


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3_000_000), st.booleans()), min_size=1, max_size=60))
def test_outliers_are_those_a_plain_loop_finds(people: list[tuple[int, int, bool]]) -> None:
    groups, pays, failed = (np.array(column) for column in zip(*people, strict=True))
    made = slips(len(people), positions=groups, gross=pays, failed=failed)
    expected = []
    for at, (group, pay, bad) in enumerate(people):
        sound = [other for name, other, broken in people if name == group and not broken]
        if bad or len(sound) < 5:
            continue
        middle = int(median(sound))
        spread = max(int(median(abs(one - middle) for one in sound)), middle // 100)
        far = abs(pay - middle) * 6_745 > spread * 35_000
        if far and abs(pay - middle) * 100 >= middle * PERSON.percent and abs(pay - middle) >= PERSON.fen:
            expected.append(at)
    assert kinds(made).get(Kind.OUTLIER, []) == expected


def test_a_change_counts_only_beyond_both_thresholds() -> None:
    before = ints(100_000, 10_000_000, 1_000_000)
    now = ints(149_999, 12_900_000, 1_300_000)
    assert PERSON.exceeded(now, before).tolist() == [False, False, True]


def test_people_of_the_month_before_who_are_not_paid_are_named_by_their_place_there() -> None:
    made = slips(2)
    before = Before(ints(1, 2, 9), ints(GROSS, GROSS, 5), ints(700_000, 700_000, 5))
    (found,) = people_findings(made, before, is_regular=True)
    assert (found.kind, found.keys.tolist(), found.others.tolist()) == (Kind.NOT_PAID, [2], [5])


def test_who_has_no_amount_is_an_error_and_nothing_else() -> None:
    made = slips(1, failed=np.array([True]), gross=ints(0), net=ints(0), has_account=np.array([False]))
    assert kinds(made, same(made)) == {Kind.ERROR: [0]}


def test_net_and_tax_below_zero_and_a_missing_account_are_found() -> None:
    made = slips(4, net=ints(-1, 0, 5, 5), tax=ints(0, 0, -1, 0), has_account=np.array([True, False, True, False]))
    assert kinds(made) == {
        Kind.NET_NEGATIVE: [0], Kind.TAX_NEGATIVE: [2], Kind.NET_ZERO: [1], Kind.NO_BANK_ACCOUNT: [3],
    }  # fmt: skip


def test_the_minimum_wage_is_of_the_days_paid_without_extra_pay_and_silent_where_unknown() -> None:
    made = slips(
        5, gross=ints(273_999, 274_000, 136_999, 280_000, 1), extra=ints(0, 0, 0, 6_001, 0),
        paid_days=ints(2_200, 2_200, 1_100, 2_200, 2_200), minimum=ints(274_000, 274_000, 274_000, 274_000, 0),
    )  # fmt: skip
    assert kinds(made)[Kind.BELOW_MINIMUM_WAGE] == [0, 2, 3]
    assert Kind.BELOW_MINIMUM_WAGE not in kinds(made, is_regular=False)
    assert Kind.BELOW_MINIMUM_WAGE not in kinds(replace(made, due_days=made.due_days * 0 - 1))


def test_overtime_of_36_hours_is_allowed_and_a_minute_more_is_found() -> None:
    assert kinds(slips(2, overtime=ints(OVERTIME_LIMIT, OVERTIME_LIMIT + 1)))[Kind.OVERTIME_OVER_LIMIT] == [1]


@given(st.integers(1, 3_000_000), st.integers(0, 2_300), st.integers(1_500, 2_300))
def test_a_day_of_pay_for_a_day_absent_is_never_too_much_and_three_are(base: int, absent: int, due: int) -> None:
    for times in (1, 3):
        day = max(base * absent // due, base * absent // 2_175) * times
        taken = Deduction("absence", ints(day), for_absence=True)
        made = slips(1, base_pay=ints(base), absent_days=ints(absent), due_days=ints(due), deductions=[taken])
        is_found = Kind.ABSENCE_OVERDEDUCTED in kinds(made)
        assert not is_found if times == 1 else is_found or base * absent // min(due, 2_175) <= 1


def test_lateness_costs_its_own_minutes() -> None:
    worth = 800_000 * 60 // (2_175 * 480 // 100) + 1
    taken = Deduction("late", ints(worth, worth + 1), for_lateness=True)
    assert kinds(slips(2, late=ints(60, 60), deductions=[taken]))[Kind.LATENESS_OVERDEDUCTED] == [1]


def test_pay_that_changed_within_the_month_is_worth_its_mean() -> None:
    """Kept as pay times days over days: (10 × 6,000 + 12 × 7,500) / 22 = 6,818.18; a day of it 313.48, rounded up."""
    taken = Deduction("absence", ints(31_348, 31_349), for_absence=True)
    base, days, day = ints(15_000_000, 15_000_000), ints(22, 22), ints(100, 100)
    made = slips(2, base_pay=base, base_days=days, absent_days=day, deductions=[taken])
    assert kinds(made)[Kind.ABSENCE_OVERDEDUCTED] == [1]


def test_damages_take_at_most_a_fifth_and_leave_the_minimum_wage() -> None:
    taken = Deduction("damage", ints(160_000, 160_001, 100_000, 0), is_claim=True)
    found = kinds(slips(4, gross=ints(GROSS, GROSS, 300_000, 100), deductions=[taken]))
    assert found[Kind.DEDUCTION_OVER_FIFTH] == [1, 2]
    assert found[Kind.DEDUCTION_BELOW_MINIMUM] == [2]


def test_totals_are_named_by_their_keys() -> None:
    found = total_changes(Kind.UNIT_CHANGE, ints(7, 8), ints(1_000_000, 1_300_000), ints(1_000_000, 1_000_000))
    assert found.keys.tolist() == [8]


def test_what_breaks_the_law_stops_and_what_is_only_unusual_does_not() -> None:
    assert severity_of(Kind.BELOW_MINIMUM_WAGE) == Severity.STOP
    assert severity_of(Kind.NET_CHANGE) == Severity.LOOK
    assert severity_of(Kind.OUTLIER) == Severity.INFO


def test_inputs_of_an_item_are_found_through_other_items_but_not_behind_its_ends() -> None:
    formulas = {"pay": "[@base] * 2", "part": "[@pay] + [@days]", "fine": "MIN([@pay], [@part] * [@absent])"}
    assert inputs_read(formulas, "fine") == {"base", "days", "absent"}
    assert inputs_read(formulas, "fine", {"pay"}) == {"days", "absent"}
