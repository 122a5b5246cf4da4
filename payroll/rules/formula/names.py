"""Formulas are stored by id and shown by name, so that a rename changes no formula.

Stored text writes ``[@id]`` for every known name and is otherwise the text as typed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache

from .functions import FUNCTIONS
from .parser import KEYWORDS, keyword
from .tokens import Kind, Token, is_plain_name, normal_name, tokenize


def to_stored(text: str, ids: Mapping[str, str]) -> str:
    """``text`` with names replaced by ids. Unknown names stay. Raises FormulaError for bad tokens."""
    by_name = {normal_name(name): key for name, key in ids.items()}

    def replacement(name: str) -> str | None:
        return f"[@{by_name[name]}]" if name in by_name else None

    return _rewritten(text, replacement)


def to_shown(stored: str, names: Mapping[str, str]) -> str:
    """``stored`` with ids replaced by names, in brackets where they need them. Unknown ids stay."""

    def replacement(name: str) -> str | None:
        return _written(names[name[1:]]) if name[:1] == "@" and name[1:] in names else None

    return _rewritten(stored, replacement)


def _rewritten(text: str, replacement: Callable[[str], str | None]) -> str:
    parts, done = [], 0
    for token in _references(text):
        new = replacement(token.text)
        if new is not None:
            parts += [text[done : token.start], new]
            done = token.end
    return "".join([*parts, text[done:]])


@lru_cache(maxsize=4096)
def _references(text: str) -> tuple[Token, ...]:
    """The names in a text. Kept, since an explanation shows the same few hundred formulas in two languages."""
    tokens = tokenize(text)
    return tuple(one for one, following in zip(tokens, tokens[1:], strict=False) if _is_reference(one, following))


def _is_reference(token: Token, following: Token) -> bool:
    if token.kind is not Kind.NAME or keyword(token):
        return False
    return token.quoted or following.text != "("


def _written(name: str) -> str:
    reserved = name.upper() in KEYWORDS or name.upper() in FUNCTIONS
    return name if is_plain_name(name) and not reserved else f"[{name}]"
