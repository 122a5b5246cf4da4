"""Files are previewed, then written whole or not at all, and twice changes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

import pytest

from attendance.models import CalendarDay, Punch
from attendance.services.setups import install_pack
from hrsaas.access.actors import Actor
from hrsaas.errors import DomainError, NotAllowed
from hrsaas.people.models import CostShare, Employee, OrgUnit, Position
from hrsaas.people.services.projects import create_project
from hrsaas.tenancy.context import tenant_context
from hrsaas.tenancy.models import Tenant
from integrations.models import Import
from integrations.services.imports import apply_import, preview_import
from payroll.models import DeductionClaim

PEOPLE = """工号,姓名,部门,岗位,入职日期,基本工资,城市
S001,王芳,前厅,店员,2025-03-01,6500,上海
S002,曾强,前厅,店长,2024-07-15,9800.50,上海
"""
PUNCHES = """employee_code,punched_at
S001,2026-03-02T08:55
S001,2026-03-02T18:03
S002,2026-03-02 09:01:30
"""


@pytest.fixture(autouse=True)
def _in_alpha(db: None, in_alpha: Tenant, actor: Actor, now: datetime) -> Iterator[None]:
    install_pack(code="retail", actor=actor, now=now)
    yield


@pytest.fixture
def bring(actor: Actor, now: datetime):
    def run(kind: str, text: str, *, apply: bool = True) -> Import:
        found = preview_import(kind=kind, file_name="a.csv", content=text.encode(), actor=actor, now=now)
        return apply_import(import_id=found.id, actor=actor, now=now) if apply else found

    return run


def test_a_preview_says_what_would_happen_and_writes_nothing(bring) -> None:
    found = bring("people", PEOPLE, apply=False)
    assert found.state == Import.State.READY
    assert found.counts == {"new": 2, "unchanged": 0, "new_units": 1, "new_positions": 2}
    assert found.sample[1]["base_pay_fen"] == 980_050
    assert not Employee.objects.exists() and not OrgUnit.objects.exists()


def test_people_are_hired_with_their_units_and_positions(bring) -> None:
    found = bring("people", PEOPLE)
    assert found.state == Import.State.APPLIED and found.content is None
    assert sorted(Position.objects.values_list("name", flat=True)) == ["店员", "店长"]
    (terms,) = Employee.objects.get(code="S002").assignments.all()
    assert (terms.base_pay_fen, terms.unit.name, terms.work_city) == (980_050, "前厅", "上海")


def test_the_same_file_again_changes_nothing(bring) -> None:
    bring("people", PEOPLE)
    again = bring("people", PEOPLE)
    assert again.counts == {"new": 0, "unchanged": 2, "new_units": 0, "new_positions": 0}
    assert Employee.objects.count() == 2


def test_one_bad_row_keeps_the_whole_file_out(bring, actor: Actor, now: datetime) -> None:
    found = bring("people", PEOPLE + "S003,李雷,前厅,店员,soon,6500,上海\n", apply=False)
    assert (found.state, found.row_count, found.error_count) == (Import.State.REFUSED, 3, 1)
    assert found.errors[0]["line"] == 4 and found.errors[0]["column"] == "hire_date"
    with pytest.raises(DomainError) as refused:
        apply_import(import_id=found.id, actor=actor, now=now)
    assert refused.value.code == "integrations.import.not_ready"
    assert not Employee.objects.exists()


def test_a_number_of_somebody_else_is_a_clash(bring) -> None:
    bring("people", PEOPLE)
    found = bring("people", PEOPLE.replace("王芳", "王方"), apply=False)
    assert [error["code"] for error in found.errors] == ["integrations.people.code_taken"]


def test_what_became_wrong_since_the_preview_is_found_when_applying(bring, actor: Actor, now: datetime) -> None:
    early = bring("people", PEOPLE, apply=False)
    bring("people", PEOPLE.replace("王芳", "王方"))
    with pytest.raises(DomainError) as refused:
        apply_import(import_id=early.id, actor=actor, now=now)
    assert refused.value.code == "integrations.import.errors"
    assert Employee.objects.count() == 2


def test_punches_are_written_once_in_the_tenants_zone(bring) -> None:
    bring("people", PEOPLE)
    assert bring("punches", PUNCHES).counts["added"] == 3
    assert bring("punches", PUNCHES).counts == {"punches": 3, "people": 2, "added": 0, "repeated": 3, "late": 0}
    first = Punch.objects.order_by("punched_at").first()
    assert first is not None and first.punched_at.isoformat() == "2026-03-02T00:55:00+00:00"


def test_a_punch_of_nobody_is_an_error_of_its_line(bring) -> None:
    bring("people", PEOPLE)
    found = bring("punches", PUNCHES + "S999,2026-03-02T08:55\n", apply=False)
    assert [(error["line"], error["code"]) for error in found.errors] == [(5, "integrations.punches.unknown_person")]


def test_holidays_become_company_holidays(bring) -> None:
    assert bring("holidays", "日期,名称\n2026-03-06,店庆\n").counts["new"] == 1
    assert bring("holidays", "日期,名称\n2026-03-06,店庆\n").counts["unchanged"] == 1
    assert CalendarDay.objects.get().name == "店庆"


def test_another_tenants_people_are_nobody_here(bring, actor: Actor, now: datetime) -> None:
    bring("people", PEOPLE)
    with tenant_context(2):
        install_pack(code="healthcare", actor=actor, now=now)
        found = bring("punches", PUNCHES, apply=False)
        assert found.error_count == 3
        assert bring("people", PEOPLE).counts["new"] == 2


def test_whoever_may_not_change_people_may_not_bring_them(now: datetime) -> None:
    clerk = Actor(label="clerk", permissions=frozenset({"integrations.import.apply"}))
    with pytest.raises(NotAllowed):
        preview_import(kind="people", file_name="a.csv", content=PEOPLE.encode(), actor=clerk, now=now)


SHARES = """工号,生效日期,成本中心,项目,比例
S001,2026-03-01,CC1,,60
S001,2026-03-01,CC2,P1,40%
S002,2026-03-01,,P1,100
"""


@pytest.fixture
def project(bring, actor: Actor, now: datetime) -> None:
    bring("people", PEOPLE)
    create_project(code="P1", name="新店", start_date=date(2026, 1, 1), actor=actor, now=now)


@pytest.mark.usefixtures("project")
def test_lines_of_a_person_and_day_are_one_split_of_cost(bring) -> None:
    assert bring("cost_shares", SHARES).counts == {"new": 2, "unchanged": 0}
    parts = CostShare.objects.filter(split__employee__code="S001").values_list("cost_centre", "project__code")
    assert list(parts) == [("CC1", None), ("CC2", "P1")]
    assert bring("cost_shares", SHARES).counts == {"new": 0, "unchanged": 2}


@pytest.mark.usefixtures("project")
def test_what_is_wrong_with_a_split_is_an_error_of_its_first_line(bring) -> None:
    text = SHARES.replace("CC2,P1,40%", "CC2,P9,30") + "S009,2026-03-01,,,100\nS002,2026-04-01,,,0\n"
    lines = {error["line"] for error in bring("cost_shares", text, apply=False).errors}
    assert lines == {6}
    found = bring("cost_shares", text.replace(",,,0\n", ",,,100\n"), apply=False)
    assert {(error["line"], error["code"].rpartition(".")[2]) for error in found.errors} == {
        (2, "sum"), (2, "project"), (5, "unknown_employee"),
    }  # fmt: skip


CLAIMS = """工号,扣除项目,开始月份,截止月份,出生日期,扣除比例,租金档次,约定金额
S001,子女教育,2026-01,,2018-06-01,50%,,
S001,住房租金,2026年1月,2026-06,,,1,
S002,赡养老人,2026-03-01,,1950-02-03,,,1500
"""


def test_claims_of_deductions_come_from_a_file_and_a_longer_file_adds_the_rest(bring) -> None:
    bring("people", PEOPLE)
    first, rest = CLAIMS.splitlines(keepends=True)[:3], CLAIMS
    assert bring("claims", "".join(first)).counts == {"new": 2, "unchanged": 0}
    assert bring("claims", rest, apply=False).counts == {"new": 1, "unchanged": 2}
    bring("claims", rest)
    rows = DeductionClaim.objects.values_list("employee__code", "kind", "start_date", "end_date", "share_percent")
    assert set(rows) == {
        ("S001", "child", date(2026, 1, 1), None, 50),
        ("S001", "rent", date(2026, 1, 1), date(2026, 7, 1), 100),
        ("S002", "elderly", date(2026, 3, 1), None, 100),
    }


def test_claims_that_the_law_refuses_name_their_lines_and_nothing_is_written(bring) -> None:
    bring("people", PEOPLE)
    lines = "S001,住房贷款利息,2026-01,,,,,\nS009,住房租金,2026-01,,,,1,\nS002,子女,2026-01,,,,,\n"
    found = bring("claims", CLAIMS + lines, apply=False)
    assert [(one["line"], one["code"]) for one in found.errors] == [
        (6, "payroll.claim.unknown_employee"),
        (7, "payroll.claim.birth_date"),
    ]
    only = bring("claims", CLAIMS + lines.splitlines()[0], apply=False)
    assert [(one["line"], one["code"]) for one in only.errors] == [(5, "payroll.claim.rent_and_mortgage")]
    assert not DeductionClaim.objects.exists()


def test_a_cell_of_a_claim_that_cannot_be_read_says_what_may_stand_there(bring) -> None:
    bring("people", PEOPLE)
    found = bring("claims", CLAIMS.replace("住房租金", "买车").replace("50%", "70%"), apply=False)
    assert [(one["line"], one["column"], one["code"]) for one in found.errors] == [
        (2, "share_percent", "integrations.cell.choice"),
        (3, "kind", "integrations.cell.choice"),
    ]
    assert "住房租金" in found.errors[1]["zh"]
