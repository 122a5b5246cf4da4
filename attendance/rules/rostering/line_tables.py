"""The cheapest lawful line of each person, exactly, by tables over days.

A line is a row of shifts and free days. Its state after a day is what the rules ask about the past: the last shift and
how long the row of working days is, or how long the row of free days is; and the amounts used so far (weekends with
work, shifts that are limited, minutes). Tables hold the least cost of each state for many people at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

import numpy as np
import numpy.typing as npt

from attendance.rules.rostering.line_forms import LineForm, kinds_of, limited_shifts, workable
from attendance.rules.rostering.problems import OFF, SATURDAY, SUNDAY, Contract, Problem

Costs = npt.NDArray[np.float32]
Line = npt.NDArray[np.int64]
Slices = tuple[slice, ...]

INFINITE = np.float32(np.inf)
# Cells of the tables of all days that are held at a time, and of one day per person at most.
MOST_CELLS = 12_000_000
MOST_STATES = 40_000


@dataclass(frozen=True)
class Found:
    """A line and what it costs in the prices that were given."""

    person: int
    value: float
    line: Line


class LineTables(LineForm):
    """The tables of people of one form."""

    @property
    def fits(self) -> bool:
        """Whether there is room for the tables of at least one person."""
        return self.days * self.states <= MOST_CELLS

    def best(self, costs: Costs, *, places: Sequence[int] | None = None, count: int = 1) -> list[list[Found]]:
        """The cheapest lines of the people at these places of the group (of all, where None): per person at most so
        many, the cheapest first, none where none is lawful.

        costs: (days, shifts + 1, those people), the last of the shifts a free day; infinite where a cell may not be.
        """
        chosen = list(range(len(self.people))) if places is None else list(places)
        found: list[list[Found]] = []
        step = max(1, MOST_CELLS // (self.days * self.states))
        least = self._least_of_kinds(costs)
        for first in range(0, len(chosen), step):
            some = slice(first, first + step)
            found += _Run(self, chosen[some], np.ascontiguousarray(least[:, :, some])).best(count)
        return [
            [replace(one, line=self._with_shifts(one.line, costs[:, :, place])) for one in lines]
            for place, lines in enumerate(found)
        ]

    def _least_of_kinds(self, costs: Costs) -> Costs:
        """(days, kinds + 1, people): the cheapest shift of each kind, the last for a free day."""
        return np.stack([*(costs[:, kind].min(axis=1) for kind in self.kinds), costs[:, OFF]], axis=1)

    def _with_shifts(self, line: Line, costs: Costs) -> Line:
        """The line with the cheapest shift of each kind in the kind's place; costs: (days, shifts + 1)."""
        found = line.copy()
        for place, kind in enumerate(self.kinds):
            days = np.flatnonzero(line == place)
            found[days] = np.array(kind)[costs[days][:, kind].argmin(axis=1)]
        return found


