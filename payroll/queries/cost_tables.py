"""The cost of a run by org unit and cost centre, each person's split by the days worked there within the month."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from hrsaas.people.models import OrgUnit
from hrsaas.people.queries.assignments import segments
from hrsaas.people.rules.money import yuan
from hrsaas.sheets import Cell, Sheet, harmless
from payroll.models import PayRun
from payroll.queries.pay_tables import Paid, Table, paid
from payroll.rules.shares import split
from payroll.rules.vouchers import Place

Days = Mapping[Place, int]


@dataclass(frozen=True)
class Share:
    """What one person's payslip costs at one place."""

    row: Paid
    place: Place
    days: int
    cost_fen: int


def days_by_place(run: PayRun) -> dict[int, dict[Place, int]]:
    """Employee id → place → days of the month with an assignment there, in one statement."""
    found: defaultdict[int, dict[Place, int]] = defaultdict(dict)
    for one in segments(run.month, run.end_date):
        place, days = Place(one.unit_id, one.cost_centre), (one.end_date - one.start_date).days
        found[one.employee_id][place] = found[one.employee_id].get(place, 0) + days
    return found


def days_of(row: Paid, days: Mapping[int, Days]) -> Days:
    """Where the person worked; who had no assignment any more (paid after leaving) counts at the payslip's unit."""
    return days.get(row.employee_id) or {Place(row.unit_id, ""): 1}


def cost_table(run: PayRun) -> Table:
    """By place, and person by person. amount_fen: cost of employment, exactly the run's."""
    shares = list(_shares(run))
    units = {unit.pk: unit for unit in OrgUnit.objects.all()}
    people = Sheet("明细 People", _PEOPLE, [_person_line(one, units) for one in shares])
    places = Sheet("汇总 Places", _PLACES, list(_place_lines(shares, units)))
    return Table([places, people], len(shares), sum(one.cost_fen for one in shares))


def _shares(run: PayRun) -> Iterator[Share]:
    days, costs = days_by_place(run), _costs(run)
    for row in paid([run]):
        weights = days_of(row, days)
        parts = split(costs[row.employee_id], list(weights.values()))
        for (place, count), cost in zip(weights.items(), parts, strict=True):
            yield Share(row, place, count, cost)


def _costs(run: PayRun) -> dict[int, int]:
    return dict(run.payslips.values_list("employee_id", "cost_fen"))


_PLACE = ["部门 org unit", "部门编码 code", "成本中心 cost centre"]
_PEOPLE = ["工号 number", "姓名 name", *_PLACE, "天数 days", "用人成本 cost"]
_PLACES = [*_PLACE, "人数 people", "用人成本 cost"]


def _person_line(one: Share, units: Mapping[int, OrgUnit]) -> list[Cell]:
    named = [harmless(one.row.code), harmless(one.row.name), *_named(one.place, units)]
    return [*named, one.days, yuan(one.cost_fen)]


def _place_lines(shares: list[Share], units: Mapping[int, OrgUnit]) -> Iterator[list[Cell]]:
    costs: defaultdict[Place, list[int]] = defaultdict(list)
    for one in shares:
        costs[one.place].append(one.cost_fen)
    for place, found in sorted(costs.items(), key=lambda pair: _named(pair[0], units)[1:]):
        yield [*_named(place, units), len(found), yuan(sum(found))]
    yield ["合计 total", None, None, len(shares), yuan(sum(one.cost_fen for one in shares))]


def _named(place: Place, units: Mapping[int, OrgUnit]) -> list[str]:
    unit = units.get(place.unit_id or 0)
    name, code = (unit.name, unit.code) if unit else ("", "")
    return [harmless(name), harmless(code), harmless(place.cost_centre)]
