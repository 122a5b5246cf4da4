"""Which texts of the product have to be translated, which are, and how catalogues are compiled.

Needs no gettext tools, and no settings: ``python -m hrsaas.console.messages compile`` is part of the setup.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

import django
import polib
from django.utils.translation.template import templatize

# Function → how many of its arguments are texts, after `skip` others (contexts).
_CALLS = {
    "_": (0, 1),
    "gettext": (0, 1),
    "gettext_lazy": (0, 1),
    "gettext_noop": (0, 1),
    "ngettext": (0, 2),
    "ngettext_lazy": (0, 2),
}
_LITERAL = r"""u?("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')"""
_IN_TEMPLATE = re.compile(rf"\b(?:gettext|ngettext|_)\({_LITERAL}(?:,\s*{_LITERAL})?")
ROOT = Path(__file__).resolve().parents[2]
_CATALOGUE = Path("locale", "zh_Hans", "LC_MESSAGES", "django.po")
# Parts of unfold that are not installed.
_UNUSED = re.compile(r"unfold/contrib/(?!filters/)")
_SKIPPED = {"migrations", "locale", "static"}


class Text(NamedTuple):
    """One source text. plural: '' where it has none. place: file below the root, with the line in code."""

    singular: str
    plural: str
    place: str


def catalogues() -> dict[str, Path]:
    """App folder → its Chinese catalogue. The kernel's one also holds what third parties left untranslated."""
    tops = ["hrsaas", *sorted(path.parent.name for path in ROOT.glob("*/apps.py"))]
    return {top: ROOT / top / _CATALOGUE for top in tops}


def compile_catalogues() -> None:
    """.po → .mo, which Django reads when a process starts."""
    for path in catalogues().values():
        if path.exists():
            polib.pofile(str(path)).save_as_mofile(str(path.with_suffix(".mo")))


def texts_of(top: str) -> Iterator[Text]:
    """Every translatable text of one app folder; for the kernel, unfold's too, since it ships no catalogues."""
    yield from _texts_below(ROOT / top)
    if top == "hrsaas":
        known = _django_translated()
        shown = (text for text in _texts_below(_package("unfold")) if not _UNUSED.match(text.place))
        yield from (text for text in shown if text.singular not in known)


def translated_in(path: Path) -> set[str]:
    """The source texts that the catalogue translates."""
    return {entry.msgid for entry in polib.pofile(str(path)) if entry.translated()} if path.exists() else set()


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
        skip, count = _CALLS.get(name, (0, 0))
        found = [arg.value for arg in node.args[skip : skip + count] if _is_text(arg)]
        if found:
            place = f"{folder.name}/{path.relative_to(folder)}:{node.lineno}"
            yield Text(found[0], found[1] if len(found) > 1 else "", place)


def _is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str) and bool(node.value)


def _texts_of_template(path: Path, folder: Path) -> Iterator[Text]:
    place = f"{folder.name}/{path.relative_to(folder)}"
    for singular, plural in _IN_TEMPLATE.findall(templatize(path.read_text(encoding="utf-8"))):
        yield Text(ast.literal_eval(singular), ast.literal_eval(plural) if plural else "", place)


def _django_translated() -> set[str]:
    root = Path(django.__file__).parent
    folders = (root / "conf", root / "contrib" / "admin", root / "contrib" / "auth")
    return set().union(*(translated_in(folder / _CATALOGUE) for folder in folders))


if __name__ == "__main__":
    if sys.argv[1:] != ["compile"]:
        raise SystemExit("usage: python -m hrsaas.console.messages compile")
    compile_catalogues()
