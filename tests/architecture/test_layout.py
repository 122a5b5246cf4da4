"""What the code promises about its own shape."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.db import models
from django.utils.functional import Promise

from hrsaas.access.rules.permissions import NOUNS
from hrsaas.console.admin import TenantAdmin
from hrsaas.console.sites import tenant_site
from tests.tenancy.routes import api_calls

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("hrsaas", "recruiting", "attendance", "performance", "payroll", "integrations")
LONGEST_FILE = 400
# Folders that exist on somebody's machine only.
MACHINE_PATH = re.compile(r"(?<![\w.-])/(home|root|work)/")
NAMELESS = {"utils", "util", "common", "helpers", "helper", "misc", "tools", "shared", "base_utils"}
OWN_MODELS = sorted(
    (one for one in apps.get_models() if one.__module__.split(".")[0] in PACKAGES), key=lambda one: one._meta.label
)


def product_files() -> list[Path]:
    """Python files of the product, without generated migrations."""
    found = [path for name in PACKAGES for path in sorted((ROOT / name).rglob("*.py"))]
    return [path for path in found if "migrations" not in path.relative_to(ROOT).parts]


def test_the_rooms_look_downwards_only() -> None:
    """The contracts of import-linter in pyproject.toml."""
    program = str(Path(sys.executable).with_name("lint-imports"))
    done = subprocess.run([program, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_no_file_is_too_long_to_read() -> None:
    lengths = {str(path.relative_to(ROOT)): len(path.read_text().splitlines()) for path in product_files()}
    assert {path: length for path, length in lengths.items() if length > LONGEST_FILE} == {}


def test_modules_are_named_by_what_they_hold() -> None:
    names = [path for path in product_files() if path.stem in NAMELESS or path.parent.name in NAMELESS]
    assert names == []


def test_the_product_knows_neither_tests_nor_workplaces() -> None:
    imports = {(path.name, name) for path in product_files() for name in _imported(path)}
    assert [one for one in imports if one[1].split(".")[0] in ("tests", "benchmarks")] == []
    assert [path for path in product_files() if MACHINE_PATH.search(path.read_text())] == []


def test_rules_have_neither_django_nor_clock() -> None:
    pure = [path for path in product_files() if "rules" in path.relative_to(ROOT).parts]
    assert len(pure) > 20
    wrong = {
        (str(path.relative_to(ROOT)), name)
        for path in pure
        for name in _imported(path)
        if name.split(".")[0] in ("django", "rest_framework", "celery", "redis", "psycopg2", "time", "random", "os")
    }
    assert wrong == set()
    assert [path for path in pure if "datetime.now(" in path.read_text() or "date.today(" in path.read_text()] == []


def _imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (one.name for one in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module


@pytest.mark.parametrize("model", OWN_MODELS, ids=lambda model: model._meta.label)
def test_models_are_named_for_people(model: type[models.Model]) -> None:
    """In words that can be translated."""
    assert isinstance(model._meta.verbose_name, Promise)
    assert isinstance(model._meta.verbose_name_plural, Promise)


def test_columns_and_fields_of_the_admin_are_named_for_people() -> None:
    unnamed = [
        f"{one.model._meta.label}.{name}"
        for one in tenant_site._registry.values()
        for name in {*one.list_display, *(one.fields or ())}
        if name in _fields(one.model) and not isinstance(_fields(one.model)[name].verbose_name, Promise)
    ]
    assert unnamed == []


def _fields(model: type[models.Model]) -> dict[str, Any]:
    return {field.name: field for field in model._meta.local_fields if field.name != "id"}


def test_money_is_never_a_float() -> None:
    floats = [
        field for model in OWN_MODELS for field in model._meta.local_fields if isinstance(field, models.FloatField)
    ]
    money = [field for model in OWN_MODELS for field in model._meta.local_fields if field.name.endswith("_fen")]
    assert money
    assert [one for one in floats if one.model._meta.app_label == "payroll"] == []
    assert [str(one) for one in money if not isinstance(one, models.BigIntegerField)] == []


def test_every_page_and_route_names_what_it_is_about() -> None:
    """Nouns decide who may; a word that the table of permissions does not know would open nothing, or all."""
    admins: list[Any] = list(tenant_site._registry.values())
    assert [one for one in admins if not isinstance(one, TenantAdmin) or one.noun not in NOUNS] == []
    nouns = {getattr(route.view, "noun", None) for route, _method, _action in api_calls()} - {None}
    assert nouns - set(NOUNS) == set()


def test_every_verb_that_routes_and_buttons_ask_for_exists() -> None:
    wanted = {
        f"{route.view.noun}.{verb}"
        for route, _method, _action in api_calls()
        for verb in getattr(route.view, "permission_verbs", {}).values()
        if getattr(route.view, "noun", None)
    }
    known = {f"{noun}.{verb}" for noun, verbs in NOUNS.items() for verb in verbs}
    assert wanted - known == set()
