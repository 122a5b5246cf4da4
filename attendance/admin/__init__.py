from attendance.admin import contacts, months, punches, rosters, setups, staffing_demand

__all__ = ["contacts", "months", "punches", "rosters", "setups", "staffing_demand"]
