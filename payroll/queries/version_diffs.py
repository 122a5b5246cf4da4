"""What changed from one formula set to another, as people read it: by names, and amounts as decimals."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from payroll.models import FormulaSetVersion, PayRun, PayScheme
from payroll.packs.statutory_tables import NO_CEILING_FEN
from payroll.packs.words import english
from payroll.queries.formula_names import read_formula
from payroll.queries.formula_sets import SetContent, names_in
from payroll.queries.pay_schemes import default_scheme
from payroll.rules.formula import TableKind
from payroll.rules.formula.civil import as_date
from payroll.rules.version_diffs import Entry, RowChange, changes, differing, row_changes, word_diff

Content = SetContent | FormulaSetVersion
Shown = dict[str, Any]
ITEM_FACTS = ("name", "name_en", "category", "type", "scale", "rounding", "shown")
INPUT_FACTS = ("name", "name_en", "type", "unit", "unit_en", "scale", "default", "source")
TABLE_FACTS = ("kind", "columns", "keys", "edge", "edge_scale", "since", "reference")


def version_diff(before: Content, after: Content) -> Shown:
    """{items, inputs, tables}, each {added, removed, changed}. No statement.

    Entries: code, zh, en; items also formula_zh and formula_en. Changed ones: facts [{field, old, new}]; items also
    formula_zh and formula_en as [[same | gone | new, text]], empty where the formula is the same; tables also rows
    [{keys, from, old, new}] with values by column as decimal text (null: no limit), old or new null where there is no
    such row. A rename is no change of the formulas that read the item.
    """
    return {"items": _items(before, after), "inputs": _inputs(before, after), "tables": _tables(before, after)}


def is_same(diff: Shown) -> bool:
    return not any(part for kind in diff.values() for part in kind.values())


def earlier_version(run: PayRun) -> tuple[PayRun, int] | None:
    """The group's regular run before this one, and the id of the formulas it was calculated with; one statement."""
    runs = PayRun.objects.filter(
        group=run.group_id, scheme=run.scheme_id, month__lt=run.month, kind=PayRun.Kind.REGULAR,
        formula_set__isnull=False,
    )  # fmt: skip
    found = runs.order_by("-month").first()
    return None if found is None else (found, found.formula_set_id)


def scheme_of(version: FormulaSetVersion) -> PayScheme | None:
    """Whose items the version has: of the last run with it."""
    run = PayRun.objects.filter(formula_set=version.pk).select_related("scheme").order_by("-month").first()
    return default_scheme() if run is None else run.scheme


def _items(before: Content, after: Content) -> Shown:
    found = changes(before.items, after.items, "code", (*ITEM_FACTS, "formula"))
    old_names, new_names = _names(before), _names(after)
    return {
        "added": [_formula_entry(entry, new_names) for entry in found.added],
        "removed": [_formula_entry(entry, old_names) for entry in found.removed],
        "changed": [
            {**_entry(new), "facts": _facts(old, new, ITEM_FACTS), **_formula_diff(old, new, old_names, new_names)}
            for old, new in found.changed
        ],
    }


def _inputs(before: Content, after: Content) -> Shown:
    """Without the history that formulas ask for: it follows from the formulas."""
    old, new = ([entry for entry in content.inputs if not entry.get("asked")] for content in (before, after))
    found = changes(old, new, "code", INPUT_FACTS)
    return {
        "added": [_entry(entry) for entry in found.added],
        "removed": [_entry(entry) for entry in found.removed],
        "changed": [{**_entry(new), "facts": _facts(old, new, INPUT_FACTS)} for old, new in found.changed],
    }


def _tables(before: Content, after: Content) -> Shown:
    found = changes(before.tables, after.tables, "name", (*TABLE_FACTS, "rows"))
    return {
        "added": [_table(entry) for entry in found.added],
        "removed": [_table(entry) for entry in found.removed],
        "changed": [_table_change(old, new) for old, new in found.changed],
    }


def _table_change(old: Entry, new: Entry) -> Shown:
    facts = [fact for fact in _facts(old, new, TABLE_FACTS) if fact["field"] not in ("columns", "keys", "edge_scale")]
    rows = [_row(change, old, new) for change in row_changes(old["rows"], new["rows"])]
    return {**_table(new), "facts": facts, "rows": rows}


def _row(change: RowChange, old: Entry, new: Entry) -> Shown:
    table = new if change.new is not None else old
    return {
        "keys": [str(key) for key in change.keys], "from": _lower(change.lower, table),
        "old": _values(change.old, old), "new": _values(change.new, new),
    }  # fmt: skip


def _lower(lower: int | None, table: Entry) -> str | None:
    if lower is None:
        return None
    if table["kind"] == TableKind.CALENDAR:
        return as_date(lower).isoformat()
    return str(Decimal(lower).scaleb(-table["edge_scale"]))


def _values(values: Sequence[int] | None, table: Entry) -> dict[str, str | None] | None:
    if values is None:
        return None
    return {
        name: None if value == NO_CEILING_FEN else str(Decimal(value).scaleb(-scale))
        for (name, scale), value in zip(table["columns"], values, strict=True)
    }


def _formula_diff(old: Entry, new: Entry, old_names: dict[str, Any], new_names: dict[str, Any]) -> Shown:
    if old["formula"] == new["formula"]:
        return {"formula_zh": [], "formula_en": []}
    shown = {}
    for language in ("zh", "en"):
        names = old_names[language] | new_names[language]  # today's names, so that a rename is no change
        texts = [read_formula(entry["formula"], names, language) for entry in (old, new)]
        shown[f"formula_{language}"] = [list(part) for part in word_diff(*texts)]
    return shown


def _formula_entry(entry: Entry, names: dict[str, Any]) -> Shown:
    formulas = {f"formula_{key}": read_formula(entry["formula"], names[key], key) for key in ("zh", "en")}
    return {**_entry(entry), **formulas}


def _entry(entry: Entry) -> Shown:
    return {"code": entry["code"], "zh": entry["name"], "en": entry["name_en"]}


def _table(entry: Entry) -> Shown:
    return {"code": entry["name"], "zh": entry["name"], "en": english(entry["name"])}


def _facts(old: Entry, new: Entry, facts: Sequence[str]) -> list[Shown]:
    return [{"field": fact, "old": old.get(fact), "new": new.get(fact)} for fact in differing(old, new, facts)]


def _names(content: Content) -> dict[str, dict[str, str]]:
    return {language: names_in((*content.items, *content.inputs), language) for language in ("zh", "en")}
