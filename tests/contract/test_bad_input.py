"""What goes wrong in practice: a clear problem in both languages or a message in the form, nothing half-written."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from openpyxl import Workbook
from rest_framework.test import APIClient

from hrsaas.people.models import Assignment, Employee
from hrsaas.tenancy.context import tenant_context
from hrsaas.tenancy.models import Tenant
from payroll.models import PayItem
from tests.contract.filled import Filled
from tests.tenancy.rows import MODELS

EMPLOYEES, IMPORTS, ITEMS = "/api/v1/people/employees/", "/api/v1/imports/", "/api/v1/payroll/items/"
# Signing in notes the time, and a token its last use.
MAY_CHANGE = {"access_apitoken", "access_user"}
pytestmark = pytest.mark.usefixtures("unhurried")


@pytest.fixture
def client(retail: Filled) -> APIClient:
    client = APIClient(SERVER_NAME=retail.host, raise_request_exception=False)
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {retail.secret}")
    return client


def problem(response: Any, status: int, code: str | None = None) -> dict[str, Any]:
    """The body, which says what is wrong in both languages whatever was asked for."""
    assert response.status_code == status, response.content
    assert response["Content-Type"] == "application/problem+json"
    body: dict[str, Any] = response.json()
    assert code in (None, body["code"])
    assert _is_chinese(body["detail_zh"])
    assert body["detail_en"][0].isascii()  # names that it quotes may be Chinese
    return body


def _is_chinese(text: str) -> bool:
    return any("一" <= letter <= "鿿" for letter in text)


@contextmanager
def nothing_written(retail: Filled) -> Iterator[None]:
    before = _counts(retail)
    yield
    assert _counts(retail) == before


def _counts(retail: Filled) -> dict[str, Any]:
    """Table → number of rows and digest of them."""
    part = "SELECT '{0}', count(*), md5(string_agg(md5(t::text), '' ORDER BY id)) FROM \"{0}\" t"
    tables = [one._meta.db_table for one in MODELS if one._meta.db_table not in MAY_CHANGE]
    with tenant_context(retail.tenant.id), connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(part.format(table) for table in tables))
        return {table: rest for table, *rest in cursor.fetchall()}


def _person(retail: Filled) -> Employee:
    with tenant_context(retail.tenant.id):
        found: Employee = Employee.objects.filter(leave_date=None, kind="human").order_by("code")[5]
    return found


def _terms(retail: Filled, **changed: Any) -> dict[str, Any]:
    with tenant_context(retail.tenant.id):
        now: Assignment = Assignment.objects.filter(employee=_person(retail)).order_by("-start_date")[0]
    return {
        "code": "B-1", "name": "新人", "hire_date": "2026-04-01", "unit": str(now.unit_id),
        "position": str(now.position_id), "base_pay": "6000.00", "work_city": "上海", **changed,
    }  # fmt: skip


# --- whose address, who calls


def test_an_unknown_subdomain_is_a_page_for_people_and_a_problem_for_programs(retail: Filled) -> None:
    client = Client(SERVER_NAME="nobody.hr.test")
    problem(client.get(EMPLOYEES), 404, "tenancy.unknown")
    page = client.get("/admin/")
    assert page.status_code == 404
    assert "此网址没有对应的企业" in page.content.decode()
    assert "No employer lives at this address" in page.content.decode()


@pytest.fixture
def suspended(retail: Filled) -> Iterator[None]:
    tenants = Tenant.objects.using("maintenance").filter(pk=retail.tenant.pk)
    tenants.update(status="suspended")
    yield
    tenants.update(status="active")


def test_a_suspended_tenant_is_told_so(retail: Filled, suspended: None) -> None:
    client = Client(SERVER_NAME=retail.host)
    problem(client.get(EMPLOYEES), 403, "tenancy.suspended")
    page = client.get("/admin/")
    assert page.status_code == 403
    assert "已暂停" in page.content.decode()
    assert "suspended" in page.content.decode()


@pytest.mark.parametrize(
    "header",
    ["Bearer hrs_forged", "Bearer hrs_" + "x" * 43, "Bearer nonsense", "Bearer", "Bearer hrs_\xff", "Bearer a b c"],
)
def test_a_forged_token_opens_nothing(retail: Filled, header: str) -> None:
    client = APIClient(SERVER_NAME=retail.host, raise_request_exception=False)
    with nothing_written(retail):
        problem(client.post(EMPLOYEES, _terms(retail), headers={"Authorization": header}), 401, "access.token.unknown")


def test_a_token_with_one_letter_changed_opens_nothing(retail: Filled) -> None:
    last = "A" if retail.secret[-1] != "A" else "B"
    client = APIClient(SERVER_NAME=retail.host)
    problem(
        client.get(EMPLOYEES, headers={"Authorization": f"Bearer {retail.secret[:-1]}{last}"}),
        401,
        "access.token.unknown",
    )


# --- bodies


@pytest.mark.parametrize("body", [b"{", b"[" * 50_000, b"\xff\xfe\x00", b'{"code": NaN}', b""])
def test_what_is_not_json_is_refused(client: APIClient, retail: Filled, body: bytes) -> None:
    with nothing_written(retail):
        problem(client.generic("POST", EMPLOYEES, body, content_type="application/json"), 400)


def test_an_oversized_body_is_refused(client: APIClient, retail: Filled, settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 10_000
    with nothing_written(retail):
        problem(client.post(EMPLOYEES, _terms(retail, name="长" * 20_000)), 413, "api.too_large")


# --- files


def _upload(client: APIClient, content: bytes, name: str = "people.csv") -> Any:
    return client.post(IMPORTS, {"kind": "people", "file": SimpleUploadedFile(name, content)}, format="multipart")


def _xlsx_of(*rows: tuple[Any, ...]) -> bytes:
    book, target = Workbook(), BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(target)
    return target.getvalue()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("people.csv", b"\x00\x01\x02\x03"),
        ("people.csv", b"one,two\n1,2\n"),
        ("people.csv", 'code,name\n"未结束'.encode()),
        ("people.csv", b" "),
        ("people.xlsx", b"PK\x03\x04 not a workbook"),
        ("people.xlsx", _xlsx_of(("code", "name"), ("1", "x"))[:-200]),
        ("people.pdf", b"%PDF-1.7"),
    ],
)
def test_a_malformed_file_is_refused_or_previewed_with_errors(
    client: APIClient, retail: Filled, name: str, content: bytes
) -> None:
    """Nobody of it is hired: either there is a problem, or a preview that cannot be applied."""
    with tenant_context(retail.tenant.id):
        people = Employee.objects.count()
    answer = _upload(client, content, name)
    if answer.status_code == 201:
        assert answer.json()["error_count"] > 0
        problem(client.post(f"{IMPORTS}{answer.json()['id']}/apply/", format="multipart"), 409)
    else:
        problem(answer, 400)
    with tenant_context(retail.tenant.id):
        assert Employee.objects.count() == people


def test_a_broken_upload_is_refused(client: APIClient, retail: Filled) -> None:
    kind = "multipart/form-data; boundary=x"
    with nothing_written(retail):
        problem(client.generic("POST", IMPORTS, b"--y\r\nnot the boundary", content_type=kind), 400)
        problem(client.generic("POST", IMPORTS, b"--x\r\n", content_type="multipart/form-data"), 400)


# --- dates and assignments


@pytest.mark.parametrize("day", ["2026-02-30", "yesterday", "0000-00-00", "1026-01-01", "99999-01-01", 20260401, None])
def test_wrong_dates_are_refused_by_field(client: APIClient, retail: Filled, day: Any) -> None:
    with nothing_written(retail):
        body = problem(client.post(EMPLOYEES, _terms(retail, hire_date=day)), 400)
    assert [fault["field"] for fault in body["errors"]] == ["hire_date"]
    assert _is_chinese(body["errors"][0]["zh"])


def test_a_day_before_the_hire_or_after_the_end_is_refused(client: APIClient, retail: Filled) -> None:
    person = _person(retail)
    with nothing_written(retail):
        for path, body in (("leave", {"leave_date": "1999-01-01"}), ("transfer", {"on_date": "1999-01-01"})):
            answer = client.post(f"{EMPLOYEES}{person.pk}/{path}/", {**body, "work_city": "北京"})
            assert answer.status_code in (400, 409)
            problem(answer, answer.status_code)


def test_an_overlapping_assignment_is_refused(client: APIClient, retail: Filled) -> None:
    """Somebody who works here cannot be hired again, nor the number be given to another."""
    person = _person(retail)
    with nothing_written(retail):
        terms = {name: value for name, value in _terms(retail).items() if name not in ("code", "name")}
        answer = client.post(f"{EMPLOYEES}{person.pk}/rehire/", terms)
        assert answer.status_code in (400, 409)
        problem(answer, answer.status_code)
        problem(client.post(EMPLOYEES, _terms(retail, code=person.code)), 409, "people.employee.code_taken")


def test_the_admin_says_it_in_the_form(retail: Filled) -> None:
    client = Client(SERVER_NAME=retail.host, headers={"Accept-Language": "en"})
    with tenant_context(retail.tenant.id):
        client.force_login(retail.user, backend="hrsaas.access.backends.TenantUserBackend")
    person = _person(retail)
    with nothing_written(retail):
        page = client.post(
            "/admin/people/employee/hire/", {**_terms(retail, code=person.code), "employment_type": "full_time"}
        )
        assert page.status_code == 200
        assert f"The number {person.code} is taken." in page.content.decode()
        page = client.post(f"/admin/people/employee/{person.pk}/leave/", {"leave_date": "not a day"})
        assert page.status_code == 200
        assert "valid date" in page.content.decode()


# --- formulas


def test_a_cycle_of_formulas_is_refused(client: APIClient, retail: Filled) -> None:
    with tenant_context(retail.tenant.id):
        first, net = PayItem.objects.order_by("order")[0], PayItem.objects.filter(category="net")[0]
    with nothing_written(retail):
        for formula in (f"{net.name} + 1", f"{first.name} + 1", "(1 +", "没有这个 * 2", "__import__('os')"):
            body = problem(_change(client, first.pk, formula), 400)
            assert body["code"].startswith("payroll.formula.")


def test_a_month_that_no_law_of_ours_covers_is_refused(client: APIClient, retail: Filled) -> None:
    with nothing_written(retail):
        body = problem(client.post("/api/v1/payroll/runs/calculate/", {"month": "2000-01-01"}), 400)
        assert body["code"].startswith("payroll.packs.")


def _change(client: APIClient, pk: int, formula: str) -> Any:
    return client.patch(f"{ITEMS}{pk}/", {"formula": formula}, headers={"If-Match": "*"})
