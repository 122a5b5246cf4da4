"""The cost of a run by department, cost centre and project, and person by person."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from hrsaas.people.models import OrgUnit, Project
from hrsaas.people.rules.money import yuan
from hrsaas.sheets import Cell, Sheet, harmless
from hrsaas.tenancy.queries.columns import Ints
from payroll.models import PayRun
from payroll.queries.cost_places import CostPlaces, cost_places
from payroll.queries.pay_tables import Note, Table
from payroll.rules.vouchers import Place


class _Person(NamedTuple):
    employee_id: int
    code: str
    name: str
    unit_id: int
    cost_fen: int


class Names:
    """What units and projects are called in files: code and name, harmless to spreadsheets. Two statements."""

    @cached_property
    def units(self) -> dict[int, OrgUnit]:
        return {unit.pk: unit for unit in OrgUnit.objects.all()}

    @cached_property
    def projects(self) -> dict[int, Project]:
        return {project.pk: project for project in Project.objects.all()}

    def unit(self, place: Place) -> list[str]:
        return _named(self.units.get(place.unit_id or 0))

    def project(self, place: Place) -> list[str]:
        return _named(self.projects.get(place.project_id or 0))

    def place(self, place: Place) -> list[str]:
        """Under ``_PLACE``."""
        return [*self.unit(place), harmless(place.cost_centre), *self.project(place)]


@dataclass(frozen=True)
class _Cost:
    """costs: fen, by part of ``places``."""

    people: Sequence[_Person]
    places: CostPlaces
    costs: Ints
    names: Names


def cost_table(run: PayRun) -> Table:
    """By department, cost centre, project and all three, and person by person. amount_fen: exactly the run's cost."""
    people = _people(run)
    employees = np.array([one.employee_id for one in people], dtype=np.int64)
    units = np.array([one.unit_id for one in people], dtype=np.int64)
    places = cost_places(run.month, run.end_date, employees, units)
    costs = places.split(np.array([one.cost_fen for one in people], dtype=np.int64))
    cost = _Cost(people, places, costs, Names())
    sheets = [
        _sheet("汇总 Places", _PLACE, cost, cost.names.place),
        _sheet("部门 Departments", _UNIT, cost, cost.names.unit),
        _sheet("成本中心 Cost centres", _CENTRE, cost, lambda place: [harmless(place.cost_centre)]),
        _sheet("项目 Projects", _PROJECT, cost, cost.names.project),
        Sheet("明细 People", [*_PERSON, *_PLACE, *_PART], _person_lines(cost)),
    ]
    return Table(sheets, len(costs), int(costs.sum()), list(_notes(run, cost)))


def _people(run: PayRun) -> list[_Person]:
    rows = run.payslips.order_by("employee_code").values_list(
        "employee_id", "employee_code", "employee_name", "unit_id", "cost_fen"
    )
    return [_Person(*row) for row in rows]


_UNIT = ["部门编码 code", "部门 org unit"]
_CENTRE = ["成本中心 cost centre"]
_PROJECT = ["项目编码 project code", "项目 project"]
_PLACE = [*_UNIT, *_CENTRE, *_PROJECT]
_PERSON = ["工号 number", "姓名 name"]
_PART = ["天数 days", "份额 share %", "用人成本 cost"]


def _sheet(title: str, headings: list[str], cost: _Cost, named: Callable[[Place], list[str]]) -> Sheet:
    """Places that are named alike added up, in the order of their names; the sum of all below them."""
    names = [tuple(named(place)) for place in cost.places.found]
    sums: Counter[tuple[str, ...]] = Counter()
    for name, fen in zip(names, cost.places.sums(cost.costs).tolist(), strict=True):
        sums[name] += fen
    owners, at = cost.places.owners.tolist(), cost.places.places.tolist()
    heads = Counter(name for name, _owner in {(names[place], owner) for place, owner in zip(at, owners, strict=True)})
    rows: list[list[Cell]] = [[*name, heads[name], yuan(sums[name])] for name in sorted(sums)]
    empty: list[Cell] = [None] * (len(headings) - 1)
    rows.append(["合计 total", *empty, len(cost.people), yuan(sum(sums.values()))])
    return Sheet(title, [*headings, "人数 people", "用人成本 cost"], rows)


def _person_lines(cost: _Cost) -> Iterator[list[Cell]]:
    named = [cost.names.place(place) for place in cost.places.found]
    columns = (cost.places.owners, cost.places.places, cost.places.days, cost.places.rates, cost.costs)
    for owner, place, days, rate, fen in zip(*(column.tolist() for column in columns), strict=True):
        one = cost.people[owner]
        yield [harmless(one.code), harmless(one.name), *named[place], days, yuan(rate), yuan(fen)]


def _notes(run: PayRun, cost: _Cost) -> Iterator[Note]:
    """Whoever still has a share of a project that was over before the month."""
    over = _over(run, cost.names.projects)
    ended = [place.project_id if place.project_id in over else None for place in cost.places.found]
    for owner, at in zip(cost.places.owners.tolist(), cost.places.places.tolist(), strict=True):
        if ended[at] is not None:
            code, one = over[ended[at]], cost.people[owner]
            yield {
                "code": one.code, "name": one.name, "zh": f"项目“{code}”已结束，仍按份额计入",
                "en": f"project '{code}' is over and still bears a share",
            }  # fmt: skip


def _over(run: PayRun, projects: Mapping[int, Project]) -> dict[int | None, str]:
    return {key: one.code for key, one in projects.items() if one.end_date is not None and one.end_date <= run.month}


def _named(row: OrgUnit | Project | None) -> list[str]:
    return ["", ""] if row is None else [harmless(row.code), harmless(row.name)]
