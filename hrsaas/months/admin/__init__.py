from hrsaas.months.admin import closes

__all__ = ["closes"]
