"""The formula set of a scheme on a day: as it is kept in a version, and compiled."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

from payroll.models import FormulaSetVersion, ParameterTable, PayInput, PayItem, PayScheme
from payroll.packs.statutory_tables import OVERRIDABLE, statutory_tables
from payroll.queries.table_entries import calendar_entries, own_entries, table_entry, table_of, tables_begun
from payroll.rules.formula import (
    CompiledSet,
    HistoryInput,
    Input,
    Item,
    Rounding,
    Table,
    Type,
    compile_set,
    written_texts,
)
from payroll.rules.item_values import kind_of

Entry = dict[str, Any]

# Input that no number of decimals holds → what it is divided by, kept in payslips beside it. Base pay of a month in
# which it changed is the sum of each pay times its working days, over the working days (``people_columns``).
DIVISORS: dict[str, Entry] = {
    "base_pay": {
        "code": "base_pay_days", "name": "基本工资折算天数", "name_en": "days that base pay is the mean of",
        "type": "number", "unit": "天", "unit_en": "days", "scale": 0, "default": "1", "source": "people",
    }
}  # fmt: skip


@dataclass(frozen=True)
class SetContent:
    """All that amounts depend on, as JSON. The order of items and inputs is their place in payslips.

    items: code, name, name_en, category, formula (stored text), scale, rounding, shown; those that are no numbers
    also type, and in a version the texts that a text item can come to (``rules.item_values``).
    inputs: code, name, name_en, type, unit, unit_en, scale, default (text or null), source, and where one is a
    quotient ``per``, the code of what it is divided by (``DIVISORS``). Those that formulas ask
    for by YTD, PREV, SUMPREV and AVGPREV follow at the end, with ``asked`` true.
    tables: as ``queries.table_entries`` writes them.
    """

    items: list[Entry]
    inputs: list[Entry]
    tables: list[Entry]

    @property
    def digest(self) -> str:
        """SHA-256 of the content in one spelling."""
        content = {"items": self.items, "inputs": self.inputs, "tables": self.tables}
        text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()

    def compile(self) -> CompiledSet:
        """Raises FormulaSetError. The last few are kept: a set is compiled once to be checked and to be run."""
        own = [entry for entry in self.inputs if not entry.get("asked")]
        content = SetContent(self.items, own, self.tables)
        return _compiled(_ByDigest(content.digest, lambda: content))


def items_of(scheme: PayScheme) -> list[PayItem]:
    """The items in use, by their place on the payslip."""
    return list(PayItem.objects.filter(scheme=scheme, is_active=True).order_by("order", "code"))


def content_of(
    items: Sequence[PayItem], inputs: Sequence[PayInput], tables: Sequence[ParameterTable], on_date: date
) -> SetContent:
    """The content of these rows with the statutory tables of the day. Raises PackError where the law has none.

    tables: as ``tables_begun`` gives them; one of the names in ``OVERRIDABLE`` stands instead of the statutory one.
    """
    own = own_entries(tables) + calendar_entries((item.formula for item in items), on_date)
    named = {entry["name"] for entry in own} & OVERRIDABLE
    return SetContent(
        [item_entry(item) for item in items],
        [
            *(input_entry(entry) for entry in inputs),
            *(DIVISORS[entry.code] for entry in inputs if entry.code in DIVISORS),
        ],
        [*own, *(table_entry(table) for table in _statutory(on_date) if table.name not in named)],
    )


def current_content(scheme: PayScheme, on_date: date) -> SetContent:
    """What a run for a month that ends on the day is calculated with, in three statements."""
    return content_of(items_of(scheme), list(PayInput.objects.order_by("code")), tables_begun(on_date), on_date)


def with_asked(content: SetContent, compiled: CompiledSet) -> SetContent:
    """The content of a version: with the inputs of history that the formulas ask for, and the texts of text items."""
    items = {entry["code"]: entry for entry in content.items}
    asked = [_asked_entry(entry, items[entry.item_id]) for entry in compiled.inputs if isinstance(entry, HistoryInput)]
    return SetContent(_with_texts(content.items, compiled), [*content.inputs, *asked], content.tables)


def _with_texts(items: Sequence[Entry], compiled: CompiledSet) -> list[Entry]:
    return [
        entry | {"texts": list(written_texts(compiled, at))} if kind_of(entry) == Type.TEXT else entry
        for at, entry in enumerate(items)
    ]


def compiled_version(version: FormulaSetVersion) -> CompiledSet:
    """The version's set, ready to run; the last few are kept, since versions never change."""
    key = _ByDigest(version.digest, lambda: SetContent(version.items, version.inputs, version.tables))
    return _compiled_version(key)


