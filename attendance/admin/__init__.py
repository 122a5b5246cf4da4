from attendance.admin import (
    contacts,
    corrections,
    devices,
    installed_packs,
    leave_balances,
    leave_requests,
    leave_types,
    months,
    punches,
    roster_proposals,
    rosters,
    setups,
    staffing_demand,
    timesheet_answers,
)

__all__ = [
    "contacts", "corrections", "devices", "installed_packs", "leave_balances", "leave_requests", "leave_types",
    "months", "punches", "roster_proposals", "rosters", "setups", "staffing_demand", "timesheet_answers",
]  # fmt: skip
