"""What expires first is used first, and nothing is drawn that is not there."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attendance.rules.leave_lots import Lot, NotEnough, balance_on, carried, draw, usable

DAY = date(2026, 1, 1)
NEAR = st.integers(0, 12).map(lambda days: DAY + timedelta(days=days))
LOTS = st.lists(st.tuples(NEAR, st.none() | st.integers(1, 12), st.integers(0, 6)), max_size=5).map(
    lambda rows: [
        Lot(at, start, None if length is None else start + timedelta(days=length), 1000 * amount)
        for at, (start, length, amount) in enumerate(rows)
    ]
)
WANTED = st.lists(st.tuples(NEAR, st.sampled_from((500, 1000))), max_size=8)


def one_by_one(lots: list[Lot], days: list[tuple[date, int]]) -> tuple[dict[int, int], int]:
    """Half days taken one after the other, each from the lot that expires first: (left by lot, missing)."""
    left = {lot.id: lot.remaining for lot in lots}
    missing = 0
    for day, amount in sorted(days):
        for _half in range(amount // 500):
            holding = [lot for lot in lots if lot.holds_on(day) and left[lot.id] > 0]
            if holding:
                first = min(holding, key=lambda lot: (lot.end_date or date.max, lot.start_date, lot.id))
                left[first.id] -= 500
            else:
                missing += 500
    return left, missing


@given(LOTS, WANTED)
def test_drawing_is_taking_halves_one_by_one(lots: list[Lot], days: list[tuple[date, int]]) -> None:
    left, missing = one_by_one(lots, days)
    if missing:
        with pytest.raises(NotEnough) as refused:
            draw(lots, days)
        assert refused.value.missing == missing
        return
    draws = draw(lots, days)
    drawn = {lot.id: sum(one.amount for one in draws if one.lot_id == lot.id) for lot in lots}
    assert {lot.id: lot.remaining - drawn[lot.id] for lot in lots} == left
    assert all(next(lot for lot in lots if lot.id == one.lot_id).holds_on(one.day) for one in draws)


def test_an_advance_is_drawn_last_and_only_to_its_floor() -> None:
    lots = [Lot(1, DAY, None, 0, floor=-2000), Lot(2, DAY, DAY + timedelta(days=9), 1000)]
    draws = draw(lots, [(DAY, 1000), (DAY + timedelta(days=1), 1000), (DAY + timedelta(days=2), 1000)])
    assert [(one.lot_id, one.amount) for one in draws] == [(2, 1000), (1, 1000), (1, 1000)]
    with pytest.raises(NotEnough):
        draw(lots, [(DAY, 4000)])


def test_what_has_no_balance_is_drawn_without_limit() -> None:
    assert [one.amount for one in draw([Lot(1, DAY, None, 0, floor=None)], [(DAY, 90_000)])] == [90_000]


def test_a_debt_counts_whatever_the_day() -> None:
    lots = [Lot(1, DAY, DAY + timedelta(days=5), 3000), Lot(2, DAY, None, -1000, floor=-2000)]
    assert balance_on(lots, DAY) == 2000
    assert balance_on(lots, DAY + timedelta(days=5)) == -1000


@given(LOTS, NEAR, st.integers(0, 20))
def test_whole_days_up_to_the_usable_amount_can_be_drawn_where_each_lot_has_its_days(
    lots: list[Lot], first: date, length: int
) -> None:
    last = first + timedelta(days=length)
    assert 0 <= usable(lots, first=first, last=last) <= sum(lot.remaining for lot in lots)
    assert usable(lots, first=first, last=last) >= balance_on(lots, last)


@given(
    st.integers(-3000, 30000),
    st.integers(0, 30000),
    st.none() | st.integers(0, 9000),
    st.none() | st.integers(0, 40000),
)
def test_what_is_carried_keeps_to_all_limits(unused: int, granted: int, most: int | None, total: int | None) -> None:
    found = carried(unused, granted=granted, most=most, most_total=total)
    assert 0 <= found <= max(0, unused)
    assert most is None or found <= most
    assert total is None or found == 0 or granted + found <= total
