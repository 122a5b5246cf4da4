"""Where attendance lives below /api/v1/."""

from __future__ import annotations

from rest_framework.routers import SimpleRouter

from attendance.api.contacts import PromotionViewSet, QueueViewSet, VolumeViewSet
from attendance.api.corrections import CorrectionViewSet
from attendance.api.day_results import DayResultViewSet
from attendance.api.devices import DeviceCommandViewSet, DeviceLineViewSet, DeviceViewSet, IdentityViewSet
from attendance.api.installed_packs import InstalledPackViewSet
from attendance.api.leave_balances import LeaveEntryViewSet, LeaveLotViewSet
from attendance.api.leave_requests import LeaveDayViewSet, LeaveRequestViewSet
from attendance.api.leave_types import LeaveTypeViewSet
from attendance.api.mobile_punches import MobilePunchViewSet, PhoneViewSet, PlaceViewSet
from attendance.api.months import MonthUnlockViewSet, MonthViewSet, TimesheetViewSet
from attendance.api.open_shifts import OpenShiftViewSet
from attendance.api.overtime_requests import OvertimeAdjustmentViewSet, OvertimeRequestViewSet
from attendance.api.punches import PunchViewSet
from attendance.api.roster_batches import RosterBatchViewSet, RosterChangeViewSet
from attendance.api.roster_proposals import RosterProposalViewSet
from attendance.api.roster_publications import RosterPublicationViewSet
from attendance.api.rosters import RosterViewSet
from attendance.api.settings import AttendanceSettingsViewSet
from attendance.api.shift_swaps import ShiftSwapViewSet
from attendance.api.shifts import CalendarDayViewSet, RotationViewSet, ShiftViewSet
from attendance.api.skills import EmployeeSkillViewSet, ShiftSkillViewSet, SkillViewSet
from attendance.api.staffing_demand import DemandViewSet
from attendance.api.timesheet_answers import ConfirmationViewSet, TimesheetDisputeViewSet
from attendance.api.work_protections import WorkProtectionViewSet


def register(router: SimpleRouter) -> None:
    router.register("attendance/templates", InstalledPackViewSet, basename="installed-template")
    router.register("attendance", AttendanceSettingsViewSet, basename="attendance-settings")
    router.register("attendance/shifts", ShiftViewSet, basename="shift")
    router.register("attendance/rotations", RotationViewSet, basename="rotation")
    router.register("attendance/calendar-days", CalendarDayViewSet, basename="calendar-day")
    router.register("attendance/roster", RosterViewSet, basename="roster-day")
    router.register("attendance/roster-batches", RosterBatchViewSet, basename="roster-batch")
    router.register("attendance/roster-changes", RosterChangeViewSet, basename="roster-change")
    router.register("attendance/roster-publications", RosterPublicationViewSet, basename="roster-publication")
    router.register("attendance/open-shifts", OpenShiftViewSet, basename="open-shift")
    router.register("attendance/work-protections", WorkProtectionViewSet, basename="work-protection")
    router.register("attendance/contact-queues", QueueViewSet, basename="contact-queue")
    router.register("attendance/contact-volumes", VolumeViewSet, basename="contact-volume")
    router.register("attendance/promotion-days", PromotionViewSet, basename="promotion-day")
    router.register("attendance/demand", DemandViewSet, basename="staffing-demand")
    router.register("attendance/roster-proposals", RosterProposalViewSet, basename="roster-proposal")
    router.register("attendance/skills", SkillViewSet, basename="skill")
    router.register("attendance/employee-skills", EmployeeSkillViewSet, basename="employee-skill")
    router.register("attendance/shift-skills", ShiftSkillViewSet, basename="shift-skill")
    router.register("attendance/punches", PunchViewSet, basename="punch")
    router.register("attendance/mobile-punches", MobilePunchViewSet, basename="mobile-punch")
    router.register("attendance/phones", PhoneViewSet, basename="phone")
    router.register("attendance/punch-places", PlaceViewSet, basename="punch-place")
    router.register("attendance/devices", DeviceViewSet, basename="device")
    router.register("attendance/device-lines", DeviceLineViewSet, basename="device-line")
    router.register("attendance/device-commands", DeviceCommandViewSet, basename="device-command")
    router.register("attendance/punch-identities", IdentityViewSet, basename="punch-identity")
    router.register("attendance/day-results", DayResultViewSet, basename="day-result")
    router.register("attendance/timesheets", TimesheetViewSet, basename="timesheet")
    router.register("attendance/months", MonthViewSet, basename="attendance-month")
    router.register("attendance/leave-types", LeaveTypeViewSet, basename="leave-type")
    router.register("attendance/leave-requests", LeaveRequestViewSet, basename="leave-request")
    router.register("attendance/leave-days", LeaveDayViewSet, basename="leave-day")
    router.register("attendance/leave-lots", LeaveLotViewSet, basename="leave-lot")
    router.register("attendance/leave-entries", LeaveEntryViewSet, basename="leave-entry")
    router.register("attendance/month-unlocks", MonthUnlockViewSet, basename="month-unlock")
    router.register("attendance/overtime-requests", OvertimeRequestViewSet, basename="overtime-request")
    router.register("attendance/overtime-adjustments", OvertimeAdjustmentViewSet, basename="overtime-adjustment")
    router.register("attendance/shift-swaps", ShiftSwapViewSet, basename="shift-swap")
    router.register("attendance/corrections", CorrectionViewSet, basename="correction")
    router.register("attendance/timesheet-confirmations", ConfirmationViewSet, basename="timesheet-confirmation")
    router.register("attendance/timesheet-disputes", TimesheetDisputeViewSet, basename="timesheet-dispute")
