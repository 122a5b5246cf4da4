"""Where attendance lives below /api/v1/."""

from __future__ import annotations

from rest_framework.routers import SimpleRouter

from attendance.api.corrections import CorrectionViewSet
from attendance.api.day_results import DayResultViewSet
from attendance.api.months import MonthUnlockViewSet, MonthViewSet, TimesheetViewSet
from attendance.api.punches import PunchViewSet
from attendance.api.roster_proposals import RosterProposalViewSet
from attendance.api.rosters import RosterViewSet
from attendance.api.shifts import CalendarDayViewSet, RotationViewSet, ShiftViewSet
from attendance.api.timesheet_answers import ConfirmationViewSet, TimesheetDisputeViewSet


def register(router: SimpleRouter) -> None:
    router.register("attendance/shifts", ShiftViewSet, basename="shift")
    router.register("attendance/rotations", RotationViewSet, basename="rotation")
    router.register("attendance/calendar-days", CalendarDayViewSet, basename="calendar-day")
    router.register("attendance/roster", RosterViewSet, basename="roster-day")
    router.register("attendance/roster-proposals", RosterProposalViewSet, basename="roster-proposal")
    router.register("attendance/punches", PunchViewSet, basename="punch")
    router.register("attendance/day-results", DayResultViewSet, basename="day-result")
    router.register("attendance/timesheets", TimesheetViewSet, basename="timesheet")
    router.register("attendance/months", MonthViewSet, basename="attendance-month")
    router.register("attendance/month-unlocks", MonthUnlockViewSet, basename="month-unlock")
    router.register("attendance/corrections", CorrectionViewSet, basename="correction")
    router.register("attendance/timesheet-confirmations", ConfirmationViewSet, basename="timesheet-confirmation")
    router.register("attendance/timesheet-disputes", TimesheetDisputeViewSet, basename="timesheet-dispute")
