from attendance.admin import months, punches, roster_proposals, rosters, setups

__all__ = ["months", "punches", "roster_proposals", "rosters", "setups"]
