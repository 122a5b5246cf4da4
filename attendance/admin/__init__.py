from attendance.admin import leave_balances, leave_requests, leave_types, months, punches, rosters, setups

__all__ = ["leave_balances", "leave_requests", "leave_types", "months", "punches", "rosters", "setups"]
