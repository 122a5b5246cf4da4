from attendance.models.contacts import ContactQueue, ContactVolume, PromotionDay
from attendance.models.leave_lots import LeaveEntry, LeaveLot, LeaveProfile
from attendance.models.leave_requests import LeaveDay, LeaveRequest
from attendance.models.leave_types import LeavePolicy, LeaveType
from attendance.models.months import AttendanceMonth, DayResult, Kind, Status, Timesheet
from attendance.models.punches import Punch, PunchBatch
from attendance.models.rosters import CrewMembership, RosterDay
from attendance.models.settings import AttendanceSettings, CalendarDay
from attendance.models.shifts import Rotation, Shift
from attendance.models.staffing_demand import StaffingDemand

__all__ = [
    "AttendanceMonth", "AttendanceSettings", "CalendarDay", "ContactQueue", "ContactVolume", "CrewMembership",
    "DayResult", "Kind", "LeaveDay", "LeaveEntry", "LeaveLot", "LeavePolicy", "LeaveProfile", "LeaveRequest",
    "LeaveType", "PromotionDay", "Punch", "PunchBatch", "RosterDay", "Rotation", "Shift", "StaffingDemand", "Status",
    "Timesheet",
]  # fmt: skip
