"""Why a line of a payslip is what it is: the tree of formulas, values and where they came from, in both languages.

A node is a dict: kind (item, input, table, part), code, zh, en (names or texts of the formula), value (decimal text or
null), unit, error (null or {code, zh, en}), children; items add formula_zh and formula_en, inputs and tables source.
Items also have manual: null, or {set_by, set_at, reason, formula_value} where somebody set the amount by hand; formula
and children then say how the formula would have come to formula_value (decimal text or null).
The tree is computed again from the payslip's own inputs and formula set, so it says the same years later.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Any

from hrsaas.errors import NotFound
from payroll.models import ManualAmount, Payslip
from payroll.packs.words import english
from payroll.queries.audits import values_of
from payroll.queries.formula_names import read_formula
from payroll.queries.formula_sets import SetContent, compiled_version, names_in
from payroll.queries.input_sources import Sources
from payroll.queries.manual_amounts import amounts_of
from payroll.queries.table_entries import version_of
from payroll.queries.table_references import row_reference, written_row
from payroll.rules.formula import (
    CompiledSet,
    Explanation,
    Outcome,
    PersonValue,
    RowError,
    Trace,
    Type,
    explain,
)
from payroll.rules.formula.civil import as_date
from payroll.rules.item_values import kind_of, value_of

Node = dict[str, Any]
SHOWN_DECIMALS = 6
"""Parts of a formula are exact fractions; people see this many decimals."""


def explained(slip: Payslip, code: str) -> Node:
    """The tree of one item of a payslip. NotFound where its formula set has no such item."""
    version = slip.run.formula_set
    assert version is not None, "payslips have a formula set"
    if version.item_position(code) is None:
        raise NotFound("payroll.item", code)
    content = SetContent(version.items, version.inputs, version.tables)
    values = values_of(slip, version.inputs)
    manual = amounts_of(slip.run, version, slip.employee_id)
    return person_explained(content, compiled_version(version), values, code, Sources(slip).of, version.on_date, manual)


def person_explained(
    content: SetContent,
    compiled: CompiledSet,
    values: Mapping[str, PersonValue],
    code: str,
    source: Callable[[Mapping[str, Any]], Node] | None = None,
    on_date: date | None = None,
    manual: Mapping[str, ManualAmount] | None = None,
) -> Node:
    """The tree of one item over a person's inputs. source: what stands behind an input, for its node.

    on_date: the day whose law counts, for the dates of statutory rows. manual: amounts set by hand, by item.
    """
    manual = manual or {}
    explanations = explain(compiled, values, {code: row.amount_fen for code, row in manual.items()})
    tree = _Tree(content, explanations, source, on_date, manual)
    return tree.item(code)


@dataclass
class _Tree:
    content: SetContent
    explanations: Mapping[str, Explanation]
    source: Callable[[Mapping[str, Any]], Node] | None
    on_date: date | None
    manual: Mapping[str, ManualAmount]
    met: set[str] = field(default_factory=set)
    texts: dict[tuple[str, str], str] = field(default_factory=dict)

    def item(self, code: str) -> Node:
        """An item with its formula; one that was explained further up is only named (``again``)."""
        entry = _entry(self.content.items, code)
        explanation = self.explanations[code]
        node = {
            "kind": "item", "code": code, "zh": entry["name"], "en": entry["name_en"],
            "value": _item_value(entry, explanation.outcome), "unit": "", "manual": self.by_hand(code),
            "error": self.error(explanation.outcome.error), "formula_zh": self.shown(entry["formula"], "zh"),
            "formula_en": self.shown(entry["formula"], "en"), "again": code in self.met, "children": [],
        }  # fmt: skip
        if code not in self.met:
            self.met.add(code)
            node["children"] = self.parts(explanation.tree)
        return node

    def by_hand(self, code: str) -> Node | None:
        row, formula = self.manual.get(code), self.explanations[code].formula
        if row is None or formula is None:
            return None
        return {
            "set_by": row.set_by, "set_at": row.set_at.isoformat(), "reason": row.reason,
            "formula_value": _at_scale(formula.amount, _entry(self.content.items, code)),
        }  # fmt: skip

    def parts(self, trace: Trace) -> list[Node]:
        """The leaves' own nodes and the written parts in between; the formula itself is already shown."""
        if trace.source or self.quotient(trace):
            return [self.node(trace)]
        return [self.node(child) for child in trace.children]

    def node(self, trace: Trace) -> Node:
        kind, _, code = trace.source.partition(":")
        if kind == "item":
            return self.item(code)
        if kind == "input":
            return self.input(code, trace)
        if kind == "table":
            return self.table(code, trace)
        quotient = self.quotient(trace)
        if quotient:
            return self.shared(quotient, trace)
        constant = None if trace.children else written_row(self.content.tables, trace.text)
        if constant is not None:
            names = {language: self.shown(trace.text, language) for language in ("zh", "en")}
            return {**self.row(trace, *constant), **names}
        return {
            "kind": "part", "code": "", "zh": self.shown(trace.text, "zh"), "en": self.shown(trace.text, "en"),
            "value": _plain(trace.value), "unit": "", "error": self.error(trace.error),
            "children": [self.node(child) for child in trace.children],
        }  # fmt: skip

    def input(self, code: str, trace: Trace) -> Node:
        entry = _entry(self.content.inputs, code)
        value = as_date(int(trace.value)).isoformat() if entry["type"] == Type.DATE and trace.value else trace.value
        return {
            "kind": "input", "code": code, "zh": entry["name"], "en": entry["name_en"], "value": _plain(value),
            "unit": entry["unit"], "unit_en": entry["unit_en"], "error": self.error(trace.error), "children": [],
            "source": self.source(entry) if self.source else {"from": entry["source"]},
        }  # fmt: skip

    def quotient(self, trace: Trace) -> str:
        """The code of the input that the trace reads divided by another one; '' if it does no such thing."""
        codes = [child.source.removeprefix("input:") for child in trace.children]
        pairs = {entry["code"]: entry["per"] for entry in self.content.inputs if "per" in entry}
        return codes[0] if len(codes) == 2 and codes[0] in pairs and pairs[codes[0]] == codes[1] else ""

    def shared(self, code: str, trace: Trace) -> Node:
        """An input that is a quotient: its value, and what was divided where that is not 1."""
        node, (above, below) = self.input(code, trace), trace.children
        if below.value != 1:
            unit = {"unit": node["unit"], "unit_en": node["unit_en"]}
            node["children"] = [
                {**_part(above), **unit, "zh": "各段金额 × 工作日数之和", "en": "each amount times its working days"},
                {**_part(below), "zh": "工作日数", "en": "working days"},
            ]
        return node

    def table(self, place: str, trace: Trace) -> Node:
        name, _, row = place.partition("#")
        row, _, version = row.partition("@")
        table = next(entry for entry in self.content.tables if entry["name"] == name)
        return self.row(trace, version_of(table, int(version) if version else None), int(row) if row else None)

    def row(self, trace: Trace, table: Mapping[str, Any], row: int | None) -> Node:
        """A value read from a table; row: None where there was none."""
        name = table["name"]
        return {
            "kind": "table", "code": name, "zh": name, "en": english(name), "value": _plain(trace.value), "unit": "",
            "error": self.error(trace.error),
            "source": {} if row is None else row_reference(table, row, self.on_date),
            "children": [self.node(child) for child in trace.children],
        }  # fmt: skip

    def shown(self, stored: str, language: str) -> str:
        """With names; a part of a formula that has no tokens of its own stays as it is."""
        if (stored, language) not in self.texts:
            self.texts[stored, language] = read_formula(stored, self.names[language], language)
        return self.texts[stored, language]

    @cached_property
    def names(self) -> dict[str, dict[str, str]]:
        entries = (*self.content.items, *self.content.inputs)
        return {language: names_in(entries, language) for language in ("zh", "en")}

    def error(self, error: RowError | None) -> dict[str, str] | None:
        if error is None:
            return None
        return {"code": error.code, "zh": self.shown_text(error.zh, "zh"), "en": self.shown_text(error.en, "en")}

    def shown_text(self, text: str, language: str) -> str:
        for code, name in self.names[language].items():
            text = text.replace(f"[@{code}]", name)
        return text


