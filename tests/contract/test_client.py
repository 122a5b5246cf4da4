"""A client generated from the description does what clients do, against the real server on loopback."""

from __future__ import annotations

import importlib
import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from http import HTTPStatus
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from hrsaas.devservers import processes
from hrsaas.people.models import Employee, OrgUnit, Position
from hrsaas.tenancy.context import tenant_context
from tests import servers
from tests.contract import bodies
from tests.contract.filled import Filled

# The generator knows no PDF by itself.
BINARY = {"application/pdf": "application/octet-stream"}
PACKAGE = "hrsaas_client"


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """The generated package's ``of(module)``, which imports one of its modules."""
    folder = tmp_path_factory.mktemp("client")
    (folder / "openapi.json").write_text(json.dumps(bodies.schema()))
    (folder / "config.json").write_text(json.dumps({"post_hooks": [], "content_type_overrides": BINARY}))
    program = str(Path(sys.executable).with_name("openapi-python-client"))
    options = ["--path", "openapi.json", "--config", "config.json", "--meta", "none", "--output-path", PACKAGE]
    done = subprocess.run(
        [program, "generate", *options, "--fail-on-warning"], cwd=folder, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    sys.path.insert(0, str(folder))
    yield lambda module: importlib.import_module(f"{PACKAGE}.{module}" if module else PACKAGE)
    sys.path.remove(str(folder))


@pytest.fixture(scope="module")
def address(retail: Filled) -> Iterator[str]:
    """gunicorn on a free port, on this test's database."""
    port = processes.free_port()
    command = [
        sys.executable,
        "-m",
        "gunicorn",
        "hrsaas.wsgi",
        "--bind",
        f"127.0.0.1:{port}",
        "--workers",
        "1",
        "--no-control-socket",
    ]
    server = subprocess.Popen([*command, "--threads", "2"], env=servers.environment(), cwd=servers.ROOT)
    try:
        assert processes.wait_until(lambda: not processes.port_is_free(port), 30)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(15)


def test_from_signing_in_to_a_preview_of_an_import(package: Any, address: str, retail: Filled) -> None:
    token = _token_by_signing_in(package, address, retail)
    client = package("").AuthenticatedClient(
        address, token=token, headers={"Host": retail.host}, raise_on_unexpected_status=True
    )
    page = package("api.people.people_employees_list").sync(client=client, page_size=100)
    with tenant_context(retail.tenant.id):
        assert page.count == Employee.objects.count()
    assert {one.code for one in page.results} >= {"0001", "0002"}
    hired = package("api.people.people_employees_create").sync(client=client, body=_new_hire(package, retail))
    assert (hired.code, hired.assignment.base_pay) == ("C-1", "9000.00")
    again = package("api.people.people_employees_create").sync_detailed(client=client, body=_new_hire(package, retail))
    assert again.status_code == HTTPStatus.CONFLICT
    assert again.parsed.code == "people.employee.code_taken"
    preview = package("api.imports.imports_create").sync(client=client, body=_people_file(package))
    assert (preview.row_count, preview.error_count) == (2, 1)  # one row is right, one has a wrong day


def _token_by_signing_in(package: Any, address: str, retail: Filled) -> str:
    """Session, then a token with the session's CSRF header, as a tenant's own tool would."""
    client = package("").Client(address, headers={"Host": retail.host, "Referer": f"http://{retail.host}/"})
    signed_in = package("api.session.session_create").sync(
        client=client,
        body=package("models").SignInRequest(email="hr@retail.example.com", password="correct horse battery"),
    )
    assert "hr_admin" in signed_in.roles
    browser = client.get_httpx_client()
    browser.headers["X-CSRFToken"] = browser.cookies["csrftoken"]
    body = package("models").NewTokenRequest(
        name="smoke", scopes=["people.employee.change", "people.employee.view", "people.pay.view",
                              "integrations.import.apply", "integrations.import.view"],
        expires_at=datetime.now(tz=UTC) + timedelta(days=1),
    )  # fmt: skip
    issued = package("api.access.access_tokens_create").sync(client=client, body=body)
    return str(issued.secret)


def _new_hire(package: Any, retail: Filled) -> Any:
    with tenant_context(retail.tenant.id):
        unit, position = OrgUnit.objects.order_by("code")[0], Position.objects.order_by("code")[0]
    return package("models").HireRequest(
        code="C-1", name="周敏", hire_date=date(2026, 4, 1), unit=str(unit.pk), position=str(position.pk),
        base_pay="9000.00", work_city="上海",
    )  # fmt: skip


def _people_file(package: Any) -> Any:
    text = (
        "code,name,unit,position,hire_date,base_pay,city\n"
        "C-2,吴芳,HQ,店员,2026-04-01,6000,上海\n"
        "C-3,郑凯,HQ,店员,not a day,6000,上海\n"
    )
    file = package("types").File(payload=BytesIO(text.encode()), file_name="people.csv", mime_type="text/csv")
    return package("models").UploadRequest(kind=package("models").UploadRequestKind.PEOPLE, file=file)
