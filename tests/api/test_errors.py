"""Every refusal is problem+json with a stable code and both languages, and leaves nothing behind."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from hrsaas.people.models import OrgUnit
from hrsaas.tenancy.context import tenant_context
from hrsaas.tenancy.models import Tenant

UNITS = "/api/v1/units/"
MEMBERS = {"type", "title", "status", "detail", "code", "detail_zh", "detail_en", "errors", "request_id"}


def post(client: Client, body: Any, path: str = UNITS, **headers: str) -> Any:
    return client.post(path, body, content_type="application/json", headers=headers)


def problem(response: Any, status: int, code: str) -> dict[str, Any]:
    assert response.status_code == status, response.content
    assert response["Content-Type"] == "application/problem+json"
    body = response.json()
    assert set(body) >= MEMBERS
    assert (body["status"], body["code"], body["type"]) == (status, code, f"urn:hrsaas:{code}")
    assert body["request_id"] == response["X-Request-ID"]
    assert _is_chinese(body["detail_zh"])
    assert not _is_chinese(body["detail_en"])
    return body


def _is_chinese(text: str) -> bool:
    return any("一" <= letter <= "鿿" for letter in text)


@pytest.mark.parametrize(
    ("how", "status", "code"),
    [
        ("domain", 409, "probe.no"),
        ("model", 400, "api.invalid"),
        ("unique", 409, "people.unit_code"),
        ("reference", 409, "api.reference"),
        ("range", 400, "api.range"),
        ("protected", 409, "api.in_use"),
        ("rows", 400, "probe.rows"),
    ],
)
def test_a_refusal_says_why_and_takes_back_what_was_written(
    alpha: Client, tenant_a: Tenant, how: str, status: int, code: str
) -> None:
    body = problem(post(alpha, {"how": how}, f"{UNITS}write_then_fail/"), status, code)
    assert "SQL" not in str(body)
    assert "people_orgunit" not in str(body)
    with tenant_context(tenant_a.id):
        assert not OrgUnit.objects.filter(code="gone").exists()


def test_a_domain_error_keeps_its_field_position_and_facts(alpha: Client) -> None:
    body = problem(post(alpha, {"how": "domain"}, f"{UNITS}write_then_fail/"), 409, "probe.no")
    assert body["errors"] == [{"field": "code", "code": "probe.no", "zh": "不行。", "en": "No."}]
    assert (body["position"], body["a"]) == (3, 1)


def test_faults_of_many_rows_come_with_their_rows(alpha: Client) -> None:
    body = problem(post(alpha, {"how": "rows"}, f"{UNITS}write_then_fail/"), 400, "probe.rows")
    assert body["errors"] == [{"row": 2, "field": "code", "code": "probe.taken", "zh": "重复。", "en": "Taken."}]


def test_our_own_mistake_is_a_500_with_a_reference_and_no_details(alpha: Client) -> None:
    response = post(alpha, {"how": "ours"}, f"{UNITS}write_then_fail/", X_Request_ID="reference-1234")
    body = problem(response, 500, "api.our_mistake")
    assert body["reference"] == "reference-1234"
    assert "Tenant" not in str(body)


def test_wrong_input_lists_every_field_in_both_languages(alpha: Client) -> None:
    body = problem(post(alpha, {"code": "x" * 11}), 400, "api.invalid")
    found = {fault["field"]: fault for fault in body["errors"]}
    assert set(found) == {"code", "name"}
    assert found["code"]["code"] == "max_length"
    assert "10" in found["code"]["zh"]
    assert _is_chinese(found["code"]["zh"])
    assert found["name"]["en"] == "This field is required."


def test_a_wrong_filter_value_is_refused_in_both_languages(alpha: Client) -> None:
    body = problem(alpha.get(UNITS, {"parent": "abc"}), 400, "api.invalid")
    (fault,) = body["errors"]
    assert fault["field"] == "parent"
    assert _is_chinese(fault["zh"])
    assert not _is_chinese(fault["en"])


@pytest.mark.parametrize(
    ("body", "kind", "status", "code"),
    [
        (b"{", "application/json", 400, "api.malformed"),
        (b'{"code": NaN}', "application/json", 400, "api.malformed"),
        (b"\xff\xfe", "application/json", 400, "api.malformed"),
        (b"[" * 100_000, "application/json", 400, "api.malformed"),
        (b"<a/>", "text/xml", 415, "api.media_type"),
        (b'{"code": "a", "name": "\\u0000"}', "application/json", 400, "api.invalid"),
        (b'{"code": "a", "name": "\\ud800"}', "application/json", 400, "api.invalid"),
        (b"[]", "application/json", 400, "api.invalid"),
        (b"null", "application/json", 400, "api.invalid"),
    ],
)
def test_unreadable_bodies_are_refused(alpha: Client, body: bytes, kind: str, status: int, code: str) -> None:
    problem(alpha.post(UNITS, body, content_type=kind), status, code)


def test_an_oversized_body_is_refused(alpha: Client, settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000
    problem(post(alpha, {"code": "a", "name": "x" * 2_000}), 413, "api.too_large")


def test_what_is_not_there_is_a_404_also_for_another_tenants_row(alpha: Client, tenant_b: Tenant) -> None:
    with tenant_context(tenant_b.id):
        theirs = OrgUnit.objects.create(code="theirs", name="Theirs")
    for path in (f"{UNITS}{theirs.pk}/", f"{UNITS}999/", f"{UNITS}{'9' * 20}/", f"{UNITS}x/", "/api/v1/nowhere/"):
        problem(alpha.get(path), 404, "api.not_found")


def test_a_wrong_method_is_a_405(alpha: Client) -> None:
    problem(alpha.delete(UNITS), 405, "api.method")


def test_without_signing_in_there_is_a_401(db: None, client_for: Any, tenant_a: Tenant) -> None:
    response = client_for(tenant_a).get(UNITS)
    problem(response, 401, "access.sign_in_first")
    assert response["WWW-Authenticate"].startswith("Bearer")


def test_a_forged_token_is_a_401_with_its_own_code(db: None, client_for: Any, tenant_a: Tenant) -> None:
    response = client_for(tenant_a).get(UNITS, headers={"Authorization": "Bearer hrs_forged"})
    problem(response, 401, "access.token.unknown")


def test_the_language_of_the_answer_follows_the_request(alpha: Client) -> None:
    chinese = post(alpha, {}, Accept_Language="zh-CN").json()
    assert chinese["title"] == "输入有误"
    assert chinese["detail"] == chinese["detail_zh"]
    assert post(alpha, {}, Accept_Language="en").json()["title"] == "The input is not right"


def test_too_many_requests_say_how_long_to_wait(alpha: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    from hrsaas.api.throttles import PerTokenThrottle

    monkeypatch.setattr(PerTokenThrottle, "THROTTLE_RATES", {"token": "1/min"})
    assert alpha.get(UNITS).status_code == 200
    response = alpha.get(UNITS)
    problem(response, 429, "api.throttled")
    assert 0 < int(response["Retry-After"]) <= 60
