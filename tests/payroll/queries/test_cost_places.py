"""Cost by department, cost centre and project adds up to the payslips; vouchers post it to accounts of the units."""

from __future__ import annotations

from collections import Counter
from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from hrsaas.people.models import Employee, OrgUnit, Project
from hrsaas.people.rules.cost_shares import NewShare, NewSplit
from hrsaas.people.rules.money import yuan
from hrsaas.people.services.assignments import transfer
from hrsaas.people.services.cost_splits import set_cost_split
from hrsaas.people.services.projects import change_project, create_project
from hrsaas.people.services.units import create_unit, move_unit
from payroll.models import PayRun, VoucherAccount
from payroll.queries.cost_places import cost_places
from payroll.queries.cost_tables import cost_table
from payroll.queries.file_sources import source_digest
from payroll.queries.labour_costs import cost_by_project
from payroll.queries.pay_tables import Table
from payroll.queries.vouchers import voucher_json, voucher_table
from payroll.services.voucher_accounts import set_account
from tests.payroll.conftest import JANUARY, Payroll, inside

START, END = date(2025, 3, 1), date(2026, 2, 1)
Row = dict[str, Any]


def by(payroll: Payroll) -> dict[str, Any]:
    return {"actor": payroll.actor, "now": payroll.now}


def share(shop: Payroll, code: str, *parts: tuple[str, str, str]) -> None:
    shares = [NewShare(Decimal(percent) / 100, centre, project) for centre, project, percent in parts]
    set_cost_split(row=NewSplit(code, START, shares), **by(shop))


def unit(code: str) -> OrgUnit:
    return OrgUnit.objects.get(code=code)


@pytest.fixture
def closed(shop: Payroll) -> PayRun:
    """E1 as assigned; E2 in three parts, two of them projects; E3 moved from one to two, below hq, on the 11th."""
    hq = create_unit(code="hq", name="总部", **by(shop))
    two = create_unit(code="two", name="二部", parent=hq, **by(shop))
    for code in ("P1", "P2"):
        create_project(code=code, name=f"项目{code}", start_date=START, **by(shop))
    for at, code in enumerate(("E1", "E2", "E3")):
        shop.hire(code, 600_001 + at * 12_345, cost_centre=f"C{at}")
        shop.full_month(code, JANUARY, social_base="8000", fund_base="8000", late_minutes="7")
    share(shop, "E2", ("", "P1", "33.33"), ("C7", "P2", "33.33"), ("", "", "33.34"))
    share(shop, "E3", ("", "P1", "50"), ("C7", "", "50"))
    transfer(employee=Employee.objects.get(code="E3"), on_date=date(2026, 1, 11), unit=two, **by(shop))
    shop.calculate(JANUARY)
    return shop.lock(JANUARY)


def rows_of(table: Table, sheet: str) -> list[list[Any]]:
    found = {one.name: list(one.rows) for one in table.sheets}
    return [list(row) for row in found[sheet]]


def lines_of(run: PayRun) -> list[Row]:
    return list(voucher_json(run)["lines"])


def test_each_persons_parts_are_the_payslip_to_the_fen(shop: Payroll, closed: PayRun) -> None:
    costs: Counter[str] = Counter()
    for row in rows_of(cost_table(closed), "明细 People"):
        costs[row[0]] += row[-1]
    assert costs == {code: yuan(shop.slip(JANUARY, code).cost_fen) for code in ("E1", "E2", "E3")}


