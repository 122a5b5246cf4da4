"""Exceptions of days 异常: stable codes of what somebody should look at, with titles, to filter by and to show."""

from __future__ import annotations

from typing import Any

from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from attendance.models import DayResult, Status
from attendance.rules.day_columns import DayFlag

TITLES: dict[str, Any] = {
    "late": _("Late"),
    "early": _("Left early"),
    "absent": _("Absent"),
    "half_day_absent": _("Half a day absent"),
    "missing_in": _("No punch in"),
    "missing_out": _("No punch out"),
    "missed_segment": _("A segment without a punch"),
    "short_hours": _("Short of due hours"),
    "off_roster": _("Punches without a shift"),
    "extra_punches": _("More punches than asked for"),
    "overtime_cut": _("More overtime than approved"),
    "punched_on_leave": _("Punches on a day of leave"),
    "late_start": _("Late start after a late leave"),
}
FLAGS = {flag.name.lower(): flag for flag in DayFlag if flag.name}
_CONDITIONS = {
    "late": Q(late_minutes__gt=0),
    "early": Q(early_minutes__gt=0),
    "absent": Q(status=Status.ABSENT),
}


def exceptions_of(row: DayResult) -> list[str]:
    """Codes of one day, in the order of ``TITLES``."""
    own = {"late": row.late_minutes > 0, "early": row.early_minutes > 0, "absent": row.status == Status.ABSENT}
    return [code for code in TITLES if own.get(code) or (code in FLAGS and row.flags & FLAGS[code])]


def with_exception(rows: QuerySet[DayResult], code: str) -> QuerySet[DayResult]:
    """Only the days that have this exception."""
    if code in _CONDITIONS:
        return rows.filter(_CONDITIONS[code])
    return rows.alias(exception=F("flags").bitand(int(FLAGS[code]))).filter(exception__gt=0)