class _Run:
    """One computation for some people of the group. Tables: on[day][shift, length, *amounts, person] and
    off[day][length, *amounts, person]; the last length of on is that of a row that began before what is known.
    """

    def __init__(self, group: LineForm, some: Sequence[int], costs: Costs) -> None:
        self.group, self.costs = group, costs
        self.people = [group.people[place] for place in some]
        self.past = [group.past[place].tolist() for place in some]
        self.start = [[amount.start[place] for place in some] for amount in group.amounts]
        self.least = [[amount.least[place] for place in some] for amount in group.amounts]
        self.minutes = [(group.contracts[place].min_minutes, group.contracts[place].max_minutes) for place in some]
        self.shape = (*group.sizes, len(self.people))
        self.windows = self._windows()
        self.on: list[Costs] = []
        self.off: list[Costs] = []
        on, off = self._begin()
        for day in range(group.days):
            on, off = self._next(day, on, off)
            self.on.append(on)
            self.off.append(off)

    def best(self, count: int) -> list[list[Found]]:
        ends: Costs = np.minimum(self.on[-1].min(axis=(0, 1)), self.off[-1].min(axis=0))
        flat = self._lawful(ends).reshape(-1, len(self.people))
        few = min(count, len(flat))
        places = np.argsort(flat, axis=0) if few == len(flat) else np.argpartition(flat, few - 1, axis=0)[:few]
        found = []
        for one, person in enumerate(self.people):
            order = sorted(places[:, one].tolist(), key=lambda place: float(flat[place, one]))
            found.append(
                [
                    Found(person, float(flat[place, one]), self._line(one, np.unravel_index(place, self.shape[:-1])))
                    for place in order
                    if np.isfinite(flat[place, one])
                ]
            )
        return found

    def _lawful(self, ends: Costs) -> Costs:
        """Without ends where too little or too much was worked."""
        if not self.windows:
            return ends
        minutes = np.zeros(self.shape, dtype=np.int64)
        for axis, (amount, start) in enumerate(zip(self.group.amounts, self.start)):
            values = np.arange(amount.size).reshape([-1 if a == axis else 1 for a in range(len(self.shape))])
            minutes += amount.minutes * (values - np.array(start))
        least, most = np.array(self.minutes).T
        found: Costs = np.where((least <= minutes) & (minutes <= most), ends, INFINITE)
        return found

    def _empty(self) -> tuple[Costs, Costs]:
        group = self.group
        on = np.full((len(group.kinds), group.lengths + group.exempt, *self.shape), INFINITE)
        return on, np.full((group.min_off, *self.shape), INFINITE)

    def _begin(self) -> tuple[Costs, Costs]:
        """What is known of the days before."""
        group = self.group
        on, off = self._empty()
        for one, past in enumerate(self.past):
            amounts = tuple(start[one] for start in self.start)
            length = _last_row(past)
            whole = length == len(past)
            if past and past[-1] != OFF:
                place = group.lengths if whole and group.exempt else min(length, group.lengths) - 1
                on[_at(past[-1], place, *amounts, one)] = 0
            else:
                off[_at(group.min_off - 1 if whole else min(length, group.min_off) - 1, *amounts, one)] = 0
        self.known = [_whole_row(past) for past in self.past]
        return on, off

    def _windows(self) -> list[slice]:
        """Per day the values of the last amount that a lawful line can have after it, for the minutes."""
        group = self.group
        if not group.amounts or group.amounts[-1].name != "minutes":
            return []
        size, top = self.shape[-2], max(group.units)
        begin, least = max(self.start[-1]), min(self.least[-1])
        windows = []
        for day in range(group.days):
            low = least - top * group.most_on(group.days - 1 - day)
            high = begin + top * (day + 1) + 1
            windows.append(slice(max(low, 0), max(min(high, size), 1)))
        return windows

    def _moves(self, day: int, kind: int, weekend: bool) -> tuple[Slices, Slices] | None:
        """Where the amounts come from and go to; None where nothing can."""
        source, target = [], []
        for amount in self.group.amounts:
            step, low, high = 0, 0, amount.size
            if amount.name == "weekends":
                step = int(weekend)
            elif amount.name == "shift":
                step = int(amount.kind == kind)
            elif amount.name == "minutes":
                step = 0 if kind == OFF else self.group.units[kind]
                before = self.windows[day - 1] if day else slice(0, high)
                low = max(self.windows[day].start, before.start + step)
                high = min(self.windows[day].stop, before.stop + step)
            low = max(low, step)
            if low >= high:
                return None
            source.append(slice(low - step, high - step))
            target.append(slice(low, high))
        return tuple(source), tuple(target)

    def _next(self, day: int, on: Costs, off: Costs) -> tuple[Costs, Costs]:
        group, costs = self.group, self.costs[day]
        new_on, new_off = self._empty()
        weekday = group.weekday(day)
        begins = weekday in (SATURDAY, SUNDAY)
        goes_on = weekday == SATURDAY or (weekday == SUNDAY and day == 0)
        least: dict[tuple[int, ...], Costs] = {}
        for kind, price in enumerate(costs[:OFF]):
            before = tuple(group.before[kind])
            if before and before not in least:
                least[before] = self._least(day, on, before)
            moves = self._moves(day, kind, begins)
            if moves:
                source, target = moves
                place = group.lengths if day == 0 and group.exempt and not self.past[0] else 0
                np.add(off[_at(-1, *source)], price, out=new_on[_at(kind, place, *target)])
            moves = self._moves(day, kind, goes_on)
            if before and moves:
                self._go_on(day, least[before], new_on[kind], price, moves)
        self._rest(day, on, off, new_off)
        return new_on, new_off

    def _least(self, day: int, on: Costs, kinds: tuple[int, ...]) -> Costs:
        """The least over these kinds of what may stand before the day."""
        window = (..., self.windows[day - 1], slice(None)) if self.windows and day else (...,)
        found: Costs = on[kinds[0]].copy()
        for kind in kinds[1:]:
            np.minimum(found[window], on[kind][window], out=found[window])
        return found

    def _go_on(self, day: int, least: Costs, new: Costs, price: Costs, moves: tuple[Slices, Slices]) -> None:
        group = self.group
        source, target = moves
        top = group.max_on if group.bounded else group.lengths
        if top > 1:
            np.add(least[_at(slice(0, top - 1), *source)], price, out=new[_at(slice(1, top), *target)])
        if not group.bounded:
            further = least[_at(top - 1, *source)] + price
            into = new[_at(top - 1, *target)]
            np.minimum(into, further, out=into)
        if group.exempt and day + min(self.known) < group.max_on:
            late = np.where(day + np.array(self.known) >= group.max_on, INFINITE, np.float32(0))
            into = new[_at(group.lengths, *target)]
            np.minimum(into, least[_at(group.lengths, *source)] + (price + late), out=into)

    def _rest(self, day: int, on: Costs, off: Costs, new: Costs) -> None:
        group = self.group
        moves = self._moves(day, OFF, False)
        if moves is None:
            return
        source, target = moves
        price = self.costs[day, OFF]
        ended = on[_at(slice(None), slice(group.min_on - 1, None), *source)].min(axis=(0, 1))
        if group.min_off > 1:
            np.add(ended, price, out=new[_at(0, *target)])
            for length in range(1, group.min_off):
                np.add(off[_at(length - 1, *source)], price, out=new[_at(length, *target)])
            ended = off[_at(group.min_off - 1, *source)]
            into = new[_at(group.min_off - 1, *target)]
            np.minimum(into, ended + price, out=into)
        else:
            np.add(np.minimum(ended, off[_at(0, *source)]), price, out=new[_at(0, *target)])

    def _line(self, one: int, amounts: Sequence[int]) -> Line:
        """The line that ends with these amounts, back from the last day."""
        group = self.group
        line = np.full(group.days, OFF, dtype=np.int64)
        at = tuple(int(value) for value in amounts)
        on, off = self.on[-1][_at(..., *at, one)], self.off[-1][_at(..., *at, one)]
        state = self._cheapest(on, off)
        for day in range(group.days - 1, -1, -1):
            shift, length = state
            line[day] = shift
            if day:
                state, at = self._back(day, shift, length, at, one)
        return line

    def _cheapest(self, on: Costs, off: Costs) -> tuple[int, int]:
        if off.min() <= on.min():
            return OFF, int(off.argmin())
        shift, length = divmod(int(on.argmin()), on.shape[1])
        return shift, length

    def _back(
        self, day: int, shift: int, length: int, at: tuple[int, ...], one: int
    ) -> tuple[tuple[int, int], tuple[int, ...]]:
        """The state of the day before."""
        group = self.group
        weekday = group.weekday(day)
        begins = shift != OFF and weekday in (SATURDAY, SUNDAY)
        if shift == OFF:
            return self._back_from_free(day, length, at, one), at
        goes_on = weekday == SATURDAY
        from_row = self._less(at, shift, goes_on)
        from_free = self._less(at, shift, begins)
        on = self.on[day - 1]
        best, state, came = INFINITE, (OFF, group.min_off - 1), from_row
        lengths = [length] if length == group.lengths else ([length - 1] if length else [])
        if not group.bounded and length == group.lengths - 1:
            lengths.append(length)
        for before in lengths if min(from_row, default=0) >= 0 else ():
            for earlier in group.before[shift]:
                value = on[_at(earlier, before, *from_row, one)]
                if value < best:
                    best, state = value, (earlier, before)
        if length == 0 and min(from_free, default=0) >= 0 and self.off[day - 1][_at(-1, *from_free, one)] < best:
            return (OFF, group.min_off - 1), from_free
        return state, came

    def _back_from_free(self, day: int, length: int, at: tuple[int, ...], one: int) -> tuple[int, int]:
        group = self.group
        on, off = self.on[day - 1], self.off[day - 1]
        last = length == group.min_off - 1
        choices: list[tuple[float, tuple[int, int]]] = []
        if length > 0:
            choices.append((float(off[_at(length - 1, *at, one)]), (OFF, length - 1)))
        if last:
            choices.append((float(off[_at(length, *at, one)]), (OFF, length)))
        if length == 0:
            worked = on[_at(slice(None), slice(group.min_on - 1, None), *at, one)]
            shift, place = divmod(int(worked.argmin()), worked.shape[1])
            choices.append((float(worked[shift, place]), (shift, place + group.min_on - 1)))
        return min(choices)[1]

    def _less(self, at: tuple[int, ...], shift: int, weekend: bool) -> tuple[int, ...]:
        steps = {"weekends": int(weekend), "minutes": self.group.units[shift]}
        return tuple(
            value - (int(amount.kind == shift) if amount.name == "shift" else steps[amount.name])
            for value, amount in zip(at, self.group.amounts)
        )


