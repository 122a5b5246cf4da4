from hrsaas.people.models.assignments import Assignment
from hrsaas.people.models.employees import Employee
from hrsaas.people.models.positions import Position
from hrsaas.people.models.units import OrgUnit

__all__ = ["Assignment", "Employee", "OrgUnit", "Position"]
