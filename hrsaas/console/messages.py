"""The Chinese catalogues: complete or not, brought up to date, compiled. Needs no gettext tools and no settings.

``python -m hrsaas.console.messages {check,update,compile} [app …]``, or ``manage.py translations …``.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import django
import polib

from hrsaas.console.texts import ROOT, Text, texts_of

_CATALOGUE = Path("locale", "zh_Hans", "LC_MESSAGES", "django.po")
_HEADER = {
    "MIME-Version": "1.0",
    "Content-Type": "text/plain; charset=utf-8",
    "Content-Transfer-Encoding": "8bit",
    "Language": "zh_Hans",
    "Plural-Forms": "nplurals=1; plural=0;",
}


def main(arguments: Sequence[str] | None = None) -> None:
    """Exits with the list of what is missing if the check fails."""
    parser = argparse.ArgumentParser(prog="messages", description=__doc__)
    parser.add_argument("what", choices=["check", "update", "compile"])
    parser.add_argument("apps", nargs="*", help="app folders, by default all")
    options = parser.parse_args(arguments)
    chosen = {top: path for top, path in catalogues().items() if not options.apps or top in options.apps}
    {"check": check, "update": update, "compile": compile_all}[options.what](chosen)


def catalogues() -> dict[str, Path]:
    """App folder → its Chinese catalogue. The kernel's one also holds what third parties left untranslated."""
    tops = ["hrsaas", *sorted(path.parent.name for path in ROOT.glob("*/apps.py"))]
    return {top: ROOT / top / _CATALOGUE for top in tops}


def check(chosen: Mapping[str, Path]) -> None:
    """SystemExit unless every text has its Chinese, and one only."""
    lines = [f"{text.place}: no Chinese for {text.singular!r}" for text in missing_texts(chosen)]
    if lines:
        lines.append(f"{len(lines)} texts have no Chinese; `update` adds them to the catalogues.")
    lines += [f"{text!r} has several translations: {', '.join(found)}" for text, found in contradictions(chosen)]
    if lines:
        raise SystemExit("\n".join(lines))


def update(chosen: Mapping[str, Path]) -> None:
    """Add missing texts, still untranslated, and remove those that nobody uses."""
    for top, path in chosen.items():
        missing = list(missing_texts({top: path}))
        catalogue = polib.pofile(str(path)) if path.exists() else polib.POFile()
        catalogue.metadata = _HEADER
        if _add(catalogue, missing) + _drop_unused(catalogue, list(texts_of(top))):
            path.parent.mkdir(parents=True, exist_ok=True)
            catalogue.sort(key=lambda entry: entry.msgid)
            catalogue.save(str(path))


def compile_all(chosen: Mapping[str, Path]) -> None:
    """.po → .mo, which Django reads when a process starts."""
    for path in chosen.values():
        if path.exists():
            polib.pofile(str(path)).save_as_mofile(str(path.with_suffix(".mo")))


def missing_texts(chosen: Mapping[str, Path]) -> Iterator[Text]:
    """Texts without Chinese, each once. What Django or the kernel translates need not be translated again."""
    shared = _django_translated() | translated_in(catalogues()["hrsaas"])
    for top, path in chosen.items():
        known = shared | translated_in(path)
        for text in texts_of(top):
            if text.singular not in known:
                known.add(text.singular)
                yield text


def contradictions(chosen: Mapping[str, Path]) -> Iterator[tuple[str, list[str]]]:
    """Texts that catalogues translate differently. Django puts all into one, so only one of them would be read."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for path in chosen.values():
        for entry in polib.pofile(str(path)) if path.exists() else ():
            if entry.msgstr:
                found[entry.msgid].add(entry.msgstr)
    return ((text, sorted(several)) for text, several in found.items() if len(several) > 1)


def translated_in(path: Path) -> set[str]:
    """The source texts that the catalogue translates."""
    return {entry.msgid for entry in polib.pofile(str(path)) if entry.translated()} if path.exists() else set()


def _django_translated() -> set[str]:
    root = Path(django.__file__).parent
    folders = (root / "conf", root / "contrib" / "admin", root / "contrib" / "auth")
    return set().union(*(translated_in(folder / _CATALOGUE) for folder in folders))


def _add(catalogue: polib.POFile, missing: list[Text]) -> int:
    there = {entry.msgid for entry in catalogue}
    new = [text for text in missing if text.singular not in there]
    for text in new:
        plural = {"msgid_plural": text.plural, "msgstr_plural": {0: ""}} if text.plural else {}
        catalogue.append(polib.POEntry(msgid=text.singular, msgstr="", **plural))
    return len(new)


def _drop_unused(catalogue: polib.POFile, texts: list[Text]) -> int:
    used = {text.singular for text in texts}
    unused = [entry for entry in catalogue if entry.msgid not in used]
    for entry in unused:
        catalogue.remove(entry)
    return len(unused)


if __name__ == "__main__":
    main()
