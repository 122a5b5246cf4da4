from attendance.admin import (
    contacts,
    corrections,
    months,
    punches,
    rosters,
    setups,
    staffing_demand,
    timesheet_answers,
)

__all__ = [
    "contacts", "corrections", "months", "punches", "rosters", "setups", "staffing_demand", "timesheet_answers",
]  # fmt: skip
