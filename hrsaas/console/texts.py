"""Which texts of the product people read: found in code and templates, without importing either."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

from django.utils.translation.template import templatize

# Function → how many of its first arguments are texts.
_CALLS = {"_": 1, "gettext": 1, "gettext_lazy": 1, "gettext_noop": 1, "ngettext": 2, "ngettext_lazy": 2}
_LITERAL = r"""u?("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')"""
_IN_TEMPLATE = re.compile(rf"\b(?:gettext|ngettext|_)\({_LITERAL}(?:,\s*{_LITERAL})?")
ROOT = Path(__file__).resolve().parents[2]
# Parts of unfold that are not installed.
_UNUSED = re.compile(r"unfold/contrib/(?!filters/)")
_SKIPPED = {"migrations", "locale", "static"}


class Text(NamedTuple):
    """One source text. plural: '' where it has none. place: file below the root, with the line in code."""

    singular: str
    plural: str
    place: str


def texts_of(top: str) -> Iterator[Text]:
    """Every translatable text of one app folder; for the kernel, unfold's too: it ships no catalogues."""
    yield from _texts_below(ROOT / top)
    if top == "hrsaas":
        yield from (text for text in _texts_below(_package("unfold")) if not _UNUSED.match(text.place))


def _package(name: str) -> Path:
    spec = find_spec(name)
    assert spec is not None and spec.origin is not None  # installed, or nothing works
    return Path(spec.origin).parent


def _texts_below(folder: Path) -> Iterator[Text]:
    for path in sorted(folder.rglob("*")):
        if _SKIPPED.intersection(path.relative_to(folder).parts):
            continue
        if path.suffix == ".py":
            yield from _texts_of_code(path, folder)
        elif path.suffix == ".html":
            yield from _texts_of_template(path, folder)


def _texts_of_code(path: Path, folder: Path) -> Iterator[Text]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "id", getattr(node.func, "attr", ""))
        found = [arg.value for arg in node.args[: _CALLS.get(name, 0)] if _is_text(arg)]
        if found:
            place = f"{folder.name}/{path.relative_to(folder)}:{node.lineno}"
            yield Text(found[0], found[1] if len(found) > 1 else "", place)


def _is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str) and bool(node.value)


def _texts_of_template(path: Path, folder: Path) -> Iterator[Text]:
    place = f"{folder.name}/{path.relative_to(folder)}"
    for singular, plural in _IN_TEMPLATE.findall(templatize(path.read_text(encoding="utf-8"))):
        yield Text(ast.literal_eval(singular), ast.literal_eval(plural) if plural else "", place)
