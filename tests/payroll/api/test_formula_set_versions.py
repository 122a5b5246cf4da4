"""What changed between two versions of a formula set, over the API."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from hrsaas.access.rules.permissions import Role
from payroll.models import FormulaSetVersion, ParameterTable, PayItem
from payroll.queries.formula_names import FormulaNames
from payroll.services.parameter_tables import save_table
from payroll.services.pay_items import remove_item, save_item
from tests.payroll.conftest import FEBRUARY, JANUARY, Payroll

SignIn = Callable[..., Client]
NEW = {"name": "高温津贴", "name_en": "heat allowance", "category": "earning", "order": 165}


@pytest.fixture
def officer(shop: Payroll, sign_in: SignIn) -> Client:
    return sign_in(shop, Role.PAYROLL_OFFICER)


def calculated(shop: Payroll, month: date) -> FormulaSetVersion:
    run = shop.calculate(month)
    assert run.formula_set is not None
    return run.formula_set


@pytest.fixture
def january(shop: Payroll) -> FormulaSetVersion:
    shop.hire("E1")
    shop.full_month("E1", JANUARY)
    shop.full_month("E1", FEBRUARY)
    return calculated(shop, JANUARY)


def edit(shop: Payroll) -> None:
    by: dict[str, Any] = {"actor": shop.actor, "now": shop.now}
    save_item(code="heat", formula="实出勤天数 * 10", changes=NEW, **by)
    save_item(code="attended_pay", formula="基本工资 / 应出勤天数 * 实出勤天数 * 2", **by)
    remove_item(code="commission", **by)


def diff(client: Client, version: FormulaSetVersion, **query: Any) -> dict[str, Any]:
    answer = client.get(f"/api/v1/payroll/versions/{version.pk}/diff/", query)
    assert answer.status_code == 200, answer.content
    found: dict[str, Any] = answer.json()
    return found


def test_items_come_go_and_change_word_by_word(shop: Payroll, officer: Client, january: FormulaSetVersion) -> None:
    edit(shop)
    found = diff(officer, calculated(shop, FEBRUARY), **{"with": january.pk})["items"]
    assert [(one["code"], one["formula_en"]) for one in found["added"]] == [("heat", "[days attended] * 10")]
    assert [one["code"] for one in found["removed"]] == ["commission"]
    (changed,) = [one for one in found["changed"] if one["code"] == "attended_pay"]
    assert "".join(text for kind, text in changed["formula_zh"] if kind != "gone").endswith("* 2")


def test_a_rename_is_a_changed_name_and_no_changed_formula(
    shop: Payroll, officer: Client, january: FormulaSetVersion
) -> None:
    formula = FormulaNames().shown(PayItem.objects.get(code="gross"), "zh")
    save_item(code="gross", formula=formula, changes={"name": "应发工资"}, actor=shop.actor, now=shop.now)
    (changed,) = diff(officer, january)["items"]["changed"]
    assert (changed["code"], changed["formula_zh"]) == ("gross", [])
    assert changed["facts"] == [{"field": "name", "old": "应发合计", "new": "应发工资"}]


def test_rows_of_tables_that_changed_are_told_with_old_and_new_values(
    shop: Payroll, officer: Client, january: FormulaSetVersion
) -> None:
    table = ParameterTable.objects.earliest("id")
    rows = [dict(row) for row in table.content["rows"]]
    rows[-1]["values"] = ["0.5", *rows[-1]["values"][1:]]
    save_table(name=table.name, effective_from=date(2026, 2, 1), rows=rows, actor=shop.actor, now=shop.now)
    february = calculated(shop, FEBRUARY)
    found = diff(officer, february, **{"with": january.pk})["tables"]["changed"]
    (changed,) = [one for one in found if one["code"] == table.name]
    (row,) = changed["rows"]
    assert row["old"] != row["new"] and "0.5" in next(iter(row["new"].values()))


def test_without_another_version_it_is_compared_with_today(
    shop: Payroll, officer: Client, january: FormulaSetVersion
) -> None:
    edit(shop)
    assert [one["code"] for one in diff(officer, january)["items"]["added"]] == ["heat"]


def test_the_same_version_has_no_difference(officer: Client, january: FormulaSetVersion) -> None:
    found = diff(officer, january, **{"with": january.pk})
    assert not any(entries for part in found.values() for entries in part.values())


def test_a_difference_of_any_size_costs_the_same_statements(
    shop: Payroll, officer: Client, january: FormulaSetVersion
) -> None:
    def statements(version: FormulaSetVersion) -> int:
        diff(officer, version, **{"with": january.pk})
        with CaptureQueriesContext(connection) as captured:
            diff(officer, version, **{"with": january.pk})
        return len(captured)

    few = statements(january)
    edit(shop)
    assert statements(calculated(shop, FEBRUARY)) == few


def test_the_other_tenant_s_versions_are_not_there(
    january: FormulaSetVersion, ward: Payroll, sign_in: SignIn, officer: Client
) -> None:
    stranger = sign_in(ward, Role.PAYROLL_OFFICER)
    assert stranger.get(f"/api/v1/payroll/versions/{january.pk}/diff/").status_code == 404
    assert stranger.get("/api/v1/payroll/versions/").json()["results"] == []
    assert officer.get(f"/api/v1/payroll/versions/{january.pk}/diff/?with=1").status_code == 400
