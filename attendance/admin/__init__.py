from attendance.admin import (
    corrections,
    leave_balances,
    leave_requests,
    leave_types,
    months,
    punches,
    rosters,
    setups,
    timesheet_answers,
)

__all__ = [
    "corrections", "leave_balances", "leave_requests", "leave_types", "months", "punches", "rosters", "setups",
    "timesheet_answers",
]  # fmt: skip
