from attendance.admin import (
    contacts,
    corrections,
    devices,
    installed_packs,
    leave_balances,
    leave_requests,
    leave_types,
    months,
    overtime_requests,
    punch_places,
    punches,
    roster_proposals,
    rosters,
    setups,
    shift_swaps,
    skills,
    staffing_demand,
    timesheet_answers,
)

__all__ = [
    "contacts", "corrections", "devices", "installed_packs", "leave_balances", "leave_requests", "leave_types",
    "months", "overtime_requests", "punch_places", "punches", "roster_proposals", "rosters", "setups",
    "shift_swaps", "skills", "staffing_demand", "timesheet_answers",
]  # fmt: skip
