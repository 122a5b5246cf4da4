"""Attendance 考勤: shifts, rosters, punches, day results and monthly timesheets."""
