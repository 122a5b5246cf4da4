"""Explanation trees as pages show them: one language, sources as sentences."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from payroll.packs.words import english
from payroll.rules.item_values import CONDITIONS

Node = dict[str, Any]


def readable(node: Node, language: str) -> Node:
    """label, formula, value, unit, error, source (lines of (text, link)), again, children."""
    unit = node["unit"] if language == "zh" else node.get("unit_en", node["unit"])
    return {
        "kind": node["kind"],
        "label": node[language],
        "formula": node.get(f"formula_{language}", ""),
        "value": CONDITIONS[language][node["value"]] if isinstance(node["value"], bool) else node["value"],
        "unit": unit,
        "error": node["error"][language] if node["error"] else "",
        "source": [*_by_hand(node), *_source(node, language)],
        "again": node.get("again", False),
        "children": [readable(child, language) for child in node["children"] if not _is_number(child)],
    }


def _is_number(node: Node) -> bool:
    """A number as it stands in the formula: "60 = 60" tells nobody anything."""
    return node["kind"] == "part" and not node["children"] and node["zh"] == node["value"]


def _by_hand(node: Node) -> list[tuple[str, str]]:
    manual = node.get("manual")
    if not manual:
        return []
    said = {**manual, "formula_value": manual["formula_value"] or "–"}
    text = _("Set by hand by %(set_by)s (%(reason)s). The formula would have given %(formula_value)s.") % said
    return [(text, "")]


def _source(node: Node, language: str) -> list[tuple[str, str]]:
    source = node.get("source") or {}
    if node["kind"] == "table":
        return _row(source, language) if source else []
    if source.get("from") == "history":
        return _earlier(source, language)
    if source.get("from") == "claims":
        return [_claim(one, language) for one in source["claims"]]
    write = {
        "entered": _entered, "default": _default, "attendance": _days, "performance": _score, "people": _assignments,
    }.get(source.get("from", ""))  # fmt: skip
    return write(source) if write and len(source) > 1 else []


def _row(source: Node, language: str) -> list[tuple[str, str]]:
    """The version, then the row, then the law."""
    word = english if language == "en" else str
    cells = ", ".join(f"{word(name)} {value}" for name, value in source["values"].items() if value is not None)
    keys = " · ".join(word(str(key)) for key in source["keys"].values())
    begins = _("from %(value)s") % {"value": source["from"]} if source["from"] is not None else ""
    text = "; ".join(part for part in (keys, begins, cells) if part)
    lines = [_("Row %(row)s: %(text)s") % {"row": source["row"] + 1, "text": text}]
    if source["since"]:
        lines.insert(0, _("Version in force from %(day)s") % {"day": source["since"]})
    if source["reference"]:
        lines.append(_("Reference: %(text)s") % {"text": source["reference"]})
    return [(line, "") for line in lines]


def _entered(source: Node) -> list[tuple[str, str]]:
    return [(_("Entered for %(month)s: %(value)s") % source, "")]


def _default(source: Node) -> list[tuple[str, str]]:
    return [(_("No value; the default counts: %(default)s") % source, "")] if source["default"] is not None else []


def _days(source: Node) -> list[tuple[str, str]]:
    if not source["days"]:
        return [(_("No day of the timesheet counts"), "")]
    days = ", ".join(f"{day['date'][5:]} ({day['value']})" for day in source["days"])
    return [(_("Days of the timesheet: %(days)s") % {"days": days}, "")]


def _score(source: Node) -> list[tuple[str, str]]:
    if source["score"] is None:
        return [(_("No score in %(month)s") % source, "")]
    return [(_("Score of %(month)s: %(score)s") % source, "")]


def _earlier(source: Node, language: str) -> list[tuple[str, str]]:
    opening = source["opening"]
    first = [(_("Opening balance of %(month)s: %(value)s") % opening, "")] if opening else []
    return (
        first
        + [
            (f"{one['month']}: {one['value']}", reverse("admin:payroll_payslip_change", args=[one["payslip"]]))
            for one in source["payslips"]
        ]
        + [_difference(one, language) for one in source.get("retro", [])]
    )


def _difference(one: Node, language: str) -> tuple[str, str]:
    text = _("%(month)s %(item)s: paid %(paid)s, due %(due)s, difference %(difference)s")
    return text % {**one, "item": one[language]}, reverse("admin:payroll_payrun_change", args=[one["run"]])


def _claim(one: Node, language: str) -> tuple[str, str]:
    text = _("Claim: %(kind)s, %(start)s to before %(end)s") if one["end"] else _("Claim: %(kind)s, from %(start)s")
    return text % {**one, "kind": one[language]}, ""


def _assignments(source: Node) -> list[tuple[str, str]]:
    return [(_assignment(one), "") for one in source["assignments"]]


def _assignment(one: Node) -> str:
    days = ngettext("%(days)s working day", "%(days)s working days", one["days"]) % one
    parts = (f"{one['start']} – {one['end']}", days, one["city"], one.get("base_pay", ""))
    return " · ".join(part for part in parts if part)