def _entry(entries: list[dict[str, Any]], code: str) -> dict[str, Any]:
    return next(entry for entry in entries if entry["code"] == code)


def _at_scale(amount: int | None, item: Mapping[str, Any]) -> str | None:
    return None if amount is None else str(Decimal(amount).scaleb(-item["scale"]))


def _part(trace: Trace) -> Node:
    return {"kind": "part", "code": "", "value": _plain(trace.value), "unit": "", "error": None, "children": []}


def _item_value(entry: Mapping[str, Any], outcome: Outcome) -> str | bool | None:
    """A condition as such, a date as YYYY-MM-DD, a number at the item's scale."""
    if outcome.text is not None or outcome.amount is None:
        return outcome.text
    if kind_of(entry) == Type.BOOL:
        return bool(outcome.amount)
    return value_of(entry, outcome.amount, ())


def _plain(value: Any) -> str | bool | None:
    """Numbers as decimal text without trailing zeros; dates, which are whole days here, as YYYY-MM-DD."""
    if isinstance(value, Fraction):
        rounded = Fraction(round(value * 10**SHOWN_DECIMALS), 10**SHOWN_DECIMALS)
        text = f"{Decimal(rounded.numerator) / Decimal(rounded.denominator):.{SHOWN_DECIMALS}f}"
        return text.rstrip("0").rstrip(".")
    if isinstance(value, int) and not isinstance(value, bool):
        return as_date(value).isoformat()
    return value if value is None or isinstance(value, bool) else str(value)