def _at(*index: Any) -> Any:
    """A place or part of a table."""
    return index


def _last_row(past: Sequence[int]) -> int:
    """How many days before day 0 were worked in a row, or were free in a row."""
    changes = (back for back, shift in enumerate(reversed(past)) if (shift != OFF) != (past[-1] != OFF))
    return next(changes, len(past))


def _whole_row(past: Sequence[int]) -> int:
    """How long the row of working days is that goes back to the beginning of what is known; 0 where there is none."""
    rows = [(working, len(list(group))) for working, group in groupby(past, key=lambda shift: shift != OFF)]
    return rows[0][1] if len(rows) == 1 and rows[0][0] else 0


def grouped(problem: Problem) -> list[LineTables]:
    """Everybody, in groups of one form; of the limited shifts as many are counted as tables have room for."""
    groups: dict[tuple[object, tuple[int, ...], tuple[int, ...]], list[int]] = {}
    for person in range(len(problem.people)):
        counted: list[int] = []
        for shift in limited_shifts(problem, person):
            if LineTables(problem, [person], sorted([*counted, shift])).states <= MOST_STATES:
                counted = sorted([*counted, shift])
        kinds = kinds_of(problem, range(len(problem.shifts)), counted)
        theirs = tuple(place for place, kind in enumerate(kinds) if set(kind) & set(workable(problem, person)))
        groups.setdefault((_form(problem.people[person].contract), theirs, tuple(counted)), []).append(person)
    return [LineTables(problem, people, counted) for (_contract, _kinds, counted), people in groups.items()]


def _form(contract: Contract) -> tuple[int, int, int, bool]:
    return contract.max_on, contract.min_on, contract.min_off, contract.max_weekends is None
