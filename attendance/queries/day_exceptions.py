"""Exceptions of days 异常: stable codes of what somebody should look at, with titles, to filter by and to show."""

from __future__ import annotations

from typing import Any

from django.db.models import BooleanField, F, Func, Q, QuerySet
from django.db.models.sql.compiler import SQLCompiler
from django.utils.translation import gettext_lazy as _

from attendance.models import DayResult, Status
from attendance.rules.day_columns import DayFlag
from attendance.rules.punch_places import FLAGGED
from hrsaas.tenancy.queries.tenants import current_tenant

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
    "flagged_punch": _("Flagged punch"),
}
FLAGS = {flag.name.lower(): flag for flag in DayFlag if flag.name}
_CONDITIONS = {
    "late": Q(late_minutes__gt=0),
    "early": Q(early_minutes__gt=0),
    "absent": Q(status=Status.ABSENT),
}


def with_punch_flags(rows: QuerySet[DayResult]) -> QuerySet[DayResult]:
    """The same rows, from which ``exceptions_of`` also reads whether a punch of the day is flagged."""
    return rows.annotate(has_flagged_punch=_FlaggedPunch())


def exceptions_of(row: DayResult) -> list[str]:
    """Codes of one day of ``with_punch_flags``, in the order of ``TITLES``."""
    own = {
        "late": row.late_minutes > 0, "early": row.early_minutes > 0, "absent": row.status == Status.ABSENT,
        "flagged_punch": row.has_flagged_punch,  # type: ignore[attr-defined]  # annotated
    }  # fmt: skip
    return [code for code in TITLES if own.get(code) or (code in FLAGS and row.flags & FLAGS[code])]


def with_exception(rows: QuerySet[DayResult], code: str) -> QuerySet[DayResult]:
    """Only the days that have this exception."""
    if code == "flagged_punch":
        return rows.filter(_FlaggedPunch())
    if code in _CONDITIONS:
        return rows.filter(_CONDITIONS[code])
    return rows.alias(exception=F("flags").bitand(int(FLAGS[code]))).filter(exception__gt=0)


class _FlaggedPunch(Func):
    """Whether the day counts a punch that somebody should look at: from its first to its last, or, where it counts
    none, on its date.
    """

    output_field = BooleanField()

    def __init__(self) -> None:
        super().__init__(*(F(name) for name in _COLUMNS))

    def as_sql(self, compiler: SQLCompiler, connection: Any, **_extra: Any) -> tuple[str, tuple[Any, ...]]:
        columns = {name: compiler.compile(one)[0] for name, one in zip(_COLUMNS, self.get_source_expressions())}
        zone = str(current_tenant().zone)
        return _FLAGGED.format(**columns), (zone, int(FLAGGED), zone, zone)


_COLUMNS = ("tenant", "employee", "date", "first_in", "last_out")
# A shift's punches may lie on the day before and up to two days after; ``near`` makes these days equal to the result's,
# so that few flagged punches are joined to many days, and the range finds one person's punches by their index.
_FLAGGED = """
EXISTS (
    SELECT 1 FROM attendance_punch p, unnest(ARRAY[-1, 0, 1, 2]) AS near (days),
        LATERAL (SELECT p.punched_at AT TIME ZONE %s AS stamp) AS here
    WHERE p.tenant_id = {tenant} AND p.employee_id = {employee} AND p.trust >= %s
        AND {date} = here.stamp::date - near.days
        AND p.punched_at >= ({date} - 1)::timestamp AT TIME ZONE %s
        AND p.punched_at < ({date} + 3)::timestamp AT TIME ZONE %s
        AND floor(extract(epoch FROM here.stamp - {date}::timestamp) / 60)
            BETWEEN COALESCE({first_in}, {last_out}, 0) AND COALESCE({last_out}, {first_in}, 1439)
        AND NOT EXISTS (
            SELECT 1 FROM attendance_correction c
            WHERE c.tenant_id = p.tenant_id AND c.voids_id = p.id AND c.state = 'approved'
        )
)
"""
