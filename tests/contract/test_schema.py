"""The product's OpenAPI description: valid, without doubts, and enough for a client to be written from."""

from __future__ import annotations

from typing import Any

import pytest
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.validation import validate_schema
from jsonschema import Draft202012Validator

from tests.contract import bodies
from tests.contract.bodies import operations
from tests.tenancy.routes import api_calls

PROBLEM = "application/problem+json"


def test_it_is_valid_openapi_3_1_and_left_no_doubts() -> None:
    GENERATOR_STATS.reset()
    bodies.schema.cache_clear()
    found = bodies.schema()
    validate_schema(found)
    assert found["openapi"].startswith("3.1")
    assert [*GENERATOR_STATS._error_cache, *GENERATOR_STATS._warn_cache] == []


def test_every_route_is_described() -> None:
    described = {(path, method) for path, method, _one in operations()}
    calls = {
        (route.path("{}"), method) for route, method, _action in api_calls() if route.template.startswith("/api/v1/")
    }
    assert {(bodies.shape(path), method) for path, method in described} == calls


def test_every_operation_has_a_name_of_its_own() -> None:
    names = [one["operationId"] for _path, _method, one in operations()]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize(
    ("path", "method", "operation"), operations(), ids=lambda one: one if isinstance(one, str) else ""
)
class TestOperation:
    def test_refusals_are_problems(self, path: str, method: str, operation: dict[str, Any]) -> None:
        refusals = {status: one for status, one in operation["responses"].items() if status.startswith(("4", "5"))}
        assert {"400", "401", "403", "429"} <= set(refusals)
        for response in refusals.values():
            assert set(response["content"]) == {PROBLEM}

    def test_it_says_what_it_answers(self, path: str, method: str, operation: dict[str, Any]) -> None:
        answers = {status: one for status, one in operation["responses"].items() if status.startswith("2")}
        assert answers
        for status, response in answers.items():
            assert status == "204" or response["content"], f"{status} of {method} {path} has no body"

    def test_bodies_have_an_example_that_fits(self, path: str, method: str, operation: dict[str, Any]) -> None:
        content = operation.get("requestBody", {}).get("content", {}).get("application/json")
        if content:
            whole = {**content["schema"], "components": bodies.schema()["components"]}
            examples = [one["value"] for one in content["examples"].values()]
            assert examples
            assert [error.message for one in examples for error in Draft202012Validator(whole).iter_errors(one)] == []
