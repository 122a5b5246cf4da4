"""Who has which skill on which days, and what shifts ask for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q

from attendance.models import EmployeeSkill, ShiftSkill

Span = tuple[date, date | None]


@dataclass(frozen=True)
class SkillTable:
    """spans: employee id → skill id → [start, end) in which it is valid. asked: shift id → skill ids."""

    spans: Mapping[int, Mapping[int, Sequence[Span]]]
    asked: Mapping[int, frozenset[int]]

    def lacking(self, employee_id: int, shift_id: int, day: date) -> frozenset[int]:
        """The skills (ids) that the shift asks for and the person does not have on the day."""
        spans = self.spans.get(employee_id, {})
        return frozenset(
            skill for skill in self.asked.get(shift_id, frozenset()) if not _holds(spans.get(skill, ()), day)
        )

    def days_lacking(self, employee_id: int, shift_id: int, first: date, end: date) -> frozenset[int]:
        """The days of [first, end), counted from first, on which the person lacks a skill that the shift asks for."""
        if not self.asked.get(shift_id):
            return frozenset()
        days = range((end - first).days)
        return frozenset(day for day in days if self.lacking(employee_id, shift_id, first + timedelta(days=day)))


def skill_table(employee_ids: Iterable[int], first: date, end: date) -> SkillTable:
    """What these people can on [first, end), in two statements."""
    asked: dict[int, set[int]] = {}
    for shift, skill in ShiftSkill.objects.values_list("shift_id", "skill_id"):
        asked.setdefault(shift, set()).add(skill)
    rows = EmployeeSkill.objects.filter(
        Q(end_date=None) | Q(end_date__gt=first), employee_id__in=list(employee_ids), start_date__lt=end
    )
    spans: dict[int, dict[int, list[Span]]] = {}
    for employee, skill, start, until in rows.values_list("employee_id", "skill_id", "start_date", "end_date"):
        spans.setdefault(employee, {}).setdefault(skill, []).append((start, until))
    return SkillTable(spans, {shift: frozenset(skills) for shift, skills in asked.items()})


def _holds(spans: Sequence[Span], day: date) -> bool:
    return any(start <= day and (until is None or day < until) for start, until in spans)
