"""The performance cases against `performance.rules`: one check per category that is built."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from typing import Any

from performance.rules.errors import RuleError
from performance.rules.rounding import round_half_up
from performance.rules.scores import Bands, Direction, linear_score
from performance.rules.totals import MissingPolicy, Total, WeightedScore, weighted_total

Case = dict[str, Any]
Answer = dict[str, Any]


def run(cases: Iterable[Case]) -> Iterator[tuple[str, bool, str]]:
    """For each case: its id, whether every expected field came out, and what differed."""
    for case in cases:
        compute = CATEGORIES.get(case["category"])
        if compute is None:
            yield case["id"], False, f"category not built: {case['category']}"
            continue
        got = _answer(compute, case["input"])
        wrong = {key: got.get(key) for key, value in case["expected"].items() if got.get(key) != value}
        yield case["id"], not wrong, f"expected {case['expected']}, got {got}" if wrong else ""


def _answer(compute: Callable[[dict[str, Any]], Answer], given: dict[str, Any]) -> Answer:
    """The computed fields; a refusal is its code without the path. Any other exception is told, not raised."""
    try:
        return compute(given)
    except RuleError as refusal:
        return {"error": refusal.code.rsplit(".", 1)[-1]}
    except (KeyError, ValueError, ArithmeticError, TypeError) as error:
        return {"exception": repr(error)}


def _linear(given: dict[str, Any]) -> Answer:
    floor, target, stretch, actual = (Decimal(given[k]) for k in ("floor", "target", "stretch", "actual"))
    bands = Bands(floor=floor, target=target, stretch=stretch, direction=Direction(given["direction"]))
    return {"score": str(linear_score(actual, bands))}


def _total(pairs: Iterable[tuple[str | None, str]], policy: MissingPolicy) -> Total:
    scores = [
        WeightedScore(key=str(i), score=None if score is None else Decimal(score), weight=Decimal(weight))
        for i, (score, weight) in enumerate(pairs)
    ]
    return weighted_total(scores, policy)


def _weights(given: dict[str, Any]) -> Answer:
    total = _total(given["items"], MissingPolicy.PENDING)
    return {"total": str(total.value), "normalised": [str(share) for share in total.shares.values()]}


def _missing(given: dict[str, Any]) -> Answer:
    if "components" in given:
        pairs = [(score, weight) for _, score, weight in given["components"]]
        return {"final": str(_total(pairs, MissingPolicy.PENDING).value)}
    total = _total(given["items"], MissingPolicy(given["policy"]))
    value = None if total.value is None else str(total.value)
    answer = {"total": value, "coverage": str(round_half_up(total.coverage, 2))}
    return answer | ({"status": "pending"} if value is None else {})


def _rounding(given: dict[str, Any]) -> Answer:
    if "items" in given:
        return {"total": str(_total(given["items"], MissingPolicy.PENDING).value)}
    return {"value": str(round_half_up(Decimal(given["value"]), given["places"]))}


CATEGORIES: dict[str, Callable[[dict[str, Any]], Answer]] = {
    "kpi_linear": _linear,
    "weights": _weights,
    "missing": _missing,
    "rounding": _rounding,
}
