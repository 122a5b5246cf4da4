from hrsaas.people.admin import cost_splits, employees, projects, units

__all__ = ["cost_splits", "employees", "projects", "units"]
