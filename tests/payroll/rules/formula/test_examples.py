"""Every documented example of every function holds."""

import pytest

from payroll.rules.formula import Example, Function, all_functions
from payroll.rules.formula.examples import run_example

CASES = [(entry, example) for entry in all_functions() for example in entry.examples]


@pytest.mark.parametrize(("entry", "example"), CASES, ids=[f"{e.name}-{x.formula}" for e, x in CASES])
def test_the_example_gives_its_documented_result(entry: Function, example: Example) -> None:
    assert run_example(example) == example.result


@pytest.mark.parametrize("entry", all_functions(), ids=lambda entry: entry.name)
def test_every_function_has_a_chinese_alias_text_in_both_languages_and_an_example_naming_it(entry: Function) -> None:
    assert any(not alias.isascii() for alias in entry.aliases)
    assert entry.zh
    assert entry.en
    assert any(name in example.formula for example in entry.examples for name in (entry.name, *entry.aliases))
