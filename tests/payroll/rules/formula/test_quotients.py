"""Inputs that are read divided by another: exact where no number of decimals would be."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from payroll.rules.formula import Input, Item, compile_set, run
from payroll.rules.formula.explain import calculate
from payroll.rules.formula.types import Rounding

SET = compile_set(
    [
        Item("attended", "出勤工资", "基本工资 / 应出勤 * 计薪"),
        Item("hour", "时薪", "ROUND(基本工资 / 21.75 / 8, 4)", 4),
    ],
    [
        Input("基本工资", scale=2, id="base_pay", per="base_pay_days"),
        Input("折算天数", scale=0, id="base_pay_days", default=1),
        Input("应出勤", scale=2, id="due"), Input("计薪", scale=2, id="paid"),
    ],
)  # fmt: skip


def half_up(value: Fraction, scale: int) -> int:
    return int((value * 10**scale * 2 + 1) // 2)


def columns(*people: tuple[int, int, int, int]) -> dict[str, np.ndarray]:
    names = ("base_pay", "base_pay_days", "due", "paid")
    return {
        name: np.array(column, dtype=np.int64) for name, column in zip(names, zip(*people, strict=True), strict=True)
    }


def test_ten_days_at_6000_and_twelve_at_7500() -> None:
    """10 × 6,000 + 12 × 7,500 = 150,000 over 22 days: 6,818.1818…; all of 22 days paid, and 21 of them."""
    result = run(SET, columns((15_000_000, 22, 2_200, 2_200), (15_000_000, 22, 2_200, 2_100)), {}, 2)
    assert result.amounts[:, 0].tolist() == [681_818, 650_826]
    rounded_first = half_up(Fraction(681_818, 100) / 22 * 21, 2)
    assert rounded_first == 650_826
    assert half_up(Fraction(150_000, 22) / 22 * 21, 2) == 650_826


def test_without_a_second_amount_it_is_what_it_was() -> None:
    result = run(SET, columns((600_000, 1, 2_200, 1_000)), {}, 1)
    assert result.amounts[0].tolist() == [272_727, 344_828]


PAY = st.integers(0, 500_000_000)


@given(
    st.lists(st.tuples(PAY, st.integers(1, 31), st.integers(1, 3_100), st.integers(0, 3_100)), min_size=1, max_size=20)
)
def test_one_rounding_at_the_end_in_both_engines(people: list[tuple[int, int, int, int]]) -> None:
    result = run(SET, columns(*people), {}, len(people))
    for place, (pay, days, due, paid) in enumerate(people):
        exact = Fraction(pay, 100 * days) / due * paid
        values = {"base_pay": pay, "base_pay_days": days, "due": due, "paid": paid}
        assert result.amounts[place, 0] == half_up(exact, 2)
        assert [one.amount for one in calculate(SET, values)] == result.amounts[place].tolist()
    assert SET.items[0].rounding is Rounding.HALF_UP
