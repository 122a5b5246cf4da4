from attendance.models.contacts import ContactQueue, ContactVolume, PromotionDay
from attendance.models.months import AttendanceMonth, DayResult, Kind, Status, Timesheet
from attendance.models.punches import Punch, PunchBatch
from attendance.models.rosters import CrewMembership, RosterDay
from attendance.models.settings import AttendanceSettings, CalendarDay
from attendance.models.shifts import Rotation, Shift
from attendance.models.staffing_demand import StaffingDemand

__all__ = [
    "AttendanceMonth", "AttendanceSettings", "CalendarDay", "ContactQueue", "ContactVolume", "CrewMembership",
    "DayResult", "Kind", "PromotionDay", "Punch", "PunchBatch",
    "RosterDay", "Rotation", "Shift", "StaffingDemand", "Status", "Timesheet",
]  # fmt: skip
