"""English for the Chinese names of parameter tables, columns and row keys, as pages in English show them."""

from __future__ import annotations

import re
from functools import cache

from pydantic import TypeAdapter

from payroll.packs.dated import FOLDER, read_yaml
from payroll.packs.social_insurance import cities

_TEXT = re.compile(r'["“”]([^"“”]*)["“”]')


def english(word: str) -> str:
    """The English for a word of the packs; a tenant's own word stays as it is."""
    return _words().get(word, word)


def in_english(formula: str) -> str:
    """The formula with the words in its texts in English: to be read, not to be written."""
    return _TEXT.sub(lambda found: f'"{english(found[1])}"', formula)


@cache
def _words() -> dict[str, str]:
    words = TypeAdapter(dict[str, str]).validate_python(read_yaml(FOLDER / "words.yaml"))
    return words | {pack.name.zh: pack.name.en for pack in cities().values()}
