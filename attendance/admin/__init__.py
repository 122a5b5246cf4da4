from attendance.admin import corrections, months, punches, rosters, setups, timesheet_answers

__all__ = ["corrections", "months", "punches", "rosters", "setups", "timesheet_answers"]
