"""Rosters checked as they are, or as they would be with some days changed: the way in for grid, API, swaps and claims.

``check_changes`` says what a change would newly break; ``require_allowed`` refuses where that is blocking.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from attendance.models import CrewMembership, WorkProtection
from attendance.queries.absences import absence_minutes
from attendance.queries.months import end_of, month_of
from attendance.queries.roster_check_texts import said, with_reference
from attendance.queries.roster_policies import Policy, Severity, load_policy
from attendance.queries.rosters import Mask, People, RosterGrid, rotation_grid, with_stored
from attendance.queries.setups import Setup, load_setup
from attendance.queries.skills import skill_table
from attendance.rules.calendars import date_of, day_number
from attendance.rules.day_columns import NO_SHIFT
from attendance.rules.roster_checks import (
    WEEK,
    Lines,
    Regime,
    Rule,
    ShiftFacts,
    Violation,
    newly_broken,
    violations,
)
from attendance.rules.shifts import DAY_MINUTES
from hrsaas.access.actors import Actor
from hrsaas.errors import DomainError
from hrsaas.people.models import Employee

Ints = npt.NDArray[np.int64]
# Shift ids: no shift, and whatever the person's rotation says.
FREE, BY_ROTATION = None, 0
Changes = Mapping[tuple[int, date], int | None]
# How far rows of days are looked at beyond the days that are asked about.
AROUND = timedelta(days=14)
PERIOD_MONTHS = {"quarter": 3, "year": 12}
_PROTECTION = (Rule.PROTECTED_NIGHT, Rule.PROTECTED_OVERTIME)


@dataclass(frozen=True)
class Finding:
    """One rule broken by one person. zh, en: person, days, figure, limit and law as a sentence.

    value, limit: minutes, or days and nights in a row.
    """

    rule: Rule
    severity: Severity
    employee_id: int
    dates: tuple[date, ...]
    value: int
    limit: int
    zh: str
    en: str

    def as_json(self) -> dict[str, Any]:
        return {
            "rule": self.rule.value, "severity": self.severity.value, "employee_id": self.employee_id,
            "dates": [day.isoformat() for day in self.dates], "value": self.value, "limit": self.limit, "zh": self.zh,
            "en": self.en,
        }  # fmt: skip


@dataclass(frozen=True)
class CheckedRoster:
    """The roster of some people with what is known about them, on a window that reaches beyond [first, end)."""

    setup: Setup
    policy: Policy
    grid: RosterGrid
    by_rotation: Ints
    on_rotation: Mask
    lines: Lines
    names: Mapping[int, str]
    first: date
    end: date

    @cached_property
    def shifts(self) -> ShiftFacts:
        return ShiftFacts.of([shift.build() for shift in self.setup.shifts])

    @property
    def planned(self) -> Mask:
        """Days on which something is stored or the person's rotation speaks."""
        return self.grid.stored | self.on_rotation[:, None]

    @cached_property
    def rows(self) -> dict[int, int]:
        return {int(id_): row for row, id_ in enumerate(self.grid.employee_ids)}

    def place(self, employee_id: int, day: date) -> tuple[int, int] | None:
        """The cell; None where the person is not employed on the day."""
        row, column = self.rows.get(employee_id), (day - self.grid.first).days
        return None if row is None or not self.lines.employed[row, column] else (row, column)

    def resolved(self, changes: Changes) -> dict[tuple[int, date], int | None]:
        """The same with the shift of the rotation where it is asked for. KeyError for a shift that is not there."""
        found: dict[tuple[int, date], int | None] = {}
        for (employee_id, day), shift_id in changes.items():
            cell = self.place(employee_id, day)
            if shift_id == BY_ROTATION and shift_id is not None:
                place = NO_SHIFT if cell is None else int(self.by_rotation[cell])
                shift_id = None if place == NO_SHIFT else int(self.setup.shift_ids[place])
            found[employee_id, day] = shift_id
        return found

    def changed(self, changes: Changes) -> Lines:
        """The lines with these days changed; days on which somebody is not employed are left out."""
        shift = self.lines.shift.copy()
        places = {int(id_): place for place, id_ in enumerate(self.setup.shift_ids)}
        for (employee_id, day), shift_id in self.resolved(changes).items():
            cell = self.place(employee_id, day)
            if cell is not None:
                shift[cell] = NO_SHIFT if shift_id is None else places[shift_id]
        return replace(self.lines, shift=shift)

    def broken(self, lines: Lines) -> list[Violation]:
        """What these lines break, of the rules that the tenant looks at."""
        found = violations(lines, self.shifts, self.policy.limits)
        return [one for one in found if self.policy.severities[one.rule] is not Severity.OFF]

    def findings(self, broken: Sequence[Violation], actor: Actor | None) -> list[Finding]:
        """In words. Why somebody is protected is for those who may know."""
        return [self._finding(one, actor) for one in broken]

    def within(self, broken: Sequence[Violation]) -> list[Violation]:
        """Those that touch [first, end)."""
        first, end = day_number(self.first), day_number(self.end)
        return [one for one in broken if any(first <= day < end for day in one.days)]

    def _finding(self, one: Violation, actor: Actor | None) -> Finding:
        employee_id = int(self.grid.employee_ids[one.person])
        dates = tuple(date_of(day) for day in one.days)
        text = said(one.rule, one.limit_name, self.names[employee_id], dates, one.value, one.limit)
        hidden = one.rule in _PROTECTION and (actor is None or not actor.may("attendance.protection.view"))
        reference = None if hidden or not one.limit_name else self.policy.reference(one.limit_name)
        text = with_reference(text, reference)
        severity = self.policy.severities[one.rule]
        return Finding(one.rule, severity, employee_id, dates, one.value, one.limit, text.zh, text.en)


