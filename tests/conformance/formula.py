"""Cases of the formula language: exact values, error codes and positions, time."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

import numpy as np

from payroll.rules.formula import (
    FormulaError,
    FormulaSetError,
    Input,
    Item,
    Rounding,
    RowError,
    calculate,
    compile_set,
)
from payroll.rules.formula import run as run_set
from payroll.rules.formula.tokens import normal_name

Case = dict[str, Any]
GENERATOR_NAMES = {"range": range, "str": str, "chr": chr, "len": len, "map": map}


def run(cases: Iterable[Case]) -> Iterator[tuple[str, bool, str]]:
    for case in cases:
        start = time.perf_counter()
        got = outcome(case)
        spent = (time.perf_counter() - start) * 1000
        wrong = difference(case["expect"], got)
        if not wrong and spent > case.get("max_ms", 50):
            wrong = f"took {spent:.1f} ms"
        yield case["id"], not wrong, wrong


def outcome(case: Case) -> str | FormulaError | RowError:
    """The value of the target item as a decimal text, or its error. Both engines must agree."""
    items, target = items_of(case)
    given = {normal_name(name): value for name, value in case.get("inputs", {}).items()}
    inputs = [Input(name, scale=scale_of(value)) for name, value in given.items()]
    try:
        compiled = compile_set(items, inputs)
    except FormulaSetError as refused:
        return next((error for error in refused.errors if error.item == target), refused.errors[0])
    index = compiled.position(target)
    scaled = {entry.name: whole(given[entry.name], entry.scale) for entry in inputs}
    alone = calculate(compiled, scaled)[index]
    columns = {name: np.array([value or 0], dtype=np.int64) for name, value in scaled.items()}
    missing = {name: np.array([value is None]) for name, value in scaled.items()}
    result = run_set(compiled, columns, missing, 1)
    error = result.error(0, index)
    if error != alone.error or (error is None and int(result.amounts[0, index]) != alone.amount):
        return f"engines differ: {alone} against {error or result.amounts[0, index]}"
    scale = compiled.items[index].scale
    return error or f"{Decimal(int(result.amounts[0, index])).scaleb(-scale):.{scale}f}"


def items_of(case: Case) -> tuple[list[Item], str]:
    """The items, the wanted one first, and its id."""
    expect = case["expect"]
    target = case.get("target", "x")
    formulas = case.get("formulas") or {target: formula_of(case)}
    rounding = Rounding(expect.get("component_rounding", "HALF_UP"))
    scale = expect.get("scale", 2)
    items = [Item(name, name, text, scale, rounding, "result") for name, text in formulas.items()]
    return sorted(items, key=lambda item: item.id != target), target


def formula_of(case: Case) -> str:
    """The formula, or what its generator expression yields."""
    if "formula_gen" in case:
        return str(eval(case["formula_gen"], {"__builtins__": GENERATOR_NAMES}))
    return str(case["formula"])


def scale_of(value: str | None) -> int:
    return 2 if value is None else max(0, -int(Decimal(value).as_tuple().exponent))


def whole(value: str | None, scale: int) -> int | None:
    return None if value is None else int(Decimal(value).scaleb(scale))


def difference(expect: Case, got: str | FormulaError | RowError) -> str:
    if expect["result"] == "ok":
        return "" if got == expect["value"] else f"expected {expect['value']}, got {got}"
    if isinstance(got, str):
        return f"expected {expect['code']}, got {got}"
    if (got.code, got.pos) != (expect["code"], expect["pos"]):
        return f"expected {expect['code']} at {expect['pos']}, got {got.code} at {got.pos}"
    return "" if got.zh and got.en else "an error without text in both languages"
