"""What a change of formulas would have cost: exact, and nothing touched."""

from __future__ import annotations

from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hrsaas.errors import DomainError
from hrsaas.jobs.models import Job
from hrsaas.jobs.services import jobs
from payroll.models import PayRun, PayScheme
from payroll.queries.pay_schemes import default_scheme
from payroll.services import pay_items, what_ifs
from payroll.services.what_ifs import last_closed_run, start_what_if, what_if
from tests.payroll.conftest import FEBRUARY, JANUARY, Payroll, inside

COMMISSION = 'ROUND(TIER("提成比例", MAX(销售额, 0)) * 2, 2)'


def by(payroll: Payroll) -> dict[str, Any]:
    return {"actor": payroll.actor, "now": payroll.now}


def everything() -> dict[str, list[Any]]:
    """All rows of all tables that the tenant sees."""
    models = [model for model in apps.get_models() if not model._meta.proxy and model._meta.managed]
    with connection.cursor() as cursor:
        tables = set(connection.introspection.table_names(cursor))
    found = {}
    for model in models:
        if model._meta.db_table in tables and model is not Job:
            with connection.cursor() as cursor:
                cursor.execute(f'SELECT row.*::text FROM "{model._meta.db_table}" AS row ORDER BY 1')
                found[model._meta.label] = cursor.fetchall()
    return found


@pytest.fixture
def closed(shop: Payroll) -> PayRun:
    """January, locked: A1 sold for 10,000, A2 nothing."""
    for code, sales in (("A1", "10000"), ("A2", "0")):
        shop.hire(code)
        shop.full_month(code, JANUARY, sales=sales)
    shop.calculate(JANUARY)
    shop.lock(JANUARY)
    return last_closed_run(scheme())


def scheme() -> PayScheme:
    found = default_scheme()
    assert found is not None
    return found


def test_a_typed_formula_is_tried_on_the_locked_month_and_nothing_is_touched(shop: Payroll, closed: PayRun) -> None:
    before = everything()
    answer = what_if(run=closed, formulas={"commission": COMMISSION}, **by(shop))
    assert everything() == before
    assert (answer["people"], answer["changed"], answer["failed"]) == (2, 1, 0)
    commission = next(row for row in answer["items"] if row["code"] == "commission")
    assert commission["difference_fen"] == 10_000
    assert answer["sums"]["gross"]["difference_fen"] == 10_000
    (person,) = answer["most"]
    assert person["code"] == "A1"
    (unit,) = answer["units"]
    assert (unit["people"], unit["cost_difference_fen"]) == (1, 10_000)


def test_what_it_says_is_what_a_run_with_that_formula_gives(shop: Payroll, closed: PayRun) -> None:
    """The oracle is the calculation itself, of the same inputs in the next month."""
    answer = what_if(run=closed, formulas={"commission": COMMISSION}, **by(shop))
    pay_items.save_item(code="commission", formula=COMMISSION, **by(shop))
    for code, sales in (("A1", "10000"), ("A2", "0")):
        shop.full_month(code, FEBRUARY, sales=sales)
    run = shop.calculate(FEBRUARY)
    assert answer["sums"]["gross"]["after_fen"] == run.gross_fen
    assert answer["sums"]["cost"]["after_fen"] == run.cost_fen


def test_the_formulas_of_today_are_tried_where_none_is_given(shop: Payroll, closed: PayRun) -> None:
    assert what_if(run=closed, formulas={}, **by(shop))["items"] == []
    pay_items.save_item(code="commission", formula=COMMISSION, **by(shop))
    answer = what_if(run=closed, formulas={}, **by(shop))
    assert answer["sums"]["gross"]["difference_fen"] == 10_000


def test_a_formula_that_newly_asks_for_history_gets_it(shop: Payroll, closed: PayRun) -> None:
    for code in ("A1", "A2"):
        shop.full_month(code, FEBRUARY)
    run = shop.calculate(FEBRUARY)
    answer = what_if(run=run, formulas={"commission": "YTD(销售提成) + 1"}, **by(shop))
    commission = next(row for row in answer["items"] if row["code"] == "commission")
    assert (commission["before_fen"], commission["after_fen"]) == (0, 10_000 + 200)


def test_people_whom_the_formula_fails_are_counted_and_in_no_sum(shop: Payroll, closed: PayRun) -> None:
    answer = what_if(run=closed, formulas={"commission": "100 / 销售额"}, **by(shop))
    assert (answer["failed"], answer["changed"]) == (1, 1)


@pytest.mark.parametrize(
    ("formulas", "code"),
    [
        ({"commission": "销售额 +"}, "payroll.formula.syntax"),
        ({"nothing": "1"}, "payroll.what_if.no_item"),
    ],
)
def test_a_formula_that_does_not_compile_is_refused(
    shop: Payroll, closed: PayRun, formulas: dict[str, str], code: str
) -> None:
    with pytest.raises(DomainError) as refused:
        what_if(run=closed, formulas=formulas, **by(shop))
    assert refused.value.code.startswith(code.rsplit(".", 1)[0])


def test_without_a_locked_month_there_is_nothing_to_compare_with(shop: Payroll) -> None:
    with pytest.raises(DomainError) as refused:
        last_closed_run(scheme())
    assert refused.value.code == "payroll.what_if.no_run"


def test_as_a_job_in_parts_it_says_the_same(shop: Payroll, closed: PayRun, monkeypatch: pytest.MonkeyPatch) -> None:
    at_once = what_if(run=closed, formulas={"commission": COMMISSION}, **by(shop))
    monkeypatch.setattr(what_ifs, "CHUNK", 1)
    asked, job = start_what_if(run=closed, formulas={"commission": COMMISSION}, publish=False, **by(shop))
    jobs.run_to_end(job.id)
    job.refresh_from_db()
    asked.refresh_from_db()
    assert (job.state, job.counts["people"], job.total) == ("succeeded", 2, 2)
    assert asked.is_done
    assert asked.result == at_once
    assert "most" not in str(job.summary)


def test_a_job_whose_formulas_were_edited_meanwhile_fails_with_the_reason(shop: Payroll, closed: PayRun) -> None:
    asked, job = start_what_if(run=closed, formulas={}, publish=False, **by(shop))
    pay_items.save_item(code="commission", formula=COMMISSION, **by(shop))
    jobs.run_to_end(job.id)
    job.refresh_from_db()
    assert job.error is not None
    assert job.error["code"] == "payroll.what_if.changed"


def test_it_takes_as_many_statements_for_many_people_as_for_few(shop: Payroll, closed: PayRun) -> None:
    def statements() -> int:
        run = PayRun.objects.select_related("formula_set", "scheme").get(pk=shop.calculate(FEBRUARY).pk)
        with CaptureQueriesContext(connection) as taken:
            what_if(run=run, formulas={"commission": COMMISSION}, **by(shop))
        return len(taken)

    for code in ("A1", "A2"):
        shop.full_month(code, FEBRUARY, sales="10000")
    few = statements()
    for number in range(10):
        shop.hire(f"B{number}")
        shop.full_month(f"B{number}", FEBRUARY, sales="10000")
    assert statements() == few


def test_another_tenant_cannot_try_on_this_run(shop: Payroll, closed: PayRun, ward: Payroll) -> None:
    with inside(ward):
        answer = what_if(run=closed, formulas={}, **by(ward))
        assert (answer["people"], answer["items"]) == (0, [])
