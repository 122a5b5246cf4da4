"""``manage.py translations check|update|compile``: the Chinese catalogues, without gettext tools."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polib
from django.core.management.base import BaseCommand, CommandError, CommandParser

from hrsaas.console.messages import Text, catalogues, compile_catalogues, texts_of, translated_in

_HEADER = {
    "MIME-Version": "1.0",
    "Content-Type": "text/plain; charset=utf-8",
    "Content-Transfer-Encoding": "8bit",
    "Language": "zh_Hans",
    "Plural-Forms": "nplurals=1; plural=0;",
}


class Command(BaseCommand):
    help = "check: every text has Chinese. update: add missing texts to the catalogues. compile: .po → .mo."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("what", choices=["check", "update", "compile"])
        parser.add_argument("apps", nargs="*", help="app folders, by default all")

    def handle(self, *args: Any, what: str, apps: list[str], **options: Any) -> None:
        chosen = {top: path for top, path in catalogues().items() if not apps or top in apps}
        getattr(self, f"_{what}")(chosen)

    def _check(self, chosen: dict[str, Path]) -> None:
        missing = list(_missing(chosen))
        for text in missing:
            self.stderr.write(f"{text.place}: no Chinese for {text.singular!r}")
        if missing:
            raise CommandError(f"{len(missing)} texts have no Chinese. Run: manage.py translations update")
        self.stdout.write("Every text has its Chinese.")

    def _update(self, chosen: dict[str, Path]) -> None:
        for top, path in chosen.items():
            texts = list(texts_of(top))
            missing = list(_missing({top: path}))
            if not missing and not path.exists():
                continue
            catalogue = polib.pofile(str(path)) if path.exists() else polib.POFile()
            catalogue.metadata = _HEADER
            added = _add(catalogue, missing)
            removed = _drop_unused(catalogue, texts)
            path.parent.mkdir(parents=True, exist_ok=True)
            catalogue.sort(key=lambda entry: entry.msgid)
            catalogue.save(str(path))
            self.stdout.write(f"{path}: {added} added, {removed} no longer used removed")

    def _compile(self, chosen: dict[str, Path]) -> None:
        compile_catalogues()


def _missing(chosen: dict[str, Path]) -> Iterator[Text]:
    """Texts without Chinese, each once. What the kernel translates need not be translated again."""
    kernel = translated_in(catalogues()["hrsaas"])
    for top, path in chosen.items():
        known = kernel | translated_in(path)
        for text in texts_of(top):
            if text.singular not in known:
                known.add(text.singular)
                yield text


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
