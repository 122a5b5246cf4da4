"""Proposals of rosters: whose one may see, and how they read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from attendance.models import RosterDay, RosterProposal, Shift
from attendance.rules.rostering.checker import Rule
from attendance.rules.rostering.problems import SATURDAY
from hrsaas.access.actors import Actor
from hrsaas.people.models import Employee
from hrsaas.people.queries.units import of_units

VIEW = "attendance.roster.view"

RULES: dict[str, Any] = {
    Rule.SKILLS: gettext_lazy("has the skills of the shift"),
    Rule.DAYS_OFF: gettext_lazy("is away"),
    Rule.FIXED: gettext_lazy("was set by hand"),
    Rule.REST: gettext_lazy("rest between two shifts"),
    Rule.MAX_SHIFTS: gettext_lazy("shifts nobody is needed on"),
    Rule.MIN_MINUTES: gettext_lazy("least hours"),
    Rule.MAX_MINUTES: gettext_lazy("most hours"),
    Rule.MAX_ON: gettext_lazy("most working days in a row"),
    Rule.MIN_ON: gettext_lazy("least working days in a row"),
    Rule.MIN_OFF: gettext_lazy("least free days in a row"),
    Rule.MAX_WEEKENDS: gettext_lazy("most weekends"),
}


@dataclass(frozen=True)
class ProposedCell:
    """shift_code: '' for a free day. changed: differs from the roster that stands."""

    shift_code: str
    is_weekend: bool
    changed: bool


@dataclass(frozen=True)
class ProposedLine:
    employee: Employee
    cells: list[ProposedCell]


@dataclass(frozen=True)
class HeardWish:
    """text: whose, which day and shift; met: whether the proposal does as was wished."""

    text: str
    met: bool


@dataclass(frozen=True)
class Preview:
    """findings: sentences. wishes: those of the people and days of the proposal, once it has lines."""

    days: list[date]
    lines: list[ProposedLine]
    findings: list[str]
    wishes: list[HeardWish]


def proposals_within(rows: QuerySet[RosterProposal], actor: Actor) -> QuerySet[RosterProposal]:
    """Those of the units that the actor may see rosters of."""
    return of_units(rows, actor.reach(VIEW))


def preview(proposal: RosterProposal) -> Preview:
    """The proposal as people read it, in three statements."""
    days = [proposal.start_date + timedelta(days=n) for n in range((proposal.end_date - proposal.start_date).days)]
    people = Employee.objects.in_bulk(proposal.employee_ids)
    codes: dict[int | None, str] = dict(Shift.objects.values_list("id", "code"))
    stored = {
        (employee, day): shift
        for employee, day, shift in RosterDay.objects.filter(
            employee_id__in=proposal.employee_ids, date__gte=proposal.start_date, date__lt=proposal.end_date
        ).values_list("employee_id", "date", "shift_id")
    }
    lines = [
        ProposedLine(people[employee], [
            ProposedCell(codes.get(shift, ""), day.weekday() >= SATURDAY, stored.get((employee, day)) != shift)
            for day, shift in zip(days, line)
        ])
        for employee, line in zip(proposal.employee_ids, proposal.lines) if employee in people
    ]  # fmt: skip
    findings = [_sentence(one, people, codes) for one in proposal.findings]
    return Preview(days, lines, findings, _wishes(proposal, people, codes))


def _wishes(
    proposal: RosterProposal, people: Mapping[int, Employee], codes: Mapping[int | None, str]
) -> list[HeardWish]:
    planned = {
        (employee, (proposal.start_date + timedelta(days=at)).isoformat()): shift
        for employee, line in zip(proposal.employee_ids, proposal.lines) for at, shift in enumerate(line)
    }  # fmt: skip
    heard = []
    for one in proposal.order.get("wishes", ()):
        cell = one["employee"], one["date"]
        if cell in planned and one["employee"] in people:
            text = _("%(person)s, %(day)s: %(shift)s") if one["wanted"] else _("%(person)s, %(day)s: not %(shift)s")
            named = {"person": people[one["employee"]], "day": one["date"], "shift": codes.get(one["shift"], "–")}
            heard.append(HeardWish(text % named, (planned[cell] == one["shift"]) == one["wanted"]))
    return heard


def _sentence(one: Mapping[str, Any], people: Mapping[int, Employee], codes: Mapping[int | None, str]) -> str:
    if one["rule"] == "cover_conflict":
        return _conflict(one, people, codes)
    days = ", ".join(one["days"])
    if one["rule"] == "cover":
        return _("%(day)s, shift %(shift)s: %(missing)s too few") % {
            "day": days, "shift": codes.get(one["shift"], "–"), "missing": one["missing"],
        }  # fmt: skip
    who = people.get(one["employee"])
    rule = str(RULES.get(one["rule"], one["rule"]))
    return f"{who or '–'}: {rule}{f' ({days})' if days else ''}"


def _conflict(one: Mapping[str, Any], people: Mapping[int, Employee], codes: Mapping[int | None, str]) -> str:
    """Needs that cannot be met together, and why."""
    needs = ", ".join(f"{need['day']} {codes.get(need['shift'], '–')} × {need['required']}" for need in one["needs"])
    because = "; ".join(_sentence(rule, people, codes) for rule in one["because"])
    if not because:
        return _("Cannot be met, there are too few people: %(needs)s") % {"needs": needs}
    return _("Cannot be met together: %(needs)s. Because of: %(because)s") % {"needs": needs, "because": because}