class _ByDigest:
    """A content that is looked up by its digest alone, and not read where it is known."""

    def __init__(self, digest: str, content: Callable[[], SetContent]) -> None:
        self.digest, self.content = digest, content

    def __hash__(self) -> int:
        return hash(self.digest)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _ByDigest) and other.digest == self.digest


@lru_cache(maxsize=16)
def _compiled_version(key: _ByDigest) -> CompiledSet:
    return key.content().compile()


@lru_cache(maxsize=16)
def _compiled(key: _ByDigest) -> CompiledSet:
    content = key.content()
    inputs = [_input(entry) for entry in content.inputs]
    tables = [table_of(entry) for entry in content.tables]
    return compile_set([_item(entry) for entry in content.items], inputs, tables, PayItem.Category.values)


@lru_cache(maxsize=24)
def _statutory(on_date: date) -> tuple[Table, ...]:
    return statutory_tables(on_date)


def item_entry(item: PayItem) -> Entry:
    kind = {} if item.type == PayItem.Type.NUMBER else {"type": str(item.type)}
    return kind | {
        "code": item.code, "name": item.name, "name_en": item.name_en, "category": item.category,
        "formula": item.formula, "scale": item.scale, "rounding": item.rounding, "shown": item.is_shown,
    }  # fmt: skip


def input_entry(entry: PayInput) -> Entry:
    per = {"per": DIVISORS[entry.code]["code"]} if entry.code in DIVISORS else {}
    return per | {
        "code": entry.code, "name": entry.name, "name_en": entry.name_en, "type": entry.type, "unit": entry.unit,
        "unit_en": entry.unit_en, "scale": entry.scale, "default": entry.default, "source": entry.source,
    }  # fmt: skip


def _asked_entry(entry: HistoryInput, item: Entry) -> Entry:
    months = f", {entry.months}" if entry.months else ""
    return {
        "code": entry.key, "name": f"{entry.kind.name}({item['name']}{months})",
        "name_en": f"{entry.kind.name}({item['name_en']}{months})",
        "type": Type.NUMBER.value, "unit": "", "unit_en": "", "scale": entry.scale, "default": None,
        "source": PayInput.Source.HISTORY.value, "asked": True,
        "kind": entry.kind.value, "item": entry.item_id, "months": entry.months,
    }  # fmt: skip


def _item(entry: Mapping[str, Any]) -> Item:
    rounding = Rounding(entry["rounding"])
    kind = Type(kind_of(entry))
    return Item(entry["code"], entry["name"], entry["formula"], entry["scale"], rounding, entry["category"], kind)


def _input(entry: Mapping[str, Any]) -> Input:
    kind = Type(entry["type"])
    default = None if entry["default"] is None else parse_value(kind, entry["default"])
    return Input(entry["name"], kind, entry["unit"], default, entry["scale"], entry["code"], entry.get("per", ""))


def parse_value(kind: str, text: str) -> Decimal | str | bool | date:
    """A value as people write it: 12.5, 2026-03-01, true, or a text. Raises ValueError."""
    if kind == Type.NUMBER:
        try:
            return Decimal(text)
        except InvalidOperation:
            raise ValueError(f"{text!r} is no number") from None
    if kind == Type.DATE:
        return date.fromisoformat(text)
    if kind == Type.BOOL:
        return {"true": True, "false": False}[text.lower()]
    return text


def names_in(entries: Iterable[Mapping[str, Any]], language: str) -> dict[str, str]:
    """Code → name in "zh" or "en", for showing stored formulas."""
    key = "name" if language == "zh" else "name_en"
    return {entry["code"]: entry[key] for entry in entries}
