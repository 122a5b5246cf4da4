"""Run a compiled set: all people at once, or one person with the oracle."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from . import ints, oracle, rationals, vector
from .civil import FIRST_DAY, LAST_DAY, day_number
from .compiler import CompiledSet, RowError
from .errors import RowCode
from .overrides import Override, Replaced, by_position
from .rationals import CODE_BITS, Errors, Ratio
from .types import HistoryInput, Input, Item, Type, result_limit
from .vector import Code, Column, Flag, Frame

MISSING_ANYWHERE = np.int32(RowCode.MISSING)


@dataclass(frozen=True, slots=True)
class TextColumn:
    """Texts as ``codes`` (int64, index into ``vocabulary``)."""

    codes: NDArray[np.int64]
    vocabulary: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RowWarning:
    """A CHECK that did not hold for one person."""

    item: str
    text: str


class Result:
    """Amounts of a run.

    ``columns``: int64[people] per item at its scale, 0 where it failed; may share memory with inputs.
    A condition is 0 or 1, a date its days since 1970-01-01; a text is 0 here and stands in ``texts``.
    ``amounts``: the same as int64[people, items], one payslip a row; made when first asked for.
    ``texts``: by item index, the values of items that are texts.
    ``errors``: by item index, int32[people], 0 where all is well; read them with ``error``.
    ``warnings``: (item index, text, bool[people]) per CHECK that some person failed.
    ``replaced``: by item index, what the formulas gave where some amount was set by hand.
    """

    def __init__(self, compiled: CompiledSet, count: int) -> None:
        self.compiled, self.count = compiled, count
        self.columns: list[NDArray[np.int64]] = [np.empty(0, dtype=np.int64)] * len(compiled.items)
        self.texts: dict[int, TextColumn] = {}
        self.errors: dict[int, NDArray[np.int32]] = {}
        self.warnings: list[tuple[int, str, NDArray[np.bool_]]] = []
        self.replaced: dict[int, Replaced] = {}

    def error(self, row: int, item: int) -> RowError | None:
        """What kept ``item`` of person ``row`` from being calculated."""
        value = int(self.errors[item][row]) if item in self.errors else 0
        if not value:
            return None
        return self.compiled.row_error(RowCode(value & (1 << CODE_BITS) - 1), value >> CODE_BITS)

    @cached_property
    def amounts(self) -> NDArray[np.int64]:
        return np.stack(self.columns, axis=1) if self.columns else np.empty((self.count, 0), dtype=np.int64)

    @cached_property
    def failed(self) -> NDArray[np.bool_]:
        """bool[people]: whether any item failed."""
        mask = np.zeros(self.count, dtype=np.bool_)
        for errors in self.errors.values():
            mask |= errors != 0
        return mask

    def warnings_of(self, row: int) -> tuple[RowWarning, ...]:
        items = self.compiled.items
        return tuple(RowWarning(items[at].id, text) for at, text, mask in self.warnings if mask[row])


def run(
    compiled: CompiledSet,
    inputs: Mapping[str, NDArray[Any] | TextColumn],
    missing: Mapping[str, NDArray[np.bool_]],
    count: int,
    overrides: Mapping[str, Override] | None = None,
) -> Result:
    """Calculate every item for ``count`` people; chunk by about 50,000.

    ``inputs`` by key of ``compiled.inputs``: int64 at the input's scale, bool, days since 1970-01-01 (int64
    or datetime64[D]) or TextColumn; a column left out is missing for everybody. ``missing``: bool[count],
    True where there is no value. ``overrides``: by id of an item, amounts that count instead of its formula,
    its errors and its CHECKs; what builds on the item builds on them. Raises ValueError for a column of wrong
    length or type, a date outside the years 1 to 9999, or an amount that no item can have.
    """
    frame = _frame(compiled, inputs, missing, count)
    result = Result(compiled, count)
    by_hand = by_position(compiled, overrides or {}, count)
    for index in compiled.order:
        _run_item(compiled, index, frame, result)
        if index in by_hand:
            _replace(index, compiled.items[index], by_hand[index], frame, result)
    return result


def _run_item(compiled: CompiledSet, index: int, frame: Frame, result: Result) -> None:
    program, item = compiled.programs[index], compiled.items[index]
    frame.shared, frame.seen = program.shared, {}
    value: Column = vector.evaluate(program.root, frame)
    errors = value.errors
    for check in program.checks:
        flag: Flag = vector.evaluate(check.condition, frame)
        errors = rationals.first(errors, flag.errors)
        _warn(result, index, check.text, flag, frame.count)
    if isinstance(value, Ratio):
        number = Ratio(value.number, value.scale, value.divisor, errors)
        _store(index, item, number, program.root.at.site, frame, result)
    else:
        _store_other(index, item, value, errors, frame, result)


def _warn(result: Result, index: int, text: str, flag: Flag, count: int) -> None:
    broken = ~flag.values if flag.errors is None else ~flag.values & (flag.errors == 0)
    if broken.any():
        result.warnings.append((index, text, np.broadcast_to(broken, (count,))))


def _store(index: int, item: Item, value: Ratio, site: int, frame: Frame, result: Result) -> None:
    number = rationals.whole_at(value, item.rounding, item.scale)
    errors = value.errors
    over = rationals.exceeds(number, result_limit(item))
    if over is not None:
        errors = rationals.mark(errors, np.asarray(over), site, RowCode.OVERFLOW)
    if errors is not None and errors.any():
        failed = np.broadcast_to(errors, (frame.count,))
        result.errors[index] = failed
        number = ints.choose(failed != 0, ints.constant(0), number)
        number = ints.measured(np.asarray(number.values))
    else:
        errors = None
    column = rationals.as_int64(number, frame.count)
    result.columns[index] = column
    frame.items[index] = Ratio(ints.Ints(column, number.low, number.high, number.exact), item.scale, None, errors)


def _replace(index: int, item: Item, override: Override, frame: Frame, result: Result) -> None:
    """The amounts set by hand, and nothing of what the formula said about these people."""
    none = np.zeros(frame.count, dtype=np.int32)
    result.replaced[index] = Replaced(result.columns[index], np.asarray(result.errors.get(index, none)))
    column = np.where(override.mask, override.amounts, result.columns[index])
    errors: Errors = None
    if index in result.errors:
        errors = np.where(override.mask, np.int32(0), result.errors.pop(index))
        if errors.any():
            result.errors[index] = errors
        else:
            errors = None
    result.warnings = [(at, text, mask & ~override.mask if at == index else mask) for at, text, mask in result.warnings]
    result.columns[index] = column
    frame.items[index] = Ratio(ints.measured(column), item.scale, None, errors)


def _store_other(index: int, item: Item, value: Flag | Code, errors: Errors, frame: Frame, result: Result) -> None:
    """A condition, date or text; where it failed, what nobody may read: false, day 0, the empty text."""
    shape = (frame.count,)
    values = np.broadcast_to(np.asarray(value.values), shape)
    if errors is not None and errors.any():
        result.errors[index] = failed = np.broadcast_to(errors, shape)
        values = np.where(failed != 0, np.zeros(1, dtype=values.dtype), values)
    else:
        errors = None
    if item.type is Type.TEXT:
        result.texts[index] = TextColumn(values, tuple(frame.texts))
        result.columns[index] = np.zeros(frame.count, dtype=np.int64)
    else:
        result.columns[index] = values.astype(np.int64)
    frame.items[index] = (Flag if isinstance(value, Flag) else Code)(values, errors)


def _frame(
    compiled: CompiledSet,
    inputs: Mapping[str, NDArray[Any] | TextColumn],
    missing: Mapping[str, NDArray[np.bool_]],
    count: int,
) -> Frame:
    frame = Frame(count, {text: code for code, text in enumerate(compiled.texts)})
    frame.items = [None] * len(compiled.items)
    for entry in compiled.inputs:
        frame.inputs.append(_column(entry, inputs.get(entry.key), missing.get(entry.key), frame))
    return frame


def _column(
    entry: Input | HistoryInput, data: NDArray[Any] | TextColumn | None, absent: NDArray[np.bool_] | None, frame: Frame
) -> Column:
    if data is None:
        data, absent = _blank(entry, frame.count), np.ones(frame.count, dtype=np.bool_)
    length = len(data.codes if isinstance(data, TextColumn) else data)
    if length != frame.count or (absent is not None and len(absent) != frame.count):
        raise ValueError(f"input {entry.key!r} has {length} rows, not {frame.count}")
    if absent is not None and not absent.any():
        absent = None
    values, errors = _filled(entry, _raw(entry, data, frame), absent, frame)
    kind = entry.type if isinstance(entry, Input) else Type.NUMBER
    if kind is Type.NUMBER:
        return Ratio(ints.measured(values), entry.scale, None, errors)
    return Flag(values, errors) if kind is Type.BOOL else Code(values, errors)


def _blank(entry: Input | HistoryInput, count: int) -> NDArray[Any] | TextColumn:
    kind = entry.type if isinstance(entry, Input) else Type.NUMBER
    if kind is Type.TEXT:
        return TextColumn(np.zeros(count, dtype=np.int64), ("",))
    return np.zeros(count, dtype=np.bool_ if kind is Type.BOOL else np.int64)


def _raw(entry: Input | HistoryInput, data: NDArray[Any] | TextColumn, frame: Frame) -> NDArray[Any]:
    """The column in the engine's representation, masked rows still as they came."""
    kind = entry.type if isinstance(entry, Input) else Type.NUMBER
    if isinstance(data, TextColumn) != (kind is Type.TEXT):
        raise ValueError(f"input {entry.key!r} must be {kind}")
    if isinstance(data, TextColumn):
        words = [frame.texts.setdefault(word, len(frame.texts)) for word in data.vocabulary]
        return np.array(words, dtype=np.int64)[data.codes]
    if kind is Type.DATE and data.dtype.kind == "M":
        data = data.astype("datetime64[D]").astype(np.int64)
    wanted = np.bool_ if kind is Type.BOOL else np.int64
    if data.dtype != wanted:
        raise ValueError(f"input {entry.key!r} must be {wanted.__name__}, not {data.dtype}")
    return data


