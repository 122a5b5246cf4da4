"""Every text that people read has its Chinese."""

from __future__ import annotations

from pathlib import Path

import polib
import pytest

from hrsaas.console import messages, texts
from hrsaas.console.messages import catalogues


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An app with one text in code and two in a template."""
    monkeypatch.setattr(texts, "ROOT", tmp_path)
    monkeypatch.setattr(messages, "ROOT", tmp_path)
    folder = tmp_path / "shop"
    (folder / "templates").mkdir(parents=True)
    (folder / "apps.py").write_text('from x import gettext_lazy as _\nname = _("Till " "roll")\nplain = "not this"\n')
    (folder / "templates" / "a.html").write_text(
        '{% load i18n %}{% trans "Open the shop" %}'
        "{% blocktranslate count n=n %}{{ n }} coin{% plural %}{{ n }} coins{% endblocktranslate %}"
    )
    return folder


def catalogue(app: Path) -> polib.POFile:
    return polib.pofile(str(app / "locale/zh_Hans/LC_MESSAGES/django.po"))


def test_texts_are_found_in_code_and_templates(app: Path) -> None:
    found = {(text.singular, text.plural) for text in texts.texts_of("shop")}
    assert found == {("Till roll", ""), ("Open the shop", ""), ("%(n)s coin", "%(n)s coins")}


def test_the_check_lists_what_has_no_chinese(app: Path) -> None:
    with pytest.raises(SystemExit) as refused:
        messages.main(["check", "shop"])
    assert "apps.py:2: no Chinese for 'Till roll'" in str(refused.value)
    assert "3 texts" in str(refused.value)


def test_a_text_means_the_same_in_every_app(app: Path) -> None:
    chosen = {name: app.parent / name / messages._CATALOGUE for name in ("shop", "kiosk")}
    for path, chinese in zip(chosen.values(), ("钱箱", "收银台"), strict=True):
        path.parent.mkdir(parents=True)
        po = polib.POFile()
        po.extend([polib.POEntry(msgid="Till", msgstr=chinese), polib.POEntry(msgid="Coin", msgstr="硬币")])
        po.save(str(path))
    assert list(messages.contradictions(chosen)) == [("Till", sorted(["钱箱", "收银台"]))]


def test_update_adds_what_is_missing_keeps_translations_and_drops_the_unused(app: Path) -> None:
    messages.main(["update", "shop"])
    po = catalogue(app)
    for entry in po:
        entry.msgstr, entry.msgstr_plural = ("", {0: "硬币"}) if entry.msgid_plural else ("译文", {})
    po.save()
    messages.main(["check", "shop"])
    (app / "apps.py").write_text("")
    messages.main(["update", "shop"])
    assert {entry.msgid for entry in catalogue(app)} == {"Open the shop", "%(n)s coin"}
    messages.main(["check", "shop"])


def test_compiled_catalogues_can_be_read(app: Path) -> None:
    messages.main(["update", "shop"])
    messages.main(["compile", "shop"])
    assert polib.mofile(str(app / "locale/zh_Hans/LC_MESSAGES/django.mo")) is not None


@pytest.mark.parametrize("top", sorted(catalogues()))
def test_no_text_of_the_product_lacks_its_chinese(top: str) -> None:
    messages.check({top: catalogues()[top]})
