"""What a function is, and the table of all of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from payroll.rules.formula.limits import MAX_ARGS

if TYPE_CHECKING:
    from payroll.rules.formula.checker import CallSite
    from payroll.rules.formula.plan import Node

FUNCTIONS: dict[str, Function] = {}
"""By every name and alias, in upper case."""


@dataclass(frozen=True, slots=True)
class Example:
    """A formula with its result: a decimal, or the code of an error. Run as a test and shown in help.

    ``inputs`` are decimals, texts, ISO dates, true/false, or None for a missing value. Tables of the
    examples are those of ``examples.TABLES``.
    """

    formula: str
    result: str
    inputs: Mapping[str, str | bool | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Function:
    """A function and its documentation. ``build`` turns a checked call into typed nodes, from which both
    engines follow."""

    name: str
    aliases: tuple[str, ...]
    signature: str
    zh: str
    en: str
    examples: tuple[Example, ...]
    build: Callable[[CallSite], Node]
    least: int
    most: int


def function(
    names: str, signature: str, zh: str, en: str, *examples: Example, least: int, most: int = MAX_ARGS
) -> Callable[[Callable[[CallSite], Node]], Callable[[CallSite], Node]]:
    """Register the decorated builder under ``names`` (the English one first, separated by spaces)."""

    def register(build: Callable[[CallSite], Node]) -> Callable[[CallSite], Node]:
        name, *aliases = names.split()
        entry = Function(name, tuple(aliases), signature, zh, en, examples, build, least, most)
        for word in (name, *aliases):
            assert word not in FUNCTIONS, f"{word} is registered twice"
            FUNCTIONS[word] = entry
        return build

    return register


def find(name: str) -> Function | None:
    return FUNCTIONS.get(name)


def all_functions() -> tuple[Function, ...]:
    """Every function once, by name."""
    return tuple(sorted({entry.name: entry for entry in FUNCTIONS.values()}.values(), key=lambda f: f.name))
