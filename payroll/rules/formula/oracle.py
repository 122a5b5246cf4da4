"""The simple interpreter: one person, exact Fractions, one rule per node.

It is the reference that the vector engine must equal on every value and error, the audit of every run,
and the source of explanations.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from . import plan
from .civil import EPOCH_WEEKDAY, civil, shifted, whole_months
from .errors import RowCode
from .limits import MAX_BITS
from .tables import Edge, Table
from .types import Rounding

Value = Fraction | bool | str | int
BOUND = 1 << MAX_BITS


class RowFault(Exception):
    """An error of one person: what happened and at which site of the set."""

    def __init__(self, code: RowCode, site: int) -> None:
        super().__init__(code.name)
        self.code, self.site = code, site


@dataclass(slots=True)
class Scope:
    """What a formula may read: values or faults of inputs and items, by index."""

    inputs: Mapping[int, Value | RowFault | None] = field(default_factory=dict)
    items: Mapping[int, Value | RowFault | None] = field(default_factory=dict)
    shared: frozenset[int] = frozenset()
    seen: dict[int, Value | RowFault] = field(default_factory=dict)
    trace: dict[int, Value | RowFault] | None = None


def evaluate(node: plan.Node, scope: Scope) -> Value:
    """The value of ``node``. Raises RowFault."""
    if id(node) not in scope.shared and scope.trace is None:
        return RULES[type(node)](node, scope)
    if id(node) not in scope.seen:
        scope.seen[id(node)] = _outcome(node, scope)
    found = scope.seen[id(node)]
    if scope.trace is not None:
        scope.trace[id(node)] = found
    if isinstance(found, RowFault):
        raise found
    return found


def _outcome(node: plan.Node, scope: Scope) -> Value | RowFault:
    try:
        return RULES[type(node)](node, scope)
    except RowFault as fault:
        return fault


def exact(value: Value) -> Fraction:
    """The number itself; conditions and days as one. (Copying a Fraction costs more than adding two.)"""
    return value if type(value) is Fraction else Fraction(value)


def round_to(value: Fraction, mode: Rounding, digits: int) -> Fraction:
    """``value`` at ``digits`` decimals (negative: tens, hundreds)."""
    (top, bottom), unit = value.as_integer_ratio(), 10 ** abs(digits)
    if digits < 0:
        return Fraction(_round_whole(top, bottom * unit, mode) * unit)
    return Fraction(_round_whole(top * unit, bottom, mode), unit)


def _round_whole(top: int, bottom: int, mode: Rounding) -> int:
    """The quotient as a whole number; bottom is positive."""
    sign = -1 if top < 0 else 1
    floor, rest = divmod(abs(top), bottom)
    if mode is Rounding.FLOOR:
        return top // bottom
    if mode is Rounding.CEILING:
        return -(-top // bottom)
    if mode is Rounding.DOWN:
        return sign * floor
    if mode is Rounding.UP:
        return sign * (floor + (rest > 0))
    if mode is Rounding.HALF_EVEN and 2 * rest == bottom:
        return sign * (floor + floor % 2)
    return sign * (floor + (2 * rest >= bottom))


def segment_row(table: Table, value: Fraction, keys: tuple[Any, ...] = ()) -> int:
    """Index of the segment among the rows with ``keys`` that holds ``value``; -1 below the first."""
    found, first = -1, True
    scaled, bottom = value.numerator * 10**table.edge_scale, value.denominator
    for index, row in enumerate(table.rows):
        if row.keys == keys:
            inclusive = first or table.edge is Edge.LOWER
            above = 1 if row.lower is None else scaled - row.lower * bottom
            inside = above > 0 or (inclusive and above == 0)
            found, first = (index if inside else found), False
    return found


def _const(node: plan.Const, scope: Scope) -> Value:
    return node.value


def _spread(node: plan.Spread, scope: Scope) -> Value:
    return node.value.value


def _ref(node: plan.Ref, scope: Scope) -> Value:
    known = scope.inputs if node.source is plan.Source.INPUT else scope.items
    value = known[node.index]
    if value is None:
        raise RowFault(RowCode.MISSING, node.at.site)
    if isinstance(value, RowFault):
        raise value
    return value


def _number(node: plan.Node, scope: Scope) -> Fraction:
    return exact(evaluate(node, scope))


def _arith(node: plan.Arith, scope: Scope) -> Fraction:
    # No helper in between: a sum of 200 terms is 200 calls deep.
    left, right = exact(evaluate(node.left, scope)), exact(evaluate(node.right, scope))
    if node.op == "/" and not right:
        raise RowFault(RowCode.DIV0, node.at.site)
    result = ARITHMETIC[node.op](left, right)
    top, bottom = result.as_integer_ratio()
    if not -BOUND <= top <= BOUND or bottom > BOUND:
        raise RowFault(RowCode.OVERFLOW, node.at.site)
    return result


ARITHMETIC: dict[str, Callable[[Fraction, Fraction], Fraction]] = {
    "+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv,
}  # fmt: skip
COMPARISON: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq, "<>": operator.ne, "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}  # fmt: skip


def _extreme(node: plan.Extreme, scope: Scope) -> Fraction:
    left, right = _number(node.left, scope), _number(node.right, scope)
    return max(left, right) if node.largest else min(left, right)


def _abs(node: plan.Abs, scope: Scope) -> Fraction:
    return abs(_number(node.operand, scope))


def _round(node: plan.Round, scope: Scope) -> Fraction:
    return round_to(_number(node.operand, scope), node.mode, node.digits)


def _compare(node: plan.Compare, scope: Scope) -> bool:
    left = evaluate(node.left, scope)
    return COMPARISON[node.op](left, evaluate(node.right, scope))


def _not(node: plan.Not, scope: Scope) -> bool:
    return not evaluate(node.operand, scope)


def _both(node: plan.Both, scope: Scope) -> bool:
    return bool(evaluate(node.left, scope)) and bool(evaluate(node.right, scope))


def _either(node: plan.Either, scope: Scope) -> bool:
    return bool(evaluate(node.left, scope)) or bool(evaluate(node.right, scope))


def _if(node: plan.If, scope: Scope) -> Value:
    return evaluate(node.then if evaluate(node.condition, scope) else node.other, scope)


def _catch(node: plan.Catch, scope: Scope) -> Value:
    try:
        return evaluate(node.operand, scope)
    except RowFault as fault:
        if node.code not in (None, fault.code):
            raise
        return evaluate(node.fallback, scope)


def _fail(node: plan.Fail, scope: Scope) -> Value:
    raise RowFault(node.code, node.at.site)


def _pick(node: plan.Pick, scope: Scope) -> Fraction:
    keys = tuple(evaluate(key, scope) for key in node.keys)
    for row in node.table.rows:
        if row.keys == keys:
            return Fraction(row.values[node.column], 10 ** node.table.columns[node.column].scale)
    raise RowFault(RowCode.NO_MATCH, node.at.site)


def _segment(node: plan.Segment, scope: Scope) -> Fraction:
    value = _number(node.operand, scope)
    index = segment_row(node.table, value, tuple(evaluate(key, scope) for key in node.keys))
    if index < 0:
        raise RowFault(RowCode.NO_MATCH, node.at.site)
    return Fraction(node.table.rows[index].values[node.column], 10 ** node.table.columns[node.column].scale)


def _date_part(node: plan.DatePart, scope: Scope) -> Fraction:
    return Fraction(civil(int(evaluate(node.operand, scope)))["YMD".index(node.part)])


def _elapsed(node: plan.Elapsed, scope: Scope) -> Fraction:
    start, end = int(evaluate(node.start, scope)), int(evaluate(node.end, scope))
    return Fraction(end - start if node.unit == "D" else whole_months(start, end))


def _shift(node: plan.Shift, scope: Scope) -> int:
    day, months = int(evaluate(node.operand, scope)), _number(node.months, scope)
    moved = shifted(day, int(months), node.to_first)
    if moved is None:
        raise RowFault(RowCode.OVERFLOW, node.at.site)
    return moved


def _worked(node: plan.Worked, scope: Scope) -> Fraction:
    start, end = int(evaluate(node.start, scope)), int(evaluate(node.end, scope))
    exceptions = {row.lower: row.values[0] for row in node.table.rows}
    first, last = node.table.rows[0].lower or 0, node.table.rows[-1].lower or 0
    if not (first <= start <= last + 1 and first <= end <= last + 1):
        raise RowFault(RowCode.NO_MATCH, node.at.site)
    early, late = min(start, end), max(start, end)
    days = (exceptions.get(day, (day + EPOCH_WEEKDAY) % 7 < 5) for day in range(early, late))
    return Fraction(sum(map(int, days)) * (1 if start <= end else -1))


RULES: dict[type[plan.Node], Callable[[Any, Scope], Value]] = {
    plan.Const: _const,
    plan.Spread: _spread,
    plan.Ref: _ref,
    plan.Arith: _arith,
    plan.Extreme: _extreme,
    plan.Abs: _abs,
    plan.Round: _round,
    plan.Compare: _compare,
    plan.Not: _not,
    plan.Both: _both,
    plan.Either: _either,
    plan.If: _if,
    plan.Catch: _catch,
    plan.Fail: _fail,
    plan.Pick: _pick,
    plan.Segment: _segment,
    plan.DatePart: _date_part,
    plan.Elapsed: _elapsed,
    plan.Shift: _shift,
    plan.Worked: _worked,
}
