from hrsaas.people.admin import employees, units

__all__ = ["employees", "units"]
