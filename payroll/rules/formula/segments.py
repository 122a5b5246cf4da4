"""Which row of a parameter table belongs to each person."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from . import ints
from .ints import Array, Ints, constant
from .rationals import Ratio
from .tables import Edge, Row, Table
from .types import Rounding, Type

if TYPE_CHECKING:
    from .vector import Frame

FEW_EDGES = 24
DENSE = 1 << 22
INT64_MIN = -(1 << 63)
NOWHERE = 1 << 300
"""Below (when negative) any value that the limits of intermediates let through."""


def find_segments(table: Table, operand: Ratio, keys: list[Any], frame: Frame) -> Array:
    """Row index of the segment of each value, -1 below the first and where no row has the keys."""
    if keys:
        return _find_keyed(table, operand, keys, frame)
    number, scale = _whole(table, operand)
    edges = [None if row.lower is None else _edge(table, index, scale) for index, row in enumerate(table.rows)]
    start = -1 if edges[0] is not None else 0
    finite = [edge for edge in edges if edge is not None]
    values = np.atleast_1d(np.asarray(number.values))
    if len(finite) > FEW_EDGES and max(map(abs, finite)) <= ints.LIMIT:
        return np.searchsorted(np.array(finite, dtype=values.dtype), values, side="right") + start
    rows: Array = np.full(values.shape, start, dtype=np.int64)
    for edge in finite:
        if edge <= number.high:  # also keeps edges that int64 cannot hold away from it
            rows += values >= edge
    return rows


def _whole(table: Table, operand: Ratio) -> tuple[Ints, int]:
    """The operand as whole numbers at a scale, rounded to the side that keeps every comparison true."""
    number, scale = operand.number, operand.scale
    if operand.divisor is None:
        return number, scale
    if scale < table.edge_scale:
        number, scale = ints.times_power(number, table.edge_scale - scale), table.edge_scale
    # The lowest edge always includes itself, which needs FLOOR as well; see _edge for the others.
    if table.edge is Edge.LOWER:
        return ints.divide(Rounding.FLOOR, number, operand.divisor), scale
    up = ints.divide(Rounding.CEILING, number, operand.divisor)
    return _below_first(table, number, operand.divisor, up, scale), scale


def _below_first(table: Table, number: Ints, divisor: Ints, up: Ints, scale: int) -> Ints:
    """``up``, except that a value below an inclusive first edge must not be rounded up onto it."""
    lower = table.rows[0].lower
    if lower is None:
        return up
    edge = lower * ints.ten(scale - table.edge_scale)
    down = ints.divide(Rounding.FLOOR, number, divisor)
    below = ints.compare(lambda a, b: a < b, down, constant(edge))
    return ints.choose(np.asarray(below), down, up)


def _find_keyed(table: Table, operand: Ratio, keys: list[Any], frame: Frame) -> Array:
    """The same where each combination of keys has segments of its own: edge by edge, for all groups at once."""
    groups = list(table.groups())
    group = match_keys(table, [keys for keys, _rows in groups], keys, frame)
    down, up, scale = _both_sides(table, operand)
    sizes = [len(rows) for _keys, rows in groups]
    place: Array = np.full(1, -1, dtype=np.int64)
    for at in range(max(sizes)):
        values = down if at == 0 else up
        lowest = -NOWHERE if values.dtype == object else INT64_MIN
        edges = [_group_edge(table, rows, at, scale, lowest) for _keys, rows in groups]
        passed = np.array([edge is not None for edge in edges])[group]
        place = place + (passed & (values >= _edges(edges)[group]))
    starts = np.concatenate([[0], np.cumsum(sizes)])[:-1]
    return np.where((group < 0) | (place < 0), -1, starts[group] + place)


def _both_sides(table: Table, operand: Ratio) -> tuple[Array, Array, int]:
    """Values rounded down, for edges that belong to what lies above, and up, for those that do not."""
    number, scale = operand.number, operand.scale
    if operand.divisor is None:
        values = np.atleast_1d(np.asarray(number.values))
        return values, values, scale
    if scale < table.edge_scale:
        number, scale = ints.times_power(number, table.edge_scale - scale), table.edge_scale
    sides = (Rounding.FLOOR, Rounding.FLOOR if table.edge is Edge.LOWER else Rounding.CEILING)
    down, up = (np.atleast_1d(np.asarray(ints.divide(mode, number, operand.divisor).values)) for mode in sides)
    return down, up, scale


def _group_edge(table: Table, rows: tuple[Row, ...], at: int, scale: int, lowest: int) -> int | None:
    """Where segment ``at`` of a group begins (``lowest`` without a lower end); None past its last segment."""
    if at >= len(rows):
        return None
    lower = rows[at].lower
    return lowest if lower is None else _least_whole(table, at, lower, scale)


def _edges(edges: list[int | None]) -> Array:
    known = [0 if edge is None else edge for edge in edges]
    fits = min(known) >= INT64_MIN and max(known) <= ints.LIMIT
    return np.array(known, dtype=np.int64 if fits else object)


def _edge(table: Table, index: int, scale: int) -> int:
    """The least whole number at ``scale`` that lies in segment ``index``."""
    lower = table.rows[index].lower
    assert lower is not None, "the caller leaves open ends out"
    return _least_whole(table, index, lower, scale)


def _least_whole(table: Table, index: int, lower: int, scale: int) -> int:
    up, unit = lower * ints.ten(scale), ints.ten(table.edge_scale)
    if index == 0 or table.edge is Edge.LOWER:
        return -(-up // unit)
    return up // unit + 1


def pick_rows(table: Table, keys: list[Any], frame: Frame) -> Array:
    """Row index of each combination of keys, -1 where the table has none."""
    return match_keys(table, [row.keys for row in table.rows], keys, frame)


def match_keys(table: Table, known: list[tuple[Any, ...]], keys: list[Any], frame: Frame) -> Array:
    """Index of each combination of keys among the ``known`` ones, -1 for others."""
    code: Array = np.zeros(1, dtype=np.int64)
    wanted = np.zeros(len(known), dtype=np.int64)
    size = 1
    for position, key in enumerate(keys):
        cells = [combination[position] for combination in known]
        distinct = {cell: index + 1 for index, cell in enumerate(dict.fromkeys(cells))}
        number = (
            _text_positions(distinct, key.values, frame)
            if table.keys[position].type is Type.TEXT
            else _number_positions(distinct, key)
        )
        width = len(distinct) + 1
        code = code * width + number
        wanted = wanted * width + np.array([distinct[cell] for cell in cells], dtype=np.int64)
        size *= width
    return _match(wanted, code, size)


def _match(wanted: NDArray[np.int64], code: Array, size: int) -> Array:
    if size <= DENSE:
        rows = np.full(size, -1, dtype=np.int64)
        rows[wanted] = np.arange(len(wanted))
        return rows[code]
    order = np.argsort(wanted)
    place = np.minimum(np.searchsorted(wanted[order], code), len(wanted) - 1)
    found: Array = order[place]
    return np.where(wanted[found] == code, found, -1)


def _text_positions(distinct: dict[Any, int], codes: Array | int, frame: Frame) -> Array:
    """1-based position of each text among the ``distinct`` keys, 0 for others."""
    positions = np.zeros(len(frame.texts), dtype=np.int64)
    for text, position in distinct.items():
        positions[frame.texts[text]] = position
    return np.atleast_1d(positions[codes])


def _number_positions(distinct: dict[Any, int], key: Ratio) -> Array:
    """1-based position of each whole number among the ``distinct`` keys, 0 for others."""
    down = ints.divide(Rounding.FLOOR, key.number, _unit(key))
    up = ints.divide(Rounding.CEILING, key.number, _unit(key))
    values = np.atleast_1d(np.asarray(down.values))
    cells = np.array(sorted(distinct), dtype=values.dtype)
    positions = np.array([distinct[cell] for cell in sorted(distinct)], dtype=np.int64)
    place = np.minimum(np.searchsorted(cells, values), len(cells) - 1)
    whole = ints.compare(lambda a, b: a == b, down, up)
    return np.where((cells[place] == values) & whole, positions[place], 0)


def _unit(key: Ratio) -> Ints:
    return ints.times_power(key.divisor or constant(1), key.scale)
