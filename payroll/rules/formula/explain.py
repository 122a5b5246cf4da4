"""One person by the oracle: amounts, explanations, and the audit of a vector run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from . import oracle, plan
from .civil import as_date, day_number
from .compiler import CompiledSet, Program, RowError
from .errors import RowCode
from .evaluate import Result, RowWarning, TextColumn, default_value
from .oracle import RowFault, Value, evaluate, exact, round_to
from .overrides import Override, check_amount
from .tables import VERSION
from .types import HistoryInput, Input, Item, Type, result_limit

PersonValue = int | str | bool | date | None
"""A number as integer at the input's scale, a text, a condition, a date; None is missing."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """An item of one person: ``amount`` at the item's scale (a condition 0 or 1, a date its days since 1970-01-01),
    for an item that is a text ``text``, or the error instead."""

    amount: int | None
    error: RowError | None
    warnings: tuple[RowWarning, ...] = ()
    text: str | None = None


@dataclass(frozen=True, slots=True)
class Trace:
    """A part of a formula with its value.

    ``text`` is as written (ids where the formula is stored by id). ``source`` says what a leaf is:
    ``item:ID``, ``input:KEY``, ``table:NAME#ROW`` (0-based row that was read) or ``table:NAME#ROW@VERSION`` (0-based
    from the oldest, where the formula gives a date); '' for a calculation.
    ``value`` is exact and not yet rounded to the item's scale; None with ``error`` set. A branch that was
    not taken is absent.
    """

    text: str
    value: Value | None
    error: RowError | None
    source: str
    children: tuple[Trace, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """``formula``: what the formula alone gives, where the amount was set by hand; the tree is that of the formula."""

    item: Item
    outcome: Outcome
    tree: Trace
    formula: Outcome | None = None


def calculate(
    compiled: CompiledSet, values: Mapping[str, PersonValue], overrides: Mapping[str, int] | None = None
) -> tuple[Outcome, ...]:
    """Every item of one person, by item index. A key left out is missing. overrides: by id of an item, the amount at
    its scale that counts instead of its formula. Raises ValueError for an amount that no item can have."""
    scope = _scope(compiled, values)
    return _outcomes(compiled, scope, overrides or {})


def explain(
    compiled: CompiledSet, values: Mapping[str, PersonValue], overrides: Mapping[str, int] | None = None
) -> dict[str, Explanation]:
    """How every item of one person came about, by item id. overrides: as in ``calculate``."""
    scope, by_hand = _scope(compiled, values), overrides or {}
    outcomes = _outcomes(compiled, scope, by_hand)
    result = {}
    for index, (item, program) in enumerate(zip(compiled.items, compiled.programs, strict=True)):
        formula = _formula_outcome(compiled, item, program, scope) if item.id in by_hand else None
        scope.seen, scope.trace = {}, {}
        _attempt(program.root, scope)
        tree = _Tracer(compiled, item.formula, scope).trace(program.root)
        scope.trace = None
        result[item.id] = Explanation(item, outcomes[index], tree, formula)
    return result


def audit(
    compiled: CompiledSet,
    inputs: Mapping[str, NDArray[Any] | TextColumn],
    missing: Mapping[str, NDArray[np.bool_]],
    result: Result,
    rows: Iterable[int],
    overrides: Mapping[str, Override] | None = None,
) -> list[tuple[int, str]]:
    """The (row, item id) pairs where ``result`` differs from the oracle in amount, error or warnings."""
    by_hand = overrides or {}
    return [
        (row, item.id)
        for row in rows
        for item, outcome in zip(
            compiled.items,
            calculate(compiled, person(compiled, inputs, missing, row), _amounts_of(by_hand, row)),
            strict=True,
        )
        if outcome != result_outcome(compiled, result, row, compiled.position(item.id))
    ]


def _amounts_of(overrides: Mapping[str, Override], row: int) -> dict[str, int]:
    return {code: int(one.amounts[row]) for code, one in overrides.items() if one.mask[row]}


def result_outcome(compiled: CompiledSet, result: Result, row: int, item: int) -> Outcome:
    """The vector run's answer in the oracle's terms."""
    error = result.error(row, item)
    mine = [RowWarning(compiled.items[at].id, text) for at, text, mask in result.warnings if at == item and mask[row]]
    if error or item not in result.texts:
        return Outcome(None if error else int(result.amounts[row, item]), error, tuple(mine))
    texts = result.texts[item]
    return Outcome(None, None, tuple(mine), texts.vocabulary[int(texts.codes[row])])


def person(
    compiled: CompiledSet,
    inputs: Mapping[str, NDArray[Any] | TextColumn],
    missing: Mapping[str, NDArray[np.bool_]],
    row: int,
) -> dict[str, PersonValue]:
    """The inputs of one row of the columns given to ``run``."""
    return {
        entry.key: _cell(entry, inputs[entry.key], row)
        for entry in compiled.inputs
        if entry.key in inputs and not (entry.key in missing and missing[entry.key][row])
    }


def _cell(entry: Input | HistoryInput, column: NDArray[Any] | TextColumn, row: int) -> PersonValue:
    if isinstance(column, TextColumn):
        return column.vocabulary[int(column.codes[row])]
    if isinstance(entry, Input) and entry.type is Type.DATE:
        return as_date(int(column[row].astype(np.int64)))
    return bool(column[row]) if column.dtype == np.bool_ else int(column[row])


def _scope(compiled: CompiledSet, values: Mapping[str, PersonValue]) -> oracle.Scope:
    inputs: dict[int, Value | RowFault | None] = {}
    for index, entry in enumerate(compiled.inputs):
        given = values.get(entry.key)
        inputs[index] = default_value(entry) if given is None else _value(entry, given)
    return oracle.Scope(inputs=inputs)


def _value(entry: Input | HistoryInput, given: PersonValue) -> Value:
    if isinstance(given, date):
        return day_number(given)
    if isinstance(given, int) and not isinstance(given, bool):
        return Fraction(given, 10**entry.scale)
    assert given is not None, "missing values are handled before"
    return given


def _outcomes(compiled: CompiledSet, scope: oracle.Scope, overrides: Mapping[str, int]) -> tuple[Outcome, ...]:
    for code, amount in overrides.items():
        check_amount(compiled, code, amount)
    items: dict[int, Value | RowFault | None] = {}
    scope.items = items
    outcomes: dict[int, Outcome] = {}
    for index in compiled.order:
        item, program = compiled.items[index], compiled.programs[index]
        if item.id in overrides:
            items[index] = Fraction(overrides[item.id], 10**item.scale)
            outcomes[index] = Outcome(overrides[item.id], None)
            continue
        scope.shared, scope.seen = program.shared, {}
        found = _item_value(item, program, scope)
        items[index] = found
        outcomes[index] = _outcome(compiled, item, program, found, scope)
    return tuple(outcomes[index] for index in range(len(compiled.items)))


def _formula_outcome(compiled: CompiledSet, item: Item, program: Program, scope: oracle.Scope) -> Outcome:
    scope.shared, scope.seen = program.shared, {}
    return _outcome(compiled, item, program, _item_value(item, program, scope), scope)


def _item_value(item: Item, program: Program, scope: oracle.Scope) -> Value | RowFault:
    try:
        value = evaluate(program.root, scope)
        for check in program.checks:
            evaluate(check.condition, scope)
    except RowFault as fault:
        return fault
    if item.type is not Type.NUMBER:
        return value
    rounded = round_to(exact(value), item.rounding, item.scale)
    if abs(_at_scale(rounded, item)) > result_limit(item):
        return RowFault(RowCode.OVERFLOW, program.root.at.site)
    return rounded


def _outcome(
    compiled: CompiledSet, item: Item, program: Program, found: Value | RowFault, scope: oracle.Scope
) -> Outcome:
    warnings = tuple(
        RowWarning(item.id, check.text) for check in program.checks if _attempt(check.condition, scope) is False
    )
    if isinstance(found, RowFault):
        return Outcome(None, compiled.row_error(found.code, found.site), warnings)
    if isinstance(found, str):
        return Outcome(None, None, warnings, found)
    return Outcome(_at_scale(found, item) if isinstance(found, Fraction) else int(found), None, warnings)


def _at_scale(rounded: Fraction, item: Item) -> int:
    """An amount that the item's scale holds, as an integer at it."""
    return rounded.numerator * int(10**item.scale) // rounded.denominator


