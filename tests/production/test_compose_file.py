"""The compose file keeps its promises, as far as can be seen without an engine."""

from __future__ import annotations

import re
from typing import Any

import pytest
from check_jsonschema.builtin_schemas import get_builtin_schema
from jsonschema import Draft202012Validator

from tests.production import compose

SERVICES = compose.services()
ONE_SHOT = {name for name, service in SERVICES.items() if service.get("restart") == "no"}
OURS = {"migrate", "web", "operator", "worker", "beat"}
SECRET = re.compile(r"PASSWORD|SECRET|KEY|TOKEN")
each_service = pytest.mark.parametrize("name", sorted(SERVICES))


def test_it_follows_the_compose_schema() -> None:
    errors = Draft202012Validator(get_builtin_schema("vendor.compose-spec")).iter_errors(compose.raw())
    assert [f"{error.json_path}: {error.message}" for error in errors] == []


def test_it_has_the_promised_parts() -> None:
    assert set(SERVICES) == OURS | {"postgres", "pgbouncer", "valkey", "proxy", "backup"}
    assert {"migrate", "backup"} == ONE_SHOT


def test_secrets_have_no_default() -> None:
    secrets = {name: kind for name, kind in compose.variables().items() if SECRET.search(name)}
    optional = {"CERTIFICATE_FOLDER", "DNS_TOKEN"}  # a folder; and a token that one way of certificates needs
    assert {name for name, kind in secrets.items() if kind != "?"} <= optional
    assert len(secrets) >= 7


def test_the_example_names_every_variable_and_fills_in_no_secret() -> None:
    lines = (compose.ROOT / ".env.example").read_text().splitlines()
    example = dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))
    assert set(compose.variables()) - {"HRSAAS_IMAGE"} == set(example)
    assert {name: value for name, value in example.items() if value and SECRET.search(name)} == {}
    with pytest.raises(compose.Unset):
        compose.environment("web", example)


@each_service
def test_every_lasting_service_has_a_health_check_and_a_limit(name: str) -> None:
    service = SERVICES[name]
    assert name in ONE_SHOT or service["healthcheck"]["test"]
    assert name in ONE_SHOT or service["restart"] == "unless-stopped"
    assert service["deploy"]["resources"]["limits"]["memory"]


@each_service
def test_every_service_is_read_only_and_has_no_capabilities(name: str) -> None:
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert "privileged" not in service


@each_service
def test_nobody_runs_as_root(name: str) -> None:
    service = SERVICES[name]
    assert service.get("user", _image_user(service)) not in ("", "root", "0")


def _image_user(service: dict[str, Any]) -> str:
    build = service.get("build")
    if build is None:
        return ""
    folder = build["context"] if isinstance(build, dict) else build
    users = re.findall(r"^USER (\S+)$", (compose.ROOT / folder / "Dockerfile").read_text(), re.MULTILINE)
    return users[-1] if users else ""


def test_only_the_proxy_has_doors_to_the_outside() -> None:
    assert {name for name, service in SERVICES.items() if service.get("ports")} == {"proxy"}
    assert compose.raw()["networks"]["back"] == {"internal": True}
    for store in ("postgres", "pgbouncer", "valkey"):
        assert SERVICES[store]["networks"] == ["back"]


@each_service
def test_dependencies_wait_until_they_are_ready(name: str) -> None:
    for needed, how in SERVICES[name].get("depends_on", {}).items():
        wanted = "service_completed_successfully" if needed in ONE_SHOT else "service_healthy"
        assert how["condition"] == wanted, (name, needed)


def test_each_process_gets_only_the_roles_that_it_needs() -> None:
    held = {name: {key for key in SERVICES[name]["environment"] if key.startswith("DATABASE_")} for name in OURS}
    assert held["web"] == held["beat"] == {"DATABASE_URL"}
    assert held["operator"] == held["worker"] == {"DATABASE_URL", "DATABASE_MAINTENANCE_URL"}
    assert "DATABASE_OWNER_URL" in held["migrate"]


def test_requests_and_tasks_go_through_the_pooler_as_the_runtime_role() -> None:
    for name in ("web", "operator", "worker", "beat"):
        assert "//hrsaas_app:" in SERVICES[name]["environment"]["DATABASE_URL"]
        assert "@pgbouncer:6432/" in SERVICES[name]["environment"]["DATABASE_URL"]