def load_roster(employee_ids: Sequence[int], first: date, end: date) -> CheckedRoster:
    """Everything that checks of [first, end) need; the statements do not grow with people. Errors as ``load_setup``."""
    setup = load_setup()
    policy = load_policy(setup.settings)
    start, stop = _window(policy, first, end)
    planned = rotation_grid(setup, People(ids=tuple(sorted(set(employee_ids)))), start, stop)
    grid = with_stored(setup, planned)
    lines = _lines(setup, policy, grid, start, stop)
    by_rotation = np.where(planned.employed, planned.shift, NO_SHIFT)
    names = dict(Employee.objects.filter(id__in=grid.employee_ids.tolist()).values_list("id", "name"))
    return CheckedRoster(setup, policy, grid, by_rotation, planned.rostered, lines, names, first, end)


def roster_findings(
    employee_ids: Sequence[int], first: date, end: date, changes: Changes | None = None, *, actor: Actor
) -> list[Finding]:
    """All that the roster of these people breaks on [first, end), with these days changed; shift ids, None for free."""
    roster = load_roster(employee_ids, first, end)
    lines = roster.changed(changes or {})
    return roster.findings(roster.within(roster.broken(lines)), actor)


def check_changes(changes: Changes, *, actor: Actor | None = None) -> list[Finding]:
    """What these days, changed, would break that is whole now: (employee id, date) → shift id, None for a free day."""
    if not changes:
        return []
    return findings_of(roster_of(changes), changes, actor)


def require_allowed(changes: Changes, *, actor: Actor | None = None) -> list[Finding]:
    """The warnings; DomainError ``attendance.roster.rules`` (409) where the change breaks a rule that blocks."""
    found = check_changes(changes, actor=actor)
    refuse_blocking(found)
    return found


def roster_of(changes: Changes) -> CheckedRoster:
    """The roster of the people whose days change, around these days."""
    days = [day for _id, day in changes]
    return load_roster([id_ for id_, _day in changes], min(days), max(days) + timedelta(days=1))


def findings_of(roster: CheckedRoster, changes: Changes, actor: Actor | None) -> list[Finding]:
    """As ``check_changes``, for a roster that is loaded."""
    broken = newly_broken(roster.broken(roster.lines), roster.broken(roster.changed(changes)))
    return roster.findings(broken, actor)


