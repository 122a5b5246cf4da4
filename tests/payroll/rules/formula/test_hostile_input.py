"""Nothing that somebody can type or enter costs more than a set amount of work.

Work is counted in calls, Python's and C's, not in time: a count is the same on a busy machine. 100,000 calls take
less than 50 ms on one core of 2020.
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

import numpy as np
import pytest

from payroll.rules.formula import FormulaSetError, Input, Item, compile_set, run, to_stored
from payroll.rules.formula.examples import TABLES
from payroll.rules.formula.limits import MAX_BITS

MOST_CALLS = 100_000
FEW_ITEMS = [Item(f"i{n}", f"项目{n}", "1", category="应发") for n in range(20)]
MANY_ITEMS = [Item(f"i{n}", f"项目{n}", "1", category="应发") for n in range(299)]


def calls(work: Callable[[], object]) -> int:
    """How many functions ``work`` calls, whatever it raises."""
    count = 0

    def counted(frame: FrameType, event: str, argument: Any) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(counted)
    try:
        with contextlib.suppress(FormulaSetError):
            work()
    finally:
        sys.setprofile(None)
    return count


def compiled(text: str, others: list[Item]) -> object:
    return compile_set([Item("x", "x", text, category="x"), *others], [Input("工资")], TABLES)


HOSTILE = {
    "open parentheses": "(" * 2000,
    "digits": "1" * 2000,
    "half a sum": "a+" * 1000,
    "a long name": "[" + "a" * 1990,
    "a long closed name": "[" + "a" * 1990 + "]",
    "calls in calls": "IF(" * 600,
    "a long text": '"' + "字" * 1990,
    "all tokens": "1+" * 199 + "1",
    "unknown names": "+".join(f"项日{n}" for n in range(200)),
    "products": "*".join(["999999999999999"] * 200),
    "quotients": "/".join(["0.12345678"] * 200),
    "many arguments": "MAX(" + ",".join(["工资"] * 32) + ")",
    "comparisons": "IF(" + " OR ".join(["工资 = 1"] * 90) + ", 1, 0)",
    "signs": "-" * 1500 + "1",
    "tables": "+".join(['TIER("阶梯提成", 工资)'] * 60),
    "taxes": "+".join(['GROSSUP("年税率", 工资)'] * 60),
    "nested taxes": 'CUMTAX("年税率", ' * 15 + "工资" + ", 1)" * 15,
    "nested remainders": "MOD(" * 30 + "工资" + ", 3)" * 30,
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=list(HOSTILE))
def test_a_hostile_formula_is_answered_with_little_work(text: str) -> None:
    alone = calls(lambda: compiled(text, []))
    assert alone < MOST_CALLS
    assert calls(lambda: compiled(text, FEW_ITEMS)) - alone < MOST_CALLS / 2, "it does not multiply with the items"


def test_many_totals_over_the_largest_set_are_built_once() -> None:
    totals = "+".join(['SUMITEMS("应发")'] * 60)
    assert calls(lambda: compiled(totals, MANY_ITEMS)) - calls(lambda: compiled("1", MANY_ITEMS)) < MOST_CALLS / 2


@pytest.mark.parametrize("text", ["字" * 1990, "[" + "a" * 1990 + "]"])
def test_storing_a_hostile_formula_is_little_work(text: str) -> None:
    assert calls(lambda: to_stored(text, {"a": "b"})) < MOST_CALLS


@pytest.mark.parametrize("sign", ["*", "/"])
def test_no_intermediate_grows_past_256_bits(sign: str) -> None:
    made = compile_set([Item("x", "x", sign.join(["工资"] * 200), category="x")], [Input("工资")])
    result = run(made, {"工资": np.array([2**62 - 1, 100], dtype=np.int64)}, {}, 2)
    error = result.error(0, 0)
    assert error is not None
    assert error.code == "OVERFLOW"
    assert result.amounts[1, 0] == 100
    assert MAX_BITS == 256
