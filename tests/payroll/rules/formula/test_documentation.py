"""docs/formulas.md says what the language does: its functions, its examples, its errors and its limits."""

from __future__ import annotations

import re

import pytest

from payroll.rules.formula import Example, limits
from payroll.rules.formula.errors import MESSAGES
from payroll.rules.formula.examples import run_example

from .documented import PAGE, function_table, parts_of

TEXT = PAGE.read_text(encoding="utf-8")
EXAMPLES = re.findall(r"^\| `(.+?)` \| `(.+?)` \| (.*?) \| (\S+) \|$", TEXT, re.MULTILINE)


def test_the_table_of_functions_is_that_of_the_registry() -> None:
    assert parts_of(TEXT)[1] == function_table(), "run python -m tests.payroll.rules.formula.documented"


@pytest.mark.parametrize(("zh", "en", "values", "result"), EXAMPLES, ids=[row[0] for row in EXAMPLES])
def test_an_example_gives_its_result_in_both_languages(zh: str, en: str, values: str, result: str) -> None:
    given = [part.split(" = ") for part in values.split("; ") if part]
    names = [(*name.split(" / "), value) for name, value in given]
    assert run_example(Example(zh, result, {name: value for name, _other, value in names})) == result
    assert run_example(Example(en, result, {name: value for _other, name, value in names})) == result


def test_there_are_examples() -> None:
    assert len(EXAMPLES) >= 12


@pytest.mark.parametrize("code", MESSAGES)
def test_every_error_code_is_explained(code: str) -> None:
    assert f"`{code}`" in TEXT


@pytest.mark.parametrize(
    "figure",
    [
        f"{limits.MAX_CHARS:,} characters", f"{limits.MAX_TOKENS} tokens", f"{limits.MAX_DEPTH} levels",
        f"{limits.MAX_ARGS} arguments", f"{limits.MAX_ITEMS} items", f"{limits.MAX_BITS} bits",
        f"{limits.MAX_INTEGER_DIGITS} digits before", f"{limits.MAX_DECIMAL_DIGITS} after",
    ],
)  # fmt: skip
def test_every_limit_is_stated(figure: str) -> None:
    assert figure in TEXT
