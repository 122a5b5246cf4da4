"""Every action that the code records reads in words."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from django.utils import translation

from hrsaas.audit.titles import VERBS, WHOLE, kind_title, title_of

ROOT = Path(__file__).resolve().parent.parent.parent
APPS = ("hrsaas", "recruiting", "attendance", "performance", "payroll", "integrations")


def _modules() -> Iterator[ast.Module]:
    for app in APPS:
        for path in (ROOT / app).rglob("*.py"):
            text = path.read_text()
            if "record(" in text and "migrations" not in path.parts:
                yield ast.parse(text)


def _functions(module: ast.Module) -> Iterator[ast.FunctionDef]:
    return (node for node in ast.walk(module) if isinstance(node, ast.FunctionDef))


def _actions(module: ast.Module) -> Iterator[tuple[ast.FunctionDef, ast.expr]]:
    """What ``record(action=...)`` gets, with the function around it."""
    for function in _functions(module):
        for call in ast.walk(function):
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "record":
                yield from ((function, word.value) for word in call.keywords if word.arg == "action")


def _texts(module: ast.Module, function: ast.FunctionDef, value: ast.expr) -> set[str]:
    """All texts that an expression may stand for; of an f-string, those of its last part."""
    if isinstance(value, ast.Constant):
        return {str(value.value)}
    if isinstance(value, ast.IfExp):
        return _texts(module, function, value.body) | _texts(module, function, value.orelse)
    if isinstance(value, ast.JoinedStr):
        return _texts(module, function, value.values[-1])
    if isinstance(value, ast.FormattedValue):
        return _texts(module, function, value.value)
    assert isinstance(value, ast.Name), ast.dump(value)
    return {text for given in _given(module, function, value.id) for text in _texts(module, function, given)}


def _given(module: ast.Module, function: ast.FunctionDef, name: str) -> list[ast.expr]:
    """What the module gives for a parameter of one of its functions, or assigns to a name inside it."""
    assigned = [
        node.value
        for node in ast.walk(function)
        if isinstance(node, ast.Assign) and any(isinstance(one, ast.Name) and one.id == name for one in node.targets)
    ]
    places = [argument.arg for argument in function.args.args]
    calls = [
        node
        for node in ast.walk(module)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == function.name
    ]
    by_name = [word.value for call in calls for word in call.keywords if word.arg == name]
    by_place = [
        call.args[places.index(name)] for call in calls if name in places and len(call.args) > places.index(name)
    ]
    return assigned + by_name + by_place


def recorded() -> set[str]:
    """Whole actions, and the last words of those that are put together."""
    return {
        text
        for module in _modules()
        for function, value in _actions(module)
        for text in _texts(module, function, value)
    }


def test_every_action_recorded_in_the_code_has_a_title() -> None:
    found = recorded()
    assert len(found) > 60
    assert {one for one in found if one not in WHOLE and one.rpartition(".")[2] not in VERBS} == set()


def test_no_title_outlives_its_action() -> None:
    found = recorded()
    assert set(WHOLE) <= found
    assert set(VERBS) <= {one.rpartition(".")[2] for one in found}


def test_a_title_reads_in_both_languages() -> None:
    with translation.override("en"):
        assert title_of("attendance.month.lock", "attendance.attendancemonth") == "Attendance month · lock"
    with translation.override("zh-hans"):
        assert title_of("people.employee.hire", "people.employee") == "员工 · 办理入职"
        assert title_of("console.export", "") == "导出"


def test_a_kind_of_subject_that_is_gone_shows_as_it_was_stored() -> None:
    assert kind_title("payroll.forgotten") == "payroll.forgotten"
