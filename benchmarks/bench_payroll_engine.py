"""The calculation of formulas against the same items by hand: numpy int64, decimal.Decimal, eval per row.

Both sides of a ratio run in turns. 100,000 people are calculated in parts; the slow sides calculate some of them, and
their time is scaled by the number of people.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ProcessPoolExecutor
from typing import Any

import numpy as np

from benchmarks.figures import Figure, benchmark, interleaved
from benchmarks.pay_by_eval import by_eval
from benchmarks.pay_by_hand import by_decimal, by_numpy, raw
from benchmarks.pay_workloads import FORMULAS, Columns, compiled, decimals_of, part_of, people
from payroll.rules.formula import Result, audit, run

PEOPLE, PART, SLOW_PEOPLE, ROUNDS = 100_000, 25_000, 2_000, 15
NOBODY: dict[str, Any] = {}


def _parts() -> list[Columns]:
    columns = people(PEOPLE)
    return [part_of(columns, slice(start, start + PART)) for start in range(0, PEOPLE, PART)]


def _calculated(parts: Iterable[Columns]) -> list[Result]:
    return [run(compiled(), part, NOBODY, PART) for part in parts]


@benchmark("payroll.calc_vs_numpy")
def against_numpy() -> Figure:
    """How long the formulas take beside hand-written numpy. Raises if one of the 3,000,000 values differs from the
    Fraction oracle or from the numpy side.
    """
    parts = _parts()
    plain = [raw(part) for part in parts]
    ours, numpys = interleaved(
        lambda: _calculated(parts), lambda: [by_numpy(part) for part in plain], rounds=ROUNDS
    )  # fmt: skip
    wrong = _wrong_cents(parts)
    by_hand = _differing(_calculated(parts), plain)
    assert (wrong, by_hand) == (0, 0), f"{wrong} values differ from the oracle, {by_hand} from numpy by hand"
    sides = {
        "formulas_ms": ours, "numpy_ms": numpys, "people": PEOPLE, "people_per_s": PEOPLE / ours * 1000,
        "values_checked": PEOPLE * len(FORMULAS), "wrong_cents": wrong,
    }  # fmt: skip
    return Figure("payroll.calc_vs_numpy", ours / numpys, "× numpy by hand", 1.5, sides=sides)


def _wrong_cents(parts: list[Columns]) -> int:
    """Values that differ from the oracle, of all people."""
    with ProcessPoolExecutor() as pool:
        return sum(pool.map(_wrong_of, parts))


def _wrong_of(part: Columns) -> int:
    (result,) = _calculated([part])
    return len(audit(compiled(), part, NOBODY, result, range(PART)))


def _differing(results: list[Result], plain: list[dict[str, Any]]) -> int:
    pairs = zip(results, plain, strict=True)
    return sum(int((result.amounts != np.stack(by_numpy(part), axis=1)).sum()) for result, part in pairs)


@benchmark("payroll.calc_vs_decimal")
def against_decimal() -> Figure:
    """How many times faster than hand-written decimal.Decimal."""
    return _against("payroll.calc_vs_decimal", "decimal", by_decimal, decimals_of, goal=40)


@benchmark("payroll.calc_vs_eval")
def against_eval() -> Figure:
    """How many times faster than compiled expressions evaluated row by row."""
    return _against("payroll.calc_vs_eval", "eval", by_eval, _floats_of, goal=70)


def _against(
    key: str, name: str, item_values: Callable[[Mapping[str, Any]], list[Any]],
    person_of: Callable[[Columns, int], Mapping[str, Any]], goal: float,
) -> Figure:  # fmt: skip
    parts = _parts()
    few = [person_of(parts[0], row) for row in range(SLOW_PEOPLE)]
    ours, slow = interleaved(
        lambda: _calculated(parts), lambda: [item_values(person) for person in few], rounds=ROUNDS
    )  # fmt: skip
    scaled = slow * PEOPLE / SLOW_PEOPLE
    fen = _calculated(parts[:1])[0].amounts[:SLOW_PEOPLE]
    wrong = sum(round(value * 100) != cents for person, row in zip(few, fen, strict=True)
                for value, cents in zip(item_values(person), row.tolist(), strict=True))  # fmt: skip
    sides = {
        "formulas_ms": ours, f"{name}_ms": scaled, f"{name}_measured_on": SLOW_PEOPLE, "scaled_to": PEOPLE,
        f"{name}_wrong_cents": wrong,
    }  # fmt: skip
    return Figure(key, scaled / ours, "× faster", goal, at_most=False, sides=sides)


def _floats_of(columns: Columns, row: int) -> dict[str, Any]:
    found = decimals_of(columns, row)
    return {name: value if isinstance(value, str | bool) else float(value) for name, value in found.items()}
