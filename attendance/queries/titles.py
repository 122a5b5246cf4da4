"""What people read over the figures of days and months; those in minutes are shown as hours."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

TITLES: Mapping[str, Any] = {
    "due_days": _("due days"),
    "due_minutes": _("due (hours)"),
    "worked_days": _("worked days"),
    "worked_minutes": _("worked (hours)"),
    "absent_days": _("absent days"),
    "missing_punch_days": _("days with a missing punch"),
    "off_roster_days": _("days worked without a shift"),
    "late_count": _("times late"),
    "late_minutes": _("late (hours)"),
    "early_count": _("times left early"),
    "early_minutes": _("left early (hours)"),
    "overtime_minutes": _("overtime (hours)"),
    "overtime_weekday_minutes": _("weekday overtime (hours)"),
    "overtime_rest_day_minutes": _("rest day overtime (hours)"),
    "overtime_statutory_minutes": _("statutory holiday overtime (hours)"),
    "night_minutes": _("night (hours)"),
    "night_shift_count": _("night shifts"),
    "late_forgiven_count": _("times late forgiven"),
    "half_absent_days": _("days half absent"),
    "absent_minutes": _("absent (hours)"),
    "short_minutes": _("short of due hours (hours)"),
    "leave_paid_minutes": _("paid leave (hours)"),
    "leave_unpaid_minutes": _("unpaid leave (hours)"),
    "travel_minutes": _("travel (hours)"),
    "overtime_leave_minutes": _("overtime taken as time off (hours)"),
    "unpaid_day_hundredths": _("unpaid days (hundredths)"),
}
