"""What a roster costs and which rules it breaks, counted cell by cell.

Nothing of the solver is used here: its answer is believed only as far as this agrees.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby

import numpy as np

from attendance.rules.rostering.problems import OFF, Problem, Roster


class Rule(StrEnum):
    """The rules that hold without exception."""

    SKILLS = "skills"
    DAYS_OFF = "days_off"
    FIXED = "fixed"
    REST = "rest"
    MAX_SHIFTS = "max_shifts"
    MIN_MINUTES = "min_minutes"
    MAX_MINUTES = "max_minutes"
    MAX_ON = "max_on"
    MIN_ON = "min_on"
    MIN_OFF = "min_off"
    MAX_WEEKENDS = "max_weekends"


@dataclass(frozen=True, slots=True)
class Violation:
    """One rule broken by one person. days: where; value and limit: what is and what may be (0 where none is meant)."""

    rule: Rule
    person: int
    days: tuple[int, ...]
    value: int = 0
    limit: int = 0


@dataclass(frozen=True, slots=True)
class Evaluation:
    """cost: the sum of its parts. Where there are violations, the cost says nothing about how good the roster is."""

    requests: int
    cover: int
    changes: int
    violations: tuple[Violation, ...]

    @property
    def cost(self) -> int:
        return self.requests + self.cover + self.changes


def evaluate(problem: Problem, roster: Roster) -> Evaluation:
    """Cost and violations of a roster (people, days). ValueError where its shape or shifts do not fit."""
    _require_fits(problem, roster)
    return Evaluation(
        requests=request_cost(problem, roster),
        cover=cover_cost(problem, roster),
        changes=change_cost(problem, roster),
        violations=tuple(v for person in range(len(problem.people)) for v in violations_of(problem, roster, person)),
    )


def request_cost(problem: Problem, roster: Roster) -> int:
    cells = roster.tolist()
    return sum(r.weight for r in problem.requests if (cells[r.person][r.day] == r.shift) != r.wanted)


def cover_cost(problem: Problem, roster: Roster) -> int:
    total = 0
    counts = [np.bincount(column[column != OFF], minlength=len(problem.shifts)).tolist() for column in roster.T]
    for need in problem.cover:
        spare = counts[need.day][need.shift] - need.required
        total += need.over_weight * spare if spare > 0 else -need.under_weight * spare
    return total


def change_cost(problem: Problem, roster: Roster) -> int:
    if problem.current is None or not problem.change_weight:
        return 0
    return problem.change_weight * int((roster != problem.current).sum())


def violations_of(problem: Problem, roster: Roster, person: int) -> Iterator[Violation]:
    """What one person's line breaks."""
    line: list[int] = roster[person].tolist()
    yield from _single_days(problem, person, line)
    yield from _rest(problem, person, line)
    yield from _amounts(problem, person, line)
    yield from _rows(problem, person, line)
    yield from _weekends(problem, person, line)


def _single_days(problem: Problem, person: int, line: list[int]) -> Iterator[Violation]:
    someone = problem.people[person]
    for day, shift in enumerate(line):
        if shift != OFF and day in someone.days_off:
            yield Violation(Rule.DAYS_OFF, person, (day,))
        if shift != OFF and (not problem.shifts[shift].skills <= someone.skills or (day, shift) in someone.unable):
            yield Violation(Rule.SKILLS, person, (day,))
        if someone.fixed.get(day, shift) != shift:
            yield Violation(Rule.FIXED, person, (day,))


def _rest(problem: Problem, person: int, line: list[int]) -> Iterator[Violation]:
    before = [*problem.past[person].tolist()[-1:], *line]
    first = len(line) - len(before)
    for day, (one, next_) in enumerate(zip(before, before[1:]), start=first + 1):
        if one != OFF and next_ in problem.shifts[one].forbidden_next:
            yield Violation(Rule.REST, person, tuple(d for d in (day - 1, day) if d >= 0))


def _amounts(problem: Problem, person: int, line: list[int]) -> Iterator[Violation]:
    contract = problem.people[person].contract
    for shift, limit in enumerate(contract.max_shifts):
        days = tuple(day for day, one in enumerate(line) if one == shift)
        if limit is not None and len(days) > limit:
            yield Violation(Rule.MAX_SHIFTS, person, days, len(days), limit)
    worked = tuple(day for day, one in enumerate(line) if one != OFF)
    minutes = sum(problem.shifts[line[day]].minutes for day in worked)
    if minutes < contract.min_minutes:
        yield Violation(Rule.MIN_MINUTES, person, tuple(range(problem.days)), minutes, contract.min_minutes)
    if minutes > contract.max_minutes:
        yield Violation(Rule.MAX_MINUTES, person, worked, minutes, contract.max_minutes)


def _rows(problem: Problem, person: int, line: list[int]) -> Iterator[Violation]:
    """Rows of working and of free days, from the history on; only what reaches into the period counts."""
    contract = problem.people[person].contract
    past = problem.past[person].tolist()
    days = range(-len(past), len(line))
    for working, group in groupby(zip(days, [*past, *line]), key=lambda cell: cell[1] != OFF):
        row = [day for day, _shift in group]
        inside = tuple(day for day in row if day >= 0)
        whole = row[0] > days[0] and row[-1] < days[-1]
        shortest = contract.min_on if working else contract.min_off
        if working and inside and len(row) > contract.max_on:
            yield Violation(Rule.MAX_ON, person, inside, len(row), contract.max_on)
        if whole and row[-1] >= -1 and len(row) < shortest:
            rule = Rule.MIN_ON if working else Rule.MIN_OFF
            yield Violation(rule, person, inside or (0,), len(row), shortest)


def _weekends(problem: Problem, person: int, line: list[int]) -> Iterator[Violation]:
    limit = problem.people[person].contract.max_weekends
    if limit is None:
        return
    worked = [days for days in problem.weekends() if any(line[day] != OFF for day in days)]
    if len(worked) > limit:
        yield Violation(
            Rule.MAX_WEEKENDS, person, tuple(d for days in worked for d in days if line[d] != OFF), len(worked), limit
        )


def _require_fits(problem: Problem, roster: Roster) -> None:
    if roster.shape != (len(problem.people), problem.days):
        raise ValueError(f"a roster of {len(problem.people)} people and {problem.days} days is expected")
    if roster.size and not OFF <= int(roster.min()) <= int(roster.max()) < len(problem.shifts):
        raise ValueError("the roster names a shift that the problem does not have")
