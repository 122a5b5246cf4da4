from attendance.models.corrections import Correction, CorrectionFile
from attendance.models.leave_lots import LeaveEntry, LeaveLot, LeaveProfile
from attendance.models.leave_requests import LeaveDay, LeaveRequest
from attendance.models.leave_types import LeavePolicy, LeaveType
from attendance.models.month_unlocks import MonthUnlock
from attendance.models.months import AttendanceMonth, DayResult, Kind, Status, Timesheet
from attendance.models.punches import Punch, PunchBatch
from attendance.models.request_states import RequestState
from attendance.models.roster_proposals import RosterProposal
from attendance.models.rosters import CrewMembership, RosterDay
from attendance.models.settings import AttendanceSettings, CalendarDay
from attendance.models.shifts import Rotation, Shift
from attendance.models.timesheet_answers import TimesheetConfirmation, TimesheetDispute

__all__ = [
    "AttendanceMonth", "AttendanceSettings", "CalendarDay", "Correction", "CorrectionFile", "CrewMembership",
    "DayResult", "Kind", "LeaveDay", "LeaveEntry", "LeaveLot", "LeavePolicy", "LeaveProfile", "LeaveRequest",
    "LeaveType", "MonthUnlock", "Punch", "PunchBatch", "RequestState", "RosterDay", "RosterProposal", "Rotation", "Shift", "Status",
    "Timesheet", "TimesheetConfirmation", "TimesheetDispute",
]  # fmt: skip
