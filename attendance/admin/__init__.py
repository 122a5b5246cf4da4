from attendance.admin import months, punches, rosters, setups

__all__ = ["months", "punches", "rosters", "setups"]
