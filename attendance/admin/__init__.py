from attendance.admin import (
    contacts,
    corrections,
    devices,
    installed_packs,
    leave_balances,
    leave_requests,
    leave_types,
    months,
    open_shifts,
    overtime_requests,
    punch_places,
    punches,
    roster_policies,
    roster_proposals,
    rosters,
    setups,
    shift_swaps,
    skills,
    staffing_demand,
    timesheet_answers,
    work_protections,
)

__all__ = [
    "contacts", "corrections", "devices", "installed_packs", "leave_balances", "leave_requests", "leave_types",
    "months", "open_shifts", "overtime_requests", "punch_places", "punches", "roster_policies", "roster_proposals",
    "rosters", "setups", "shift_swaps", "skills", "staffing_demand", "timesheet_answers", "work_protections",
]  # fmt: skip
