from attendance.admin import corrections, months, punches, roster_proposals, rosters, setups, timesheet_answers

__all__ = ["corrections", "months", "punches", "roster_proposals", "rosters", "setups", "timesheet_answers"]