def _filled(
    entry: Input | HistoryInput, values: NDArray[Any], absent: NDArray[np.bool_] | None, frame: Frame
) -> tuple[NDArray[Any], Errors]:
    """Masked rows take the default, or 0 and an error."""
    errors: Errors = None
    if absent is not None:
        default = default_value(entry)
        if default is None:
            errors = absent.astype(np.int32) * MISSING_ANYWHERE
        values = np.where(absent, _stored_default(entry, default, frame), values)
    if isinstance(entry, Input) and entry.type is Type.DATE and ((values < FIRST_DAY) | (values > LAST_DAY)).any():
        raise ValueError(f"input {entry.key!r} holds a date outside the years 1 to 9999")
    return values, errors


def _stored_default(entry: Input | HistoryInput, default: oracle.Value | None, frame: Frame) -> int | bool:
    if default is None:
        return False if isinstance(entry, Input) and entry.type is Type.BOOL else 0
    if isinstance(default, Fraction):
        return int(default * 10**entry.scale)
    return frame.texts.setdefault(default, len(frame.texts)) if isinstance(default, str) else default


def default_value(entry: Input | HistoryInput) -> oracle.Value | None:
    """The declared default as formulas see it. Raises ValueError if it does not fit type and scale."""
    raw = entry.default if isinstance(entry, Input) else None
    if raw is None or not isinstance(entry, Input):
        return None
    if entry.type is Type.DATE and isinstance(raw, date):
        return day_number(raw)
    if entry.type is Type.TEXT and isinstance(raw, str):
        return raw
    if entry.type is Type.BOOL and isinstance(raw, bool):
        return raw
    if entry.type is Type.NUMBER and isinstance(raw, int | Decimal) and not isinstance(raw, bool):
        value = Fraction(raw)
        if (value * 10**entry.scale).denominator == 1:
            return value
    raise ValueError(f"default {raw!r} of input {entry.key!r} is no {entry.type} at scale {entry.scale}")
