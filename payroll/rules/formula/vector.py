"""The vector engine: every typed node on whole columns."""

from __future__ import annotations

import operator
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from . import ints, plan, rationals
from .civil import EPOCH_WEEKDAY
from .errors import RowCode
from .ints import Array
from .rationals import CODE_BITS, Errors, Ratio, choose_errors, first, mark
from .segments import find_segments, pick_rows
from .tables import Table
from .types import Rounding, Type


@dataclass(slots=True)
class Flag:
    """A column of conditions."""

    values: NDArray[np.bool_]
    errors: Errors = None


@dataclass(slots=True)
class Code:
    """A column of texts (codes of the run's vocabulary) or dates (days), or one for all rows."""

    values: Array | int
    errors: Errors = None


Column = Ratio | Flag | Code


@dataclass(slots=True)
class Frame:
    """One run over ``count`` rows. ``texts`` maps every text of formulas, tables and inputs to its code."""

    count: int
    texts: dict[str, int]
    inputs: list[Column] = field(default_factory=list)
    items: list[Column | None] = field(default_factory=list)
    shared: frozenset[int] = frozenset()
    seen: dict[int, Column] = field(default_factory=dict)
    rows: dict[tuple[object, ...], tuple[object, Array]] = field(default_factory=dict)


def evaluate(node: plan.Node, frame: Frame) -> Any:
    """The column of ``node``: Ratio, Flag or Code by its type."""
    if id(node) not in frame.shared:
        return RULES[type(node)](node, frame)
    if id(node) not in frame.seen:
        frame.seen[id(node)] = RULES[type(node)](node, frame)
    return frame.seen[id(node)]


def _const(node: plan.Const, frame: Frame) -> Column:
    if isinstance(node.value, bool):
        return Flag(np.full(frame.count, node.value))
    if isinstance(node.value, str):
        return Code(frame.texts[node.value])
    if isinstance(node.value, int):
        return Code(node.value)
    return rationals.of_fraction(node.value)


def _spread(node: plan.Spread, frame: Frame) -> Column:
    value = _const(node.value, frame)
    if isinstance(value, Ratio):
        column = np.full(frame.count, value.number.values, dtype=object)
        value.number = ints.measured(column)
    return value


def _ref(node: plan.Ref, frame: Frame) -> Column:
    if node.source is plan.Source.ITEM:
        item = frame.items[node.index]
        assert item is not None, "items run in order of dependency"
        return item
    return _at_site(frame.inputs[node.index], node.at.site)


def _at_site(column: Column, site: int) -> Column:
    """A missing input is an error of the place that reads it."""
    if column.errors is None:
        return column
    errors = np.where(column.errors != 0, np.int32(site << CODE_BITS | RowCode.MISSING), np.int32(0))
    if isinstance(column, Ratio):
        return Ratio(column.number, column.scale, column.divisor, errors)
    return Flag(column.values, errors) if isinstance(column, Flag) else Code(column.values, errors)


