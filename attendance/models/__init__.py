from attendance.models.leave_lots import LeaveEntry, LeaveLot, LeaveProfile
from attendance.models.leave_requests import LeaveDay, LeaveRequest
from attendance.models.leave_types import LeavePolicy, LeaveType
from attendance.models.months import AttendanceMonth, DayResult, Kind, Status, Timesheet
from attendance.models.punches import Punch, PunchBatch
from attendance.models.roster_proposals import RosterProposal
from attendance.models.rosters import CrewMembership, RosterDay
from attendance.models.settings import AttendanceSettings, CalendarDay
from attendance.models.shifts import Rotation, Shift

__all__ = [
    "AttendanceMonth", "AttendanceSettings", "CalendarDay", "CrewMembership", "DayResult", "Kind",
    "LeaveDay", "LeaveEntry", "LeaveLot", "LeavePolicy", "LeaveProfile", "LeaveRequest", "LeaveType", "Punch",
    "PunchBatch", "RosterDay", "RosterProposal", "Rotation", "Shift", "Status", "Timesheet",
]  # fmt: skip
