"""Shares of a person's cost are the whole, hold from a day on, and name what the tenant has."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from hrsaas.access.actors import Actor
from hrsaas.audit.models import Entry
from hrsaas.errors import DomainError, NotAllowed
from hrsaas.people.models import CostShare, CostSplit, Project
from hrsaas.people.queries.cost_splits import cost_share_columns
from hrsaas.people.rules.cost_shares import NewShare, NewSplit
from hrsaas.people.services.cost_splits import remove_cost_split, set_cost_split, set_cost_splits
from hrsaas.people.services.projects import change_project, create_project
from hrsaas.tenancy.context import tenant_context

START, LATER, END = date(2026, 1, 1), date(2026, 3, 1), date(2026, 6, 1)


@pytest.fixture
def by(actor, now):
    return {"actor": actor, "now": now}


@pytest.fixture
def project(organisation, by):
    return create_project(code="P1", name="新店", name_en="New shop", start_date=START, end_date=END, **by)


def shares(*parts: tuple[str, str, str]) -> list[NewShare]:
    return [NewShare(Decimal(rate), cost_centre, project) for cost_centre, project, rate in parts]


def split_of(employee, start_date: date = START, *parts: tuple[str, str, str]) -> NewSplit:
    return NewSplit(employee.code, start_date, shares(*(parts or (("CC1", "", "0.6"), ("CC2", "P1", "0.4")))))


def held_on(day: date) -> list[tuple[int, str, int]]:
    """(project, cost centre, steps) in order."""
    columns, centres = cost_share_columns(day)
    return list(zip(columns["project_id"].tolist(), centres, columns["steps"].tolist(), strict=True))


def test_the_latest_split_on_or_before_the_day_counts(hired, project, by):
    someone = hired()
    set_cost_split(row=split_of(someone), **by)
    set_cost_split(row=split_of(someone, LATER, ("", "", "1")), **by)
    assert held_on(date(2025, 12, 31)) == []
    assert held_on(START) == held_on(date(2026, 2, 28)) == [(0, "CC1", 6_000), (project.id, "CC2", 4_000)]
    assert held_on(LATER) == [(0, "", 10_000)]


def test_a_split_of_the_same_day_is_replaced_and_one_taken_back_uncovers_the_one_before(hired, project, by):
    someone = hired()
    set_cost_split(row=split_of(someone), **by)
    set_cost_split(row=split_of(someone, LATER), **by)
    again = set_cost_split(row=split_of(someone, LATER, ("CC9", "", "1")), **by)
    assert held_on(LATER) == [(0, "CC9", 10_000)]
    remove_cost_split(split=again, **by)
    assert held_on(LATER) == [(0, "CC1", 6_000), (project.id, "CC2", 4_000)]
    actions = Entry.objects.filter(action__startswith="people.cost").order_by("id").values_list("action", flat=True)
    assert list(actions) == ["people.cost.set"] * 3 + ["people.cost.remove"]


@pytest.mark.parametrize(
    ("parts", "code"),
    [
        ([("CC1", "", "0.6"), ("CC2", "", "0.3999")], "sum"),
        ([("CC1", "", "1"), ("CC2", "", "0.0001")], "sum"),
        ([("CC1", "", "1.5"), ("CC2", "", "-0.5")], "rate"),
        ([("CC1", "", "0.33333"), ("CC2", "", "0.66667")], "rate"),
        ([("CC1", "", "0.5"), ("CC1", "", "0.5")], "twice"),
        ([("", "NO", "1")], "project"),
        ([("x" * 41, "", "1")], "cost_centre"),
        ([(f"C{at}", "", "0.01") for at in range(100)], "count"),
    ],
)
def test_what_is_not_the_whole_of_known_things_is_refused(hired, project, by, parts, code):
    with pytest.raises(DomainError) as refused:
        set_cost_split(row=split_of(hired(), START, *parts), **by)
    assert refused.value.code == f"people.cost.{code}"
    assert not CostSplit.objects.exists()


@pytest.mark.parametrize("day", [date(2025, 12, 31), END])
def test_a_project_takes_shares_only_while_it_runs(hired, project, by, day):
    with pytest.raises(DomainError) as refused:
        set_cost_split(row=split_of(hired(), day, ("", "P1", "1")), **by)
    assert refused.value.code == "people.cost.project_over"


def test_many_are_set_with_the_statements_of_a_few_and_all_faults_are_named(hired, project, by):
    people = [hired() for _ in range(40)]
    counts = []
    for some in (people[:4], people[4:]):
        with CaptureQueriesContext(connection) as seen:
            assert len(set_cost_splits(rows=[split_of(one) for one in some], **by)) == len(some)
        counts.append(len(seen))
    assert counts[0] == counts[1]
    rows = [split_of(people[0], LATER), split_of(people[0], LATER), NewSplit("nobody", LATER, shares(("", "", "1")))]
    with pytest.raises(DomainError) as refused:
        set_cost_splits(rows=rows, **by)
    found = {(one["row"], one["code"]) for one in refused.value.extra["rows"]}
    assert found == {(1, "people.cost.repeated"), (2, "people.cost.unknown_employee")}
    assert not CostSplit.objects.filter(start_date=LATER).exists()


@pytest.mark.parametrize("break_it", ["change", "delete", "add", "empty"])
def test_the_database_refuses_shares_that_are_not_the_whole(hired, project, by, break_it):
    split = set_cost_split(row=split_of(hired()), **by)
    parts = CostShare.objects.filter(split=split)
    with pytest.raises(IntegrityError, match="not the whole"), transaction.atomic():
        if break_it == "change":
            parts.filter(cost_centre="CC1").update(share_rate=Decimal("0.5"))
        elif break_it == "delete":
            parts.filter(cost_centre="CC1").delete()
        elif break_it == "add":
            CostShare.objects.create(split=split, cost_centre="CC3", share_rate=Decimal("0.1"))
        else:
            CostSplit.objects.create(employee=split.employee, start_date=END)
        connection.cursor().execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_the_database_lets_a_whole_split_be_written_and_deleted(hired, project, by):
    set_cost_split(row=split_of(hired()), **by)
    connection.cursor().execute("SET CONSTRAINTS ALL IMMEDIATE")
    connection.cursor().execute("SET CONSTRAINTS ALL DEFERRED")
    CostSplit.objects.all().delete()
    connection.cursor().execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_another_tenants_people_projects_and_shares_are_not_there(hired, project, by, tenant_b, beta_organisation):
    someone = hired()
    split = set_cost_split(row=split_of(someone), **by)
    with tenant_context(tenant_b.id):
        assert (held_on(START), list(Project.objects.all())) == ([], [])
        with pytest.raises(DomainError) as refused:
            set_cost_splits(rows=[split_of(someone)], **by)
        assert {one["code"] for one in refused.value.extra["rows"]} == {
            "people.cost.unknown_employee", "people.cost.project",
        }  # fmt: skip
        with pytest.raises(DomainError):
            remove_cost_split(split=split, **by)
    assert CostShare.objects.count() == 2
    assert len(held_on(START)) == 2


def test_a_project_is_changed_but_keeps_its_code(project, by):
    changed = change_project(project=project, name="旧店", start_date=START, end_date=None, **by)
    assert (changed.code, str(changed.name), changed.end_date) == ("P1", "旧店", None)
    with pytest.raises(DomainError) as refused:
        change_project(project=project, name="旧店", start_date=END, end_date=START, **by)
    assert refused.value.code == "people.project.dates"
    with pytest.raises(DomainError) as taken:
        create_project(code="P1", name="x", start_date=START, **by)
    assert (taken.value.code, taken.value.status) == ("people.project.code_taken", 409)


def test_whoever_may_not_change_costs_may_not(hired, project, by, now):
    nobody = Actor(label="clerk", permissions=frozenset({"people.employee.change"}))
    with pytest.raises(NotAllowed):
        set_cost_split(row=split_of(hired()), actor=nobody, now=now)
    with pytest.raises(NotAllowed):
        create_project(code="P2", name="x", start_date=START, actor=nobody, now=now)
