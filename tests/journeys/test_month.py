"""The first of the month in an HR office, by the commands and the API: from an empty tenant to locked payslips."""

from __future__ import annotations

import csv
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from rest_framework.test import APIClient

from hrsaas.access.rules.permissions import Role
from hrsaas.tenancy.models import Tenant
from tests import servers
from tests.journeys.clerks import PEOPLE_HEADER, STAFF, contents, csv_file, punches_of, run, xlsx_file

HOLIDAY = date(2026, 3, 9)
CODES = [row[0] for row in STAFF]
HEADERS = {
    "people": ["employee_code", "name", "unit", "position", "hire_date"],
    "day_results": [
        "employee_code", "date", "status", "first_in", "last_out", "worked_minutes", "late_minutes", "early_minutes",
        "overtime_minutes",
    ],
    "timesheets": ["employee_code", "month", "due_days"],
    "scores": ["employee_code", "name", "score"],
    "payslips": ["employee_code", "name"],
}  # fmt: skip

pytestmark = pytest.mark.usefixtures("live_db")


def open_office(slug: str, folder: Path, staff: Any = STAFF) -> None:
    """A tenant with these people, one company holiday, and their punches of March 2026."""
    run("create_tenant", slug, "--name", "云帆软件", "--template", "office_flex", "--calendar", "weekdays")
    people = csv_file(folder / f"{slug}-people.csv", PEOPLE_HEADER, staff, encoding="gb18030")
    run("import_file", "people", "--tenant", slug, people, "--apply")
    holidays = csv_file(folder / f"{slug}-holidays.csv", ("日期", "名称"), [(str(HOLIDAY), "公司日")])
    run("import_file", "holidays", "--tenant", slug, holidays, "--apply")
    rows = punches_of([row[0] for row in staff], without=[HOLIDAY])
    punches = csv_file(folder / f"{slug}-punches.csv", ("工号", "打卡时间"), rows)
    run("import_file", "punches", "--tenant", slug, punches, "--apply")


def close(slug: str) -> str:
    return run("close_month", "--tenant", slug, "--month", "2026-03")


def exported(what: str, slug: str, folder: Path) -> list[list[str]]:
    out = folder / f"{slug}-{what}.csv"
    run("export", what, "--tenant", slug, "--month", "2026-03", "--out", out)
    with out.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


@pytest.fixture
def officer(api_for: Callable[..., APIClient]) -> Callable[[str], APIClient]:
    """A new payroll officer of the tenant at the API."""
    return lambda slug: api_for(Tenant.objects.get(slug=slug), Role.PAYROLL_OFFICER)


def test_create_tenant_says_where_it_lives_and_who_may_sign_in():
    said = run("create_tenant", "yunfan", "--name", "云帆软件", "--template", "office_flex", "--calendar", "weekdays")
    assert "http://yunfan.hr.test" in said and "admin@yunfan.hr.test" in said and "shown once" in said


def test_a_preview_writes_nothing_and_apply_writes_all(tmp_path):
    run("create_tenant", "yunfan", "--name", "云帆软件", "--template", "office_flex")
    before = contents("yunfan")
    people = xlsx_file(tmp_path / "员工.xlsx", PEOPLE_HEADER, STAFF)
    said = run("import_file", "people", "--tenant", "yunfan", people)
    assert "4 rows; new 4, unchanged 0, new units 2, new positions 3" in said
    assert "Nothing was written" in said
    assert changed(before, contents("yunfan")) == ["integrations_import"]
    assert "Applied: new 4" in run("import_file", "people", "--tenant", "yunfan", people, "--apply")
    assert "new 0, unchanged 4" in run("import_file", "people", "--tenant", "yunfan", people, "--apply")


def changed(before: dict[str, str], after: dict[str, str]) -> list[str]:
    return [table for table in before if before[table] != after[table]]


