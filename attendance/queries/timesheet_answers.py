"""How far people have answered for a month."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from attendance.models import AttendanceMonth, Timesheet, TimesheetConfirmation, TimesheetDispute


@dataclass(frozen=True)
class AnswerCounts:
    """People with a timesheet of the month: confirmed + disputed + unanswered = people. by_silence: of confirmed.

    disputed: an open dispute, whatever was confirmed before.
    """

    people: int
    confirmed: int
    by_silence: int
    disputed: int
    unanswered: int


def answer_counts(month: AttendanceMonth) -> AnswerCounts:
    """The counts of one month, in four statements."""
    sheets = with_answers(Timesheet.objects.filter(month=month))
    people = sheets.count()
    disputed = sheets.filter(is_disputed=True).count()
    confirmed = sheets.filter(is_confirmed=True, is_disputed=False)
    count = confirmed.count()
    return AnswerCounts(
        people=people, confirmed=count, by_silence=confirmed.filter(is_silent=True).count(), disputed=disputed,
        unanswered=people - disputed - count,
    )  # fmt: skip


def with_answers(sheets: QuerySet[Timesheet]) -> QuerySet[Any]:
    """Timesheets with is_confirmed, is_silent (by silence) and is_disputed."""
    same = {"month": OuterRef("month"), "employee": OuterRef("employee")}
    valid = TimesheetConfirmation.objects.filter(**same, is_void=False)
    return sheets.annotate(
        is_confirmed=Exists(valid),
        is_silent=Exists(valid.filter(automatic=True)),
        is_disputed=Exists(TimesheetDispute.objects.filter(**same, answered_at=None)),
    )