def refuse_blocking(found: Sequence[Finding]) -> None:
    blocking = [one for one in found if one.severity is Severity.BLOCK]
    if blocking:
        more = len(blocking) - 1
        raise DomainError(
            "attendance.roster.rules", status=409,
            zh=blocking[0].zh + (f"另有 {more} 处违反规则。" if more else ""),
            en=blocking[0].en + (f" {more} more rules are broken." if more else ""),
            extra={"findings": [one.as_json() for one in found]},
        )  # fmt: skip


def _window(policy: Policy, first: date, end: date) -> tuple[date, date]:
    """Whole months, or the periods over which somebody's hours are added up; then whole weeks and days around."""
    months = max((PERIOD_MONTHS.get(one.period or "", 1) for one in policy.regimes.values()), default=1)
    start = month_of(first)
    start = start.replace(month=(start.month - 1) // months * months + 1)
    stop = end_of(month_of(end - timedelta(days=1)))
    while (stop.month - 1) % months:
        stop = end_of(stop)
    start, stop = start - AROUND, stop + AROUND
    return start - timedelta(days=start.weekday()), stop + timedelta(days=-stop.weekday() % WEEK)


def _lines(setup: Setup, policy: Policy, grid: RosterGrid, start: date, stop: date) -> Lines:
    protected = _protected(grid, start, stop)
    return Lines(
        first_day=day_number(start),
        shift=np.where(grid.employed, grid.shift, NO_SHIFT),
        calendar=setup.calendar(start, (stop - start).days),
        employed=grid.employed,
        regimes=_regimes(policy, setup, grid.employee_ids),
        away=_away(setup, grid, start, stop),
        unskilled=_unskilled(setup, grid, start, stop),
        no_night=protected,
        no_overtime=protected,
    )


def _regimes(policy: Policy, setup: Setup, employee_ids: Ints) -> tuple[Regime, ...]:
    members = CrewMembership.objects.filter(employee_id__in=employee_ids.tolist())
    rotations = dict(members.values_list("employee_id", "rotation_id"))
    codes = {id_: setup.rotations[rotation].code for id_, rotation in rotations.items()}
    return tuple(policy.regime_of(codes.get(int(id_), "")) for id_ in employee_ids)


def _unskilled(setup: Setup, grid: RosterGrid, start: date, stop: date) -> dict[int, Mask]:
    table = skill_table(grid.employee_ids.tolist(), start, stop)
    found = {}
    for place, shift_id in enumerate(setup.shift_ids.tolist()):
        if table.asked.get(shift_id):
            mask = found[place] = np.zeros(grid.shift.shape, dtype=np.bool_)
            for row, employee_id in enumerate(grid.employee_ids.tolist()):
                mask[row, sorted(table.days_lacking(employee_id, shift_id, start, stop))] = True
    return found


def _protected(grid: RosterGrid, start: date, stop: date) -> Mask:
    mask = np.zeros(grid.shift.shape, dtype=np.bool_)
    rows = WorkProtection.objects.filter(employee_id__in=grid.employee_ids.tolist(), start_date__lt=stop)
    for employee_id, begins, ends in rows.values_list("employee_id", "start_date", "end_date"):
        row = int(np.searchsorted(grid.employee_ids, employee_id))
        mask[row, max(0, (begins - start).days) : max(0, ((ends or stop) - start).days)] = True
    return mask


def _away(setup: Setup, grid: RosterGrid, start: date, stop: date) -> Mask:
    """Days that leave or travel covers from midnight to midnight."""
    mask = np.zeros(grid.shift.shape, dtype=np.bool_)
    columns = absence_minutes(grid.employee_ids, start, stop, setup.zone)
    zero = day_number(start)
    rows = np.searchsorted(grid.employee_ids, columns["employee_id"]).tolist()
    for row, begins, ends in zip(rows, columns["start_minute"].tolist(), columns["end_minute"].tolist()):
        first, last = max(0, -(-begins // DAY_MINUTES) - zero), max(0, ends // DAY_MINUTES - zero)
        mask[row, first:last] = True
    return mask