def test_the_close_says_what_it_came_to_and_closing_again_changes_nothing(tmp_path):
    open_office("yunfan", tmp_path)
    said = close("yunfan")
    assert "2026-03: succeeded" in said
    assert "headcount: 4" in said
    assert "attendance: 4 timesheets, 124 days (" in said
    assert all(words in said for words in ("present 84", "rest 36", "holiday 4", "hours worked 714:00"))
    gross = sum(column("payslips", "gross", "yunfan", tmp_path).values())
    assert f"payroll: 4 payslips, gross {gross:,.2f}, tax " in said and "; 0 with errors" in said
    assert "stopped: 0" in said
    before = contents("yunfan")
    assert totals(close("yunfan")) == totals(said)
    assert changed(before, contents("yunfan")) == []
    for what, names in HEADERS.items():
        _well_formed(exported(what, "yunfan", tmp_path), names, set() if what == "scores" else set(CODES))


def _well_formed(table: list[list[str]], names: list[str], codes: set[str]) -> None:
    """A header that begins as promised, and rows under it for these people."""
    header, *rows = table
    assert header[: len(names)] == names
    assert {row[0] for row in rows} == codes
    assert all(len(row) == len(header) for row in rows)


def totals(said: str) -> list[str]:
    return [line for line in said.splitlines() if "this run" not in line]


def test_who_lacks_an_input_is_stopped_and_named_and_paid_once_it_is_entered(tmp_path, officer):
    stranger = ("A05", "赵六", "研发部", "工程师", "2025-02-10", "12000", "火星城")
    open_office("yunfan", tmp_path, (*STAFF, stranger))
    said = close("yunfan")
    assert "1 with errors" in said and "stopped: " in said
    assert {line.split(":")[0] for line in said.splitlines() if "[payroll.payslip." in line} == {"A05"}
    others = {row[0]: row for row in exported("payslips", "yunfan", tmp_path)[1:] if row[0] != "A05"}
    value = {"employee": "A05", "month": "2026-03-01", "input": "insured_city", "value": "上海"}
    answer = officer("yunfan").post("/api/v1/payroll/values/bulk/", [value])
    assert answer.status_code == 200, answer.json()
    said = close("yunfan")
    assert "5 payslips" in said and "; 0 with errors" in said and "stopped: 0" in said
    after = {row[0]: row for row in exported("payslips", "yunfan", tmp_path)[1:]}
    assert float(after.pop("A05")[-2]) > 0
    assert after == others


def test_who_is_hired_after_the_lock_is_named_with_the_way_out_and_paid_after_an_unlock(tmp_path, officer, api_for):
    open_office("yunfan", tmp_path)
    close("yunfan")
    others = exported("payslips", "yunfan", tmp_path)[1:]
    hire_late(tmp_path)
    said = close("yunfan")
    stopped = [line for line in said.splitlines() if line.startswith("A09:")]
    assert {line.rsplit("[")[-1] for line in stopped} == {
        "attendance.month.no_timesheet]", "payroll.payslip.no_timesheet]"
    }  # fmt: skip
    assert all("locked and has no timesheet for 钱九 (A09)" in line and "解锁" in line for line in stopped)
    assert "no value for" not in said
    yunfan = Tenant.objects.get(slug="yunfan")
    _unlock(api_for(yunfan, Role.ATTENDANCE_CLERK), api_for(yunfan, Role.HR_ADMIN))
    said = close("yunfan")
    assert "5 timesheets" in said and "5 payslips" in said and "stopped: 0" in said
    after = {row[0]: row for row in exported("payslips", "yunfan", tmp_path)[1:]}
    assert float(after.pop("A09")[-2]) > 0
    assert list(after.values()) == others


def hire_late(folder: Path) -> None:
    late = ("A09", "钱九", "研发部", "工程师", "2026-03-16", "12000", "上海")
    people = csv_file(folder / "late.csv", PEOPLE_HEADER, [late])
    run("import_file", "people", "--tenant", "yunfan", people, "--apply")
    punches = csv_file(folder / "late-punches.csv", ("工号", "打卡时间"), punches_of(["A09"], without=[HOLIDAY]))
    run("import_file", "punches", "--tenant", "yunfan", punches, "--apply")


