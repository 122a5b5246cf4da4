from attendance.admin import corrections, months, punches, rosters, setups

__all__ = ["corrections", "months", "punches", "rosters", "setups"]