def _attempt(node: plan.Node, scope: oracle.Scope) -> Value | RowFault:
    try:
        return evaluate(node, scope)
    except RowFault as fault:
        return fault


class _Tracer:
    """Reads the tree of one item off what the oracle evaluated."""

    def __init__(self, compiled: CompiledSet, formula: str, scope: oracle.Scope) -> None:
        self.compiled, self.formula, self.scope = compiled, formula, scope
        self.seen: dict[int, Value | RowFault] = scope.trace or {}

    def trace(self, node: plan.Node) -> Trace:
        found = self.seen[id(node)]
        error = self.compiled.row_error(found.code, found.site) if isinstance(found, RowFault) else None
        value = None if isinstance(found, RowFault) else found
        text = self.formula[node.at.start : node.at.end]
        return Trace(text, value, error, self.source(node), tuple(self.parts(node, set())))

    def parts(self, node: plan.Node, met: set[int]) -> Iterable[Trace]:
        """The written parts below ``node``: what a function was made of shows as its table rows and arguments."""
        for child in plan.children(node):
            if id(child) not in self.seen or id(child) in met:
                continue
            met.add(id(child))
            span, same = child.at, (child.at.start, child.at.end) == (node.at.start, node.at.end)
            if not same or (isinstance(child, plan.Segment | plan.Pick | plan.Ref) and not _hidden(child)):
                yield self.trace(child)
            elif span:
                yield from self.parts(child, met)

    def source(self, node: plan.Node) -> str:
        if isinstance(node, plan.Ref) and node.source is plan.Source.ITEM:
            return f"item:{self.compiled.items[node.index].id}"
        if isinstance(node, plan.Ref):
            return f"input:{self.compiled.inputs[node.index].key}"
        if isinstance(node, plan.Segment | plan.Pick):
            return f"table:{node.table.name}{self.row_read(node)}"
        if isinstance(node, plan.Worked):
            return f"table:{node.table.name}"
        return ""

    def row_read(self, node: plan.Segment | plan.Pick) -> str:
        """``#row`` that was read, ``#row@version`` where a date chose among versions; nothing where none matched."""
        keys, rows = tuple(self.seen.get(id(key)) for key in node.keys), node.table.rows
        row = next((at for at, one in enumerate(rows) if one.keys == keys), -1)
        if isinstance(node, plan.Segment):
            value = self.seen.get(id(node.operand))
            row = oracle.segment_row(node.table, value, keys) if isinstance(value, Fraction) else -1
        if row < 0 or node.table.keys[:1] != (VERSION,):
            return f"#{row}" if row >= 0 else ""
        version = rows[row].keys[0]
        return f"#{row - next(at for at, one in enumerate(rows) if one.keys[0] == version)}@{version}"


def _hidden(node: plan.Node) -> bool:
    """The choice of a version stands nowhere in the formula."""
    return isinstance(node, plan.Segment) and not node.table.name