def _unlock(clerk: APIClient, admin: APIClient) -> None:
    (month,) = clerk.get("/api/v1/attendance/months/?start_date=2026-03-01").json()["results"]
    answer = clerk.post(f"/api/v1/attendance/months/{month['id']}/unlock/", {"reason": "补录新员工"})
    assert answer.json()["state"] == "waiting"
    (waiting,) = admin.get("/api/v1/approvals/requests/inbox/").json()["results"]
    admin.post(f"/api/v1/approvals/requests/{waiting['id']}/decide/", {"approve": True}, format="json")
    assert clerk.get(f"/api/v1/attendance/months/{month['id']}/").json()["state"] == "open"


def test_a_month_from_files_to_locked_payslips_that_explain_themselves(tmp_path, officer):
    open_office("yunfan", tmp_path)
    close("yunfan")
    maker, checker = officer("yunfan"), officer("yunfan")
    (run_row,) = maker.get("/api/v1/payroll/runs/?month=2026-03-01").json()["results"]
    address = f"/api/v1/payroll/runs/{run_row['id']}"
    yes = {"approve": True, "comment": "已核对"}
    assert maker.post(f"{address}/review/").json()["state"] == "reviewed"
    assert maker.post(f"{address}/submit/").json()["is_submitted"] is True
    refused = maker.post(f"{address}/approve/", yes)
    assert (refused.status_code, refused.json()["code"]) == (403, "approvals.request.own")
    assert checker.post(f"{address}/lock/").status_code == 409
    assert checker.post(f"{address}/approve/", yes).json()["state"] == "approved"
    assert checker.post(f"{address}/lock/").json()["state"] == "locked"
    before = contents("yunfan")
    assert "; locked" in close("yunfan")
    assert changed(before, contents("yunfan")) == []
    hire_late(tmp_path)
    assert "has been approved and cannot be changed any more, and has no payslip for 钱九 (A09)" in close("yunfan")
    _explained(checker, exported("payslips", "yunfan", tmp_path))


def _explained(client: APIClient, rows: list[list[str]]) -> None:
    """The payslip in the API, in the file and in its explanation say the same."""
    slip = client.get("/api/v1/payroll/payslips/?employee_code=A01").json()["results"][0]
    file = dict(zip(rows[0], next(row for row in rows if row[0] == "A01"), strict=True))
    assert file["net"] == f"{slip['net_fen'] / 100:.2f}"
    tree = client.get(f"/api/v1/payroll/payslips/{slip['id']}/explain/?item=attended_pay").json()
    assert (tree["zh"], tree["value"]) == ("出勤工资", file["出勤工资"])
    leaves = {node["code"]: node for node in _nodes(tree) if node["kind"] == "input"}
    assert [leaves[code]["value"] for code in ("base_pay", "due_days", "paid_days")] == ["18500", "21", "21"]


def _nodes(node: dict[str, Any]) -> list[dict[str, Any]]:
    return [node, *(below for child in node.get("children", ()) for below in _nodes(child))]


def test_two_tenants_close_at_once_without_mixing(tmp_path):
    """The same employee numbers in both, other pay; two processes at the same time."""
    doubled = [(*row[:5], str(2 * float(row[5].replace(",", ""))), row[6]) for row in STAFF]
    open_office("yunfan", tmp_path)
    open_office("haiyun", tmp_path, doubled)
    command = [sys.executable, "manage.py", "close_month", "--month", "2026-03", "--tenant"]
    started = [
        subprocess.Popen(
            [*command, slug], cwd=servers.ROOT, env=servers.environment(), text=True,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )
        for slug in ("yunfan", "haiyun")
    ]  # fmt: skip
    for process in started:
        out, err = process.communicate(timeout=120)
        assert process.returncode == 0, err
        assert "4 payslips" in out
    pays = [column("people", "base_pay", slug, tmp_path) for slug in ("yunfan", "haiyun")]
    assert [pay["A02"] for pay in pays] == [15_000, 30_000]
    nets = [column("payslips", "net", slug, tmp_path) for slug in ("yunfan", "haiyun")]
    assert all(nets[0][code] < nets[1][code] for code in CODES)


def column(what: str, name: str, slug: str, folder: Path) -> dict[str, Decimal]:
    """Employee number → amount."""
    header, *rows = exported(what, slug, folder)
    return {row[0]: Decimal(row[header.index(name)]) for row in rows}
