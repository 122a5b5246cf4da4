from hrsaas.months.models.closes import MonthClose

__all__ = ["MonthClose"]
