from attendance.admin import corrections, installed_packs, months, punches, rosters, setups, timesheet_answers

__all__ = ["corrections", "installed_packs", "months", "punches", "rosters", "setups", "timesheet_answers"]