def test_shares_split_what_the_days_split(shop: Payroll, closed: PayRun) -> None:
    rows = [row for row in rows_of(cost_table(closed), "明细 People") if row[0] == "E3"]
    assert [(row[2], row[4], row[5], row[7], row[8]) for row in rows] == [
        ("one", "C2", "P1", 10, Decimal("16.13")), ("one", "C7", "", 10, Decimal("16.13")),
        ("two", "C2", "P1", 21, Decimal("33.87")), ("two", "C7", "", 21, Decimal("33.87")),
    ]  # fmt: skip
    assert [row[8] for row in rows_of(cost_table(closed), "明细 People") if row[0] == "E2"] == [
        Decimal("33.33"), Decimal("33.33"), Decimal("33.34"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("sheet", "names"),
    [
        ("部门 Departments", {"one": 3, "two": 1}),
        ("成本中心 Cost centres", {"C0": 1, "C1": 1, "C2": 1, "C7": 2}),
        ("项目 Projects", {"": 3, "P1": 2, "P2": 1}),
    ],
)
def test_every_sheet_adds_up_to_the_run_and_counts_people_once(
    closed: PayRun, sheet: str, names: dict[str, int]
) -> None:
    *rows, total = rows_of(cost_table(closed), sheet)
    assert {row[0]: row[-2] for row in rows} == names
    assert sum(row[-1] for row in rows) == total[-1] == yuan(closed.cost_fen)
    assert total[-2] == 3


def test_a_project_that_is_over_still_bears_its_share_and_is_noted(shop: Payroll, closed: PayRun) -> None:
    project = Project.objects.get(code="P2")
    change_project(project=project, name="项目P2", start_date=START, end_date=JANUARY, **by(shop))
    assert [(one["code"], "P2" in one["zh"]) for one in cost_table(closed).notes] == [("E2", True)]


def test_voucher_lines_are_by_department_cost_centre_and_project(shop: Payroll, closed: PayRun) -> None:
    lines = lines_of(closed)
    debits = [row for row in lines if row["account"] == "6602.01"]
    assert {(row["department"], row["cost_centre"], row["project"]) for row in debits} == {
        ("one", "C0", ""), ("one", "C1", "P1"), ("one", "C7", "P2"), ("one", "C1", ""), ("one", "C2", "P1"),
        ("one", "C7", ""), ("two", "C2", "P1"), ("two", "C7", ""),
    }  # fmt: skip
    assert not any(row["department"] or row["project"] for row in lines if row["account"] == "2211.01")
    debit, credit = (sum(Decimal(row[side]) for row in lines) for side in ("debit", "credit"))
    assert debit == credit == yuan(closed.cost_fen)


def test_an_account_may_be_kept_by_project_alone_or_by_department_alone(shop: Payroll, closed: PayRun) -> None:
    fixed: dict[str, Any] = {"start_date": START, **by(shop)}
    for category, side in (("earning", "debit"), ("reduction", "credit")):
        set_account(category=category, side=side, account="5001", name="生产成本", by_project=True, **fixed)
    set_account(category="employer", side="debit", account="5002", name="生产成本", by_unit=True, **fixed)
    found = {(row["account"], row["department"] + row["cost_centre"], row["project"]) for row in lines_of(closed)}
    assert {one[1:] for one in found if one[0] == "5001"} == {("", ""), ("", "P1"), ("", "P2")}
    assert {one[2] for one in found if one[0] == "5002"} == {""}


def test_accounts_of_a_unit_hold_below_it_until_a_nearer_one(shop: Payroll, closed: PayRun) -> None:
    """Sales costs for all of hq, production for what is below it, administration elsewhere."""
    for where, account in ((None, "6602"), (unit("hq"), "6601")):
        for category, side in (("earning", "debit"), ("reduction", "credit")):
            set_account(
                category=category, side=side, account=account, name=account, unit=where, by_unit=True,
                start_date=START, **by(shop),
            )  # fmt: skip

    def accounts() -> dict[str, set[str]]:
        lines = [row for row in lines_of(closed) if row["account"] in ("6602", "6601", "5001")]
        return {code: {row["account"] for row in lines if row["department"] == code} for code in ("one", "two")}

    assert accounts() == {"one": {"6602"}, "two": {"6601"}}
    for category, side in (("earning", "debit"), ("reduction", "credit")):
        set_account(category=category, side=side, account="5001", name="5001", unit=unit("two"), by_unit=True,
                    start_date=START, **by(shop))  # fmt: skip
    assert accounts() == {"one": {"6602"}, "two": {"5001"}}
    total = voucher_table(closed).amount_fen
    assert total == closed.cost_fen


def test_an_item_with_an_account_of_its_own_keeps_it_in_every_unit(shop: Payroll, closed: PayRun) -> None:
    fixed: dict[str, Any] = {"category": "earning", "side": "debit", "start_date": START, **by(shop)}
    set_account(item_code="attended_pay", account="5009", name="x", **fixed)
    set_account(unit=unit("two"), account="6601", name="x", by_unit=True, **fixed)
    assert {"5009"} <= {row["account"] for row in lines_of(closed)}
    set_account(item_code="attended_pay", unit=unit("hq"), account="5010", name="x", **fixed)
    assert {"5009", "5010"} <= {row["account"] for row in lines_of(closed)}


def test_accounts_of_one_unit_and_period_are_one(shop: Payroll) -> None:
    fixed = {"category": "earning", "side": "debit", "name": "x", "start_date": START}
    VoucherAccount.objects.create(account="1", unit=shop.unit, **fixed)
    VoucherAccount.objects.create(account="2", **fixed)
    for where in (shop.unit, None):
        with pytest.raises(IntegrityError, match="payroll_account_overlap"), transaction.atomic():
            VoucherAccount.objects.create(account="3", unit=where, **fixed | {"start_date": END})


def test_files_are_made_again_when_shares_projects_tree_or_accounts_change(shop: Payroll, closed: PayRun) -> None:
    seen = [source_digest(closed)]

    def is_new() -> bool:
        seen.append(source_digest(closed))
        return seen[-1] not in seen[:-1]

    assert not is_new()
    share(shop, "E1", ("C8", "", "100"))
    assert is_new()
    project = Project.objects.get(code="P1")
    change_project(project=project, name="新名", start_date=START, end_date=None, **by(shop))
    assert is_new()
    move_unit(unit=unit("two"), parent=None, **by(shop))
    assert is_new()
    late = date(2026, 1, 20)  # holds on the voucher's day, not on the first of the month
    set_account(category="net", side="credit", account="9", name="x", start_date=late, **by(shop))
    assert is_new()


def test_a_thousand_people_take_the_statements_of_three(shop: Payroll, closed: PayRun) -> None:
    def statements(employees: np.ndarray[Any, Any]) -> int:
        with CaptureQueriesContext(connection) as seen:
            places = cost_places(JANUARY, END, employees, np.full(len(employees), shop.unit.pk))
            amounts = np.arange(len(employees)) * 777 - 5
            sums = np.zeros(len(employees), dtype=np.int64)
            np.add.at(sums, places.owners, places.split(amounts))
            assert (sums == amounts).all()
        return len(seen)

    people = np.array(list(Employee.objects.order_by("id").values_list("id", flat=True)))
    assert statements(people) == statements(np.resize(people, 1_000)) <= 2
    assert statements(people[:0]) == 0


def test_who_had_no_assignment_any_more_counts_at_the_payslips_unit(shop: Payroll) -> None:
    someone = shop.hire("E1")
    share(shop, "E1", ("C1", "", "100"))
    places = cost_places(date(2025, 1, 1), date(2025, 2, 1), np.array([someone.pk]), np.array([shop.unit.pk]))
    assert [(one.unit_id, one.cost_centre) for one in places.found] == [(shop.unit.pk, "")]
    assert places.split(np.array([101])).tolist() == [101]


def test_places_that_become_one_are_one_part(shop: Payroll) -> None:
    """Another cost centre within the unit, but the shares name theirs: days and weights add up."""
    someone = shop.hire("E1", cost_centre="C1")
    transfer(employee=someone, on_date=date(2026, 1, 11), cost_centre="C2", **by(shop))
    share(shop, "E1", ("C9", "", "60"), ("", "", "40"))
    places = cost_places(JANUARY, END, np.array([someone.pk]), np.array([shop.unit.pk]))
    found = [(places.found[at].cost_centre, days) for at, days in zip(places.places, places.days, strict=True)]
    assert found == [("C9", 31), ("C1", 10), ("C2", 21)]
    assert places.split(np.array([3_100])).tolist() == [1_860, 400, 840]


def test_the_chart_by_project_agrees_with_the_file_and_stays_in_its_tenant(
    shop: Payroll, closed: PayRun, ward: Payroll
) -> None:
    *rows, _total = rows_of(cost_table(closed), "项目 Projects")
    chart = {project.code: yuan(fen) for project, fen in cost_by_project(JANUARY)}
    assert chart == {row[0]: row[-1] for row in rows if row[0]}
    with inside(ward):
        assert cost_by_project(JANUARY) == []


def test_another_tenants_unit_takes_no_account(shop: Payroll, ward: Payroll) -> None:
    with pytest.raises(IntegrityError, match="unit_id"), transaction.atomic():
        set_account(category="net", side="credit", account="1", name="x", unit=ward.unit, start_date=START, **by(shop))
        connection.check_constraints()
