from attendance.models.contacts import ContactQueue, ContactVolume, PromotionDay
from attendance.models.corrections import Correction, CorrectionFile
from attendance.models.devices import Device, DeviceCommand, DeviceLine, DeviceUser
from attendance.models.installed_packs import InstalledPack
from attendance.models.leave_lots import LeaveEntry, LeaveLot, LeaveProfile
from attendance.models.leave_requests import LeaveDay, LeaveRequest
from attendance.models.leave_types import LeavePolicy, LeaveType
from attendance.models.month_unlocks import MonthUnlock
from attendance.models.months import AttendanceMonth, DayResult, Kind, MonthResult, Status, Timesheet
from attendance.models.open_shifts import OpenShift
from attendance.models.overtime_requests import OvertimeAdjustment, OvertimeRequest
from attendance.models.punch_checks import PunchCheck
from attendance.models.punch_identities import PunchIdentity
from attendance.models.punch_places import Phone, PunchPlace
from attendance.models.punches import Punch, PunchBatch, Trust
from attendance.models.request_states import RequestState
from attendance.models.roster_changes import RosterBatch, RosterChange
from attendance.models.roster_policies import RosterPolicy
from attendance.models.roster_proposals import RosterProposal
from attendance.models.roster_publications import RosterPublication
from attendance.models.rosters import CrewMembership, RosterDay
from attendance.models.settings import AttendanceSettings, CalendarDay, OvertimeKind
from attendance.models.shift_swaps import ShiftSwap
from attendance.models.shifts import Rotation, Shift
from attendance.models.skills import EmployeeSkill, ShiftSkill, Skill
from attendance.models.staffing_demand import StaffingDemand
from attendance.models.timesheet_answers import TimesheetConfirmation, TimesheetDispute
from attendance.models.work_protections import WorkProtection

__all__ = [
    "AttendanceMonth", "AttendanceSettings", "CalendarDay", "ContactQueue", "ContactVolume", "Correction",
    "CorrectionFile", "CrewMembership", "DayResult", "Device", "DeviceCommand", "DeviceLine", "DeviceUser",
    "EmployeeSkill", "InstalledPack", "Kind", "LeaveDay", "LeaveEntry", "LeaveLot", "LeavePolicy", "LeaveProfile",
    "LeaveRequest", "LeaveType", "MonthResult", "MonthUnlock", "OpenShift", "OvertimeAdjustment", "OvertimeKind",
    "OvertimeRequest", "Phone", "PromotionDay", "Punch", "PunchBatch", "PunchCheck", "PunchIdentity", "PunchPlace",
    "RequestState", "RosterBatch", "RosterChange", "RosterDay", "RosterPolicy", "RosterProposal", "RosterPublication",
    "Rotation", "Shift", "ShiftSkill", "ShiftSwap", "Skill", "StaffingDemand", "Status", "Timesheet",
    "TimesheetConfirmation", "TimesheetDispute", "Trust", "WorkProtection",
]  # fmt: skip
