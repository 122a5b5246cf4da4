"""The schema is valid OpenAPI 3.1 and tells what clients need: problems, headers, expandable fields, stable names."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import set_urlconf
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.validation import validate_schema

from hrsaas.tenancy.models import Tenant


def schema_of(urlconf: str) -> dict[str, Any]:
    set_urlconf(urlconf)
    GENERATOR_STATS.reset()
    try:
        return SchemaGenerator(urlconf=urlconf).get_schema(request=None, public=True)
    finally:
        set_urlconf(None)


@pytest.fixture(scope="module")
def schema() -> dict[str, Any]:
    return schema_of("tests.api.probe_urls")


@pytest.mark.parametrize("urlconf", ["tests.api.probe_urls", "hrsaas.urls.tenant"])
def test_it_is_valid_openapi_3_1_without_doubts(urlconf: str) -> None:
    found = schema_of(urlconf)
    validate_schema(found)
    assert found["openapi"] == "3.1.0"
    doubts = [*GENERATOR_STATS._error_cache, *GENERATOR_STATS._warn_cache]
    assert doubts == []


def test_operation_names_are_unique_and_come_from_the_address() -> None:
    paths = schema_of("hrsaas.urls.tenant")["paths"]
    names = [operation["operationId"] for path in paths.values() for operation in path.values()]
    assert len(set(names)) == len(names)
    assert not [name for name in names if name.endswith(("_2", "_3"))]


def test_every_operation_lists_its_problems(schema: dict[str, Any]) -> None:
    for path in schema["paths"].values():
        for operation in path.values():
            for status in ("400", "401", "403", "429"):
                (kind,) = operation["responses"][status]["content"]
                assert kind == "application/problem+json"


def test_writes_take_an_idempotency_key_and_contested_ones_if_match(schema: dict[str, Any]) -> None:
    def headers(path: str, method: str) -> set[str]:
        operation = schema["paths"][path][method]
        return {one["name"] for one in operation.get("parameters", ()) if one["in"] == "header"}

    assert headers("/api/v1/units/", "post") == {"Idempotency-Key"}
    assert headers("/api/v1/employees/{id}/", "patch") == {"Idempotency-Key", "If-Match"}
    assert headers("/api/v1/units/", "get") == set()


def test_bulk_takes_a_list(schema: dict[str, Any]) -> None:
    body = schema["paths"]["/api/v1/units/bulk/"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    assert body["type"] == "array"
    assert body["items"] == {"$ref": "#/components/schemas/NewUnitRequest"}


def test_ids_are_strings_and_expandable_fields_are_ids_or_objects(schema: dict[str, Any]) -> None:
    fields = schema["components"]["schemas"]["Assignment"]["properties"]
    assert fields["id"]["type"] == "string"
    assert {"$ref": "#/components/schemas/Unit"} in fields["unit"]["oneOf"]
    assert fields["employee"]["type"] == "string"


def test_the_problem_has_an_example(schema: dict[str, Any]) -> None:
    answer = schema["paths"]["/api/v1/units/"]["post"]["responses"]["400"]["content"]["application/problem+json"]
    assert answer["examples"]


def test_schema_and_documentation_are_served_without_the_internet(
    db: None, client_for: Any, tenant_a: Tenant, settings: Any
) -> None:
    settings.ROOT_URLCONF = "hrsaas.urls.tenant"
    client: Client = client_for(tenant_a)
    assert client.get("/api/schema/").status_code == 200
    page = client.get("/api/docs/").content.decode()
    assert "/static/drf_spectacular_sidecar/" in page
    assert "https://cdn" not in page
