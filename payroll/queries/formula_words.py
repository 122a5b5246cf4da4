"""All that a formula may name, for editors that complete what one types."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import override
from pypinyin import Style, lazy_pinyin

from payroll.models import PayInput, PayItem
from payroll.packs.words import english
from payroll.queries.formula_sets import SetContent
from payroll.queries.table_entries import CALENDAR
from payroll.rules.formula import all_functions
from payroll.rules.item_values import kind_of

Word = dict[str, Any]
MOST_KEYS = 200
"""Values of one key column that are offered; a table with a row per person has too many to choose from."""


def words_of(content: SetContent) -> list[Word]:
    """Items, inputs, tables, categories and functions of a set, each a dict: kind, code, zh, en (names), note_zh,
    note_en (a line about it), find (lower-case spellings by which people look for it, pinyin and its initials too).

    Tables also have columns (names) and keys ([{name, values}]); functions aliases, signature and examples.
    """
    return [*_named(content), *_tables(content.tables), *_categories(content.items), *_functions()]


def _named(content: SetContent) -> Iterator[Word]:
    categories, sources, types = _labels(PayItem.Category), _labels(PayInput.Source), _labels(PayItem.Type)
    for item in content.items:
        notes = categories[item["category"]] if kind_of(item) == PayItem.Type.NUMBER else types[kind_of(item)]
        yield _word("item", item["code"], item["name"], item["name_en"], *notes)
    for entry in content.inputs:
        zh, en = sources[entry["source"]]
        units = [f" · {unit}" if unit else "" for unit in (entry["unit"], entry["unit_en"])]
        yield _word("input", entry["code"], entry["name"], entry["name_en"], zh + units[0], en + units[1])


def _tables(tables: Iterable[Mapping[str, Any]]) -> Iterator[Word]:
    known = set()
    for table in tables:
        name, columns = table["name"], [name for name, _scale in table["columns"]]
        known.add(name)
        yield {
            **_word("table", name, name, english(name), "、".join(columns), ", ".join(map(english, columns))),
            "columns": [_part(column) for column in columns], "keys": _keys(table),
        }  # fmt: skip
    if CALENDAR not in known:
        yield {**_word("table", CALENDAR, CALENDAR, english(CALENDAR), "", ""), "columns": [], "keys": []}


def _keys(table: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [
        {"name": name, "values": [_part(value) for value in list(dict.fromkeys(_cells(table, at)))[:MOST_KEYS]]}
        for at, (name, kind) in enumerate(table["keys"])
        if kind == "text"
    ]


def _cells(table: Mapping[str, Any], at: int) -> Iterator[str]:
    return (str(keys[at]) for _values, keys, _lower in table["rows"])


def _part(name: str) -> dict[str, str]:
    return {"zh": name, "en": english(name), "find": _spellings(name, english(name))}


def _categories(items: Iterable[Mapping[str, Any]]) -> Iterator[Word]:
    labels = _labels(PayItem.Category)
    for code in dict.fromkeys(item["category"] for item in items):
        yield _word("category", code, labels[code][0], labels[code][1], *labels[code])


def _functions() -> Iterator[Word]:
    for one in all_functions():
        yield {
            **_word("function", one.name, one.aliases[0] if one.aliases else one.name, one.name, one.zh, one.en),
            "aliases": list(one.aliases), "signature": one.signature,
            "examples": [{"formula": example.formula, "result": example.result} for example in one.examples],
        }  # fmt: skip


def _word(kind: str, code: str, zh: str, en: str, note_zh: str, note_en: str) -> Word:
    find = _spellings(zh, en, code)
    return {"kind": kind, "code": code, "zh": zh, "en": en, "note_zh": note_zh, "note_en": note_en, "find": find}


@lru_cache(maxsize=8_000)
def _spellings(*names: str) -> str:
    """The names and how Chinese ones are read, in full and by initials, separated by line ends."""
    readings = ["".join(lazy_pinyin(names[0], style=style)) for style in (Style.NORMAL, Style.FIRST_LETTER)]
    return "\n".join(dict.fromkeys(word.lower() for word in (*names, *readings)))


def _labels(choices: type[TextChoices]) -> dict[str, tuple[str, ...]]:
    """Code → (Chinese, English)."""
    both = []
    for language in ("zh-hans", "en"):
        with override(language):
            both.append([str(label) for label in choices.labels])
    return dict(zip(choices.values, zip(*both, strict=True), strict=True))
