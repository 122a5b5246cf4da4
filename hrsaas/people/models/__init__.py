from hrsaas.people.models.assignments import Assignment
from hrsaas.people.models.cost_splits import CostShare, CostSplit
from hrsaas.people.models.employees import Employee
from hrsaas.people.models.positions import Position
from hrsaas.people.models.projects import Project
from hrsaas.people.models.units import OrgUnit

__all__ = ["Assignment", "CostShare", "CostSplit", "Employee", "OrgUnit", "Position", "Project"]
