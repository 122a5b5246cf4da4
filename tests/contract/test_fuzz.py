"""Schemathesis over the whole API, in process through the WSGI application: right and wrong input, never a 5xx.

The tenant is full and ids in paths and bodies are of real rows as often as not, so that calls get past the door.
"""

from __future__ import annotations

from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from hrsaas.wsgi import application
from tests.contract import bodies
from tests.contract.filled import Filled
from tests.tenancy.routes import Route, api_routes

API = schemathesis.openapi.from_dict(bodies.schema())
OPERATIONS = [found.ok() for found in API.get_all_operations()]
# Signing out would end the session; the test's own token must outlive the test.
LEFT_OUT = {"session_end_create", "access_tokens_revoke_create"}
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
FEW = settings(
    max_examples=5, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck),
    phases=(Phase.generate,),
)  # fmt: skip


def _name(operation: Any) -> str:
    return str(operation.definition.raw["operationId"])


def test_all_operations_are_here() -> None:
    assert {_name(one) for one in OPERATIONS} == {one["operationId"] for _path, _method, one in bodies.operations()}


@pytest.mark.usefixtures("unhurried")
@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
@pytest.mark.parametrize("operation", [one for one in OPERATIONS if _name(one) not in LEFT_OUT], ids=_name)
def test_no_input_breaks_the_server(retail: Filled, operation: Any, mode: GenerationMode) -> None:
    @FEW
    @given(case=operation.as_strategy(generation_mode=mode), real=st.booleans())
    def call(case: Case, real: bool) -> None:
        if real or mode is GenerationMode.POSITIVE:
            _point_at_real_rows(case, retail, in_body=real)
        headers = {"Authorization": f"Bearer {retail.secret}"}
        response = case.call(app=application, base_url=f"http://{retail.host}", headers=headers)
        case.validate_response(response, checks=CHECKS)

    call()


def _point_at_real_rows(case: Case, retail: Filled, *, in_body: bool) -> None:
    if case.path_parameters:
        row = retail.row_of(_route(case.operation.path))
        case.path_parameters = {name: row or value for name, value in case.path_parameters.items()}
    if in_body:
        case.body = retail.named(case.body)


def _route(path: str) -> Route:
    return next(one for one in api_routes() if bodies.shape(one.template) == bodies.shape(path))