ARITHMETIC: dict[str, Callable[[Ratio, Ratio, int], Ratio]] = {
    "+": rationals.add,
    "-": rationals.subtract,
    "*": rationals.multiply,
    "/": rationals.divide,
}
COMPARISON: dict[str, Callable[[Any, Any], Array]] = {
    "=": operator.eq,
    "<>": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def _arith(node: plan.Arith, frame: Frame) -> Ratio:
    left = evaluate(node.left, frame)
    return ARITHMETIC[node.op](left, evaluate(node.right, frame), node.at.site)


def _extreme(node: plan.Extreme, frame: Frame) -> Ratio:
    left = evaluate(node.left, frame)
    return rationals.extreme(node.largest, left, evaluate(node.right, frame))


def _abs(node: plan.Abs, frame: Frame) -> Ratio:
    return rationals.absolute(evaluate(node.operand, frame))


def _round(node: plan.Round, frame: Frame) -> Ratio:
    return rationals.rounded(evaluate(node.operand, frame), node.mode, node.digits)


def _compare(node: plan.Compare, frame: Frame) -> Flag:
    left, right = evaluate(node.left, frame), evaluate(node.right, frame)
    op = COMPARISON[node.op]
    if isinstance(left, Ratio):
        return Flag(rationals.compare(op, left, right), first(left.errors, right.errors))
    return Flag(np.asarray(op(left.values, right.values)), first(left.errors, right.errors))


def _not(node: plan.Not, frame: Frame) -> Flag:
    operand = evaluate(node.operand, frame)
    return Flag(~operand.values, operand.errors)


def _both(node: plan.Both, frame: Frame) -> Flag:
    left, right = evaluate(node.left, frame), evaluate(node.right, frame)
    errors = first(left.errors, choose_errors(left.values, right.errors, None))
    return Flag(left.values & right.values, errors)


def _either(node: plan.Either, frame: Frame) -> Flag:
    left, right = evaluate(node.left, frame), evaluate(node.right, frame)
    errors = first(left.errors, choose_errors(left.values, None, right.errors))
    return Flag(left.values | right.values, errors)


def _if(node: plan.If, frame: Frame) -> Column:
    condition = evaluate(node.condition, frame)
    result = _choose(condition.values, evaluate(node.then, frame), evaluate(node.other, frame))
    result.errors = first(condition.errors, result.errors)
    return result


def _choose(mask: Array, left: Any, right: Any) -> Column:
    """A new column: ``left`` where ``mask``, else ``right``."""
    if isinstance(left, Ratio):
        return rationals.choose(mask, left, right)
    values = np.where(mask, left.values, right.values)
    return (Flag if isinstance(left, Flag) else Code)(values, choose_errors(mask, left.errors, right.errors))


def _catch(node: plan.Catch, frame: Frame) -> Column:
    operand: Column = evaluate(node.operand, frame)
    if operand.errors is None:
        return operand
    caught = operand.errors != 0
    if node.code is not None:
        caught = (operand.errors & (1 << CODE_BITS) - 1) == node.code
    if not caught.any():
        return operand
    return _choose(caught, evaluate(node.fallback, frame), operand)


def _fail(node: plan.Fail, frame: Frame) -> Column:
    errors = mark(None, np.ones(frame.count, dtype=np.bool_), node.at.site, node.code)
    if node.type is Type.NUMBER:
        return Ratio(ints.constant(0), 0, None, errors)
    return Flag(np.zeros(frame.count, dtype=np.bool_), errors) if node.type is Type.BOOL else Code(0, errors)


def _pick(node: plan.Pick, frame: Frame) -> Ratio:
    keys, errors = _keys(node.keys, None, frame)
    rows = _remember(frame, node.table, keys, lambda: pick_rows(node.table, keys, frame))
    return _cells(node.table, node.column, rows, errors, node.at.site)


def _segment(node: plan.Segment, frame: Frame) -> Ratio:
    operand: Ratio = evaluate(node.operand, frame)
    keys, errors = _keys(node.keys, operand.errors, frame)
    rows = _remember(frame, node.table, [operand, *keys], lambda: find_segments(node.table, operand, keys, frame))
    return _cells(node.table, node.column, rows, errors, node.at.site)


def _keys(nodes: tuple[plan.Node, ...], errors: Errors, frame: Frame) -> tuple[list[Column], Errors]:
    """Key columns, and their errors after those of what came before."""
    keys: list[Column] = [evaluate(node, frame) for node in nodes]
    for key in keys:
        errors = first(errors, key.errors)
    return keys, errors


def _remember(frame: Frame, table: Table, sources: list[Any], find: Callable[[], Array]) -> Array:
    """Rows found once per table and key columns: many items look up the same city.

    The entry holds its sources, so their ids stay theirs for the run.
    """
    key = (id(table), *(part for source in sources for part in _identity(source)))
    if key not in frame.rows:
        frame.rows[key] = (sources, find())
    return frame.rows[key][1]


def _identity(column: Column) -> tuple[object, ...]:
    """What two columns with the same values in every row share; errors aside."""
    if not isinstance(column, Ratio):
        return (id(column.values),)
    return id(column.number.values), column.scale, column.divisor and id(column.divisor.values)


def _cells(table: Table, column: int, rows: Array, errors: Errors, site: int) -> Ratio:
    """Cells of ``rows``; row -1 is NO_MATCH and reads as the last row."""
    cells = [row.values[column] for row in table.rows]
    absent = rows < 0
    if absent.any():
        errors = mark(errors, absent, site, RowCode.NO_MATCH)
    fits = all(abs(cell) <= ints.LIMIT for cell in cells)
    values = np.array(cells, dtype=np.int64 if fits else object)[rows]
    return Ratio(ints.Ints(values, min(cells), max(cells)), table.columns[column].scale, None, errors)


def _date_part(node: plan.DatePart, frame: Frame) -> Ratio:
    operand: Code = evaluate(node.operand, frame)
    part = _civil(operand.values)["YMD".index(node.part)]
    return Ratio(ints.Ints(part, 1, 9999), 0, None, operand.errors)


def _elapsed(node: plan.Elapsed, frame: Frame) -> Ratio:
    start, end = evaluate(node.start, frame), evaluate(node.end, frame)
    errors = first(start.errors, end.errors)
    if node.unit == "D":
        return Ratio(ints.measured(np.asarray(end.values - start.values)), 0, None, errors)
    (y1, m1, d1), (y2, m2, d2) = _civil(start.values), _civil(end.values)
    months = (y2 - y1) * 12 + (m2 - m1) - (d2 < d1)
    return Ratio(ints.measured(months), 0, None, errors)


def _civil(days: Array | int) -> tuple[Array, Array, Array]:
    dates = np.asarray(days, dtype=np.int64).astype("datetime64[D]")
    months = dates.astype("datetime64[M]")
    count = months.astype(np.int64)
    day = (dates - months.astype("datetime64[D]")).astype(np.int64) + 1
    return count // 12 + 1970, count % 12 + 1, day


def _shift(node: plan.Shift, frame: Frame) -> Code:
    operand, months = evaluate(node.operand, frame), evaluate(node.months, frame)
    errors = first(operand.errors, months.errors)
    year, month, day = (np.atleast_1d(part) for part in _civil(operand.values))
    offset, beyond = _whole_months(months)
    count = year * 12 + month - 1 + offset
    beyond = beyond | (count < 12) | (count >= 120_000)
    if beyond.any():
        errors = mark(errors, beyond, node.at.site, RowCode.OVERFLOW)
        count = np.where(beyond, 12, count)
    first_day = _first_of_month(count)
    if node.to_first:
        return Code(first_day, errors)
    return Code(first_day + np.minimum(day, _first_of_month(count + 1) - first_day) - 1, errors)


def _whole_months(months: Ratio) -> tuple[Array, Array]:
    """Whole months towards zero, and where there are more than any date could take (0 then)."""
    whole = ints.measured(np.atleast_1d(np.asarray(rationals.whole_at(months, Rounding.DOWN, 0).values)))
    over = rationals.exceeds(whole, 120_000)
    if over is None:
        return np.asarray(whole.values), np.zeros(1, dtype=np.bool_)
    return np.where(over, 0, whole.values).astype(np.int64), over


def _first_of_month(count: Array) -> Array:
    """First days of months counted from the year 0."""
    return (count - 1970 * 12).astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)


def _worked(node: plan.Worked, frame: Frame) -> Ratio:
    start, end = evaluate(node.start, frame), evaluate(node.end, frame)
    errors = first(start.errors, end.errors)
    opening, until = _worked_until(node.table)
    places = [np.atleast_1d(np.asarray(column.values)) - opening for column in (start, end)]
    inside = [(place >= 0) & (place < len(until)) for place in places]
    known = inside[0] & inside[1]
    if not known.all():
        errors = mark(errors, ~known, node.at.site, RowCode.NO_MATCH)
    early, late = (until[np.where(known, place, 0)] for place in places)
    return Ratio(ints.measured(late - early), 0, None, errors)


def _worked_until(calendar: Table) -> tuple[int, Array]:
    """The first day, and how many working days lie before each day from it to the day after the last."""
    days = np.array([row.lower for row in calendar.rows], dtype=np.int64)
    works = (np.arange(days[0], days[-1] + 1) + EPOCH_WEEKDAY) % 7 < 5
    works[days - days[0]] = [row.values[0] for row in calendar.rows]
    return int(days[0]), np.concatenate([[0], np.cumsum(works, dtype=np.int64)])


RULES: dict[type[plan.Node], Callable[[Any, Frame], Column]] = {
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
