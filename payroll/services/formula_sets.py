"""Versions of formula sets, and their mistakes as people read them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from difflib import get_close_matches
from typing import Any

from hrsaas.access.actors import Actor
from hrsaas.errors import DomainError
from hrsaas.tenancy.queries.tenants import current_tenant
from payroll.models import FormulaSetVersion, PayScheme
from payroll.packs.dated import PackError
from payroll.queries.formula_sets import SetContent, current_content, names_in, with_asked
from payroll.queries.version_diffs import scheme_of, version_diff
from payroll.rules.formula import CompiledSet, FormulaError, FormulaSetError, to_shown
from payroll.rules.formula.tokens import tokenize
from payroll.rules.positions import typed_position

_ID = re.compile(r"\[?@([a-z][a-z0-9_]*)\]?")


def version_for(*, scheme: PayScheme, on_date: date, actor: Actor, now: datetime) -> FormulaSetVersion:
    """The version of what the scheme's set is today with the parameters of a day; the same content is the same row."""
    content = content_or_refused(scheme, on_date)
    content = with_asked(content, compiled_or_refused(content))
    version: FormulaSetVersion
    version, _created = FormulaSetVersion.objects.get_or_create(
        digest=content.digest,
        defaults={
            "items": content.items, "inputs": content.inputs, "tables": content.tables, "on_date": on_date,
            "created_at": now, "created_by": actor.label[:200],
        },
    )  # fmt: skip
    return version


def diff_to_today(*, version: FormulaSetVersion, actor: Actor, now: datetime) -> dict[str, Any]:
    """What changed since the version, as ``queries.version_diffs.version_diff`` says. Errors: as content_or_refused."""
    actor.require("payroll.item.view")
    scheme, today = scheme_of(version), now.astimezone(current_tenant().zone).date()
    assert scheme is not None, "where there is a version, there are items"
    return version_diff(version, content_or_refused(scheme, today))


def content_or_refused(scheme: PayScheme, on_date: date) -> SetContent:
    """The scheme's set with the parameters of a day; DomainError payroll.packs.* where no pack has that day's law."""
    try:
        return current_content(scheme, on_date)
    except PackError as error:
        raise pack_refusal(error) from None


def compiled_or_refused(content: SetContent, typed: Mapping[str, str] | None = None) -> CompiledSet:
    """Compile, or DomainError payroll.formula.* with every mistake.

    typed: item → its formula as somebody just typed it; positions count characters of that text, else of the formula
    as it is shown.
    """
    try:
        return content.compile()
    except FormulaSetError as error:
        raise refusal(error.errors, content, typed or {}) from None
    except ValueError as error:  # a default that does not fit its input, a table that does not hold together
        raise DomainError(
            "payroll.formula.bad_set", zh=f"公式集有误：{error}", en=f"Bad formula set: {error}"
        ) from None


def refusal(errors: Sequence[FormulaError], content: SetContent, typed: Mapping[str, str]) -> DomainError:
    """The first mistake as the error, all of them in ``extra["errors"]``."""
    faults = [fault_of(error, content, typed) for error in errors]
    first = faults[0]
    return DomainError(
        first["code"], zh=first["zh"], en=first["en"], field="formula", position=first["position"],
        extra={"errors": faults},
    )  # fmt: skip


def fault_of(error: FormulaError, content: SetContent, typed: Mapping[str, str]) -> dict[str, Any]:
    """One mistake: code, item, position (0-based, in the text as typed or shown), zh, en, path, suggestions (near
    names to write instead; suggestions_en: the English ones).
    """
    item = next((entry for entry in content.items if entry["code"] == error.item), None)
    text, position = "", error.pos
    if item is not None:
        text = typed.get(error.item) or shown_formula(item["formula"], content)
        position = _position(item["formula"], text, error)
    near = text[position : position + 12]
    at_zh = f"（第 {position + 1} 个字符“{near}”处）" if near else ""
    at_en = f" (character {position + 1}, at '{near}')" if near else ""
    named_zh, named_en = (f"“{item['name']}”:", f"{item['name_en']}: ") if item else ("", "")
    return {
        "code": f"payroll.formula.{error.code.lower()}", "item": error.item, "position": position,
        "zh": f"{named_zh}{_named(error.zh, content, 'zh')}{at_zh}",
        "en": f"{named_en}{_named(error.en, content, 'en')}{at_en}", "path": list(error.path),
        "suggestions": [_named(one, content, "zh") for one in error.suggestions],
        "suggestions_en": _english_near(error, content, text[position:]),
    }  # fmt: skip


def _english_near(error: FormulaError, content: SetContent, rest: str) -> list[str]:
    """The compiler knows Chinese names only; who misspells an English one is helped by English ones."""
    if error.code != "UNKNOWN_NAME":
        return list(error.suggestions)
    names = {entry["name_en"]: entry["name"] for entry in (*content.items, *content.inputs)}
    token = tokenize(rest)[0]
    near = get_close_matches(token.text.lower(), names, n=3)
    return near or [en for en, zh in names.items() if zh in error.suggestions] or list(error.suggestions)


def _named(text: str, content: SetContent, language: str) -> str:
    """The compiler knows things by id; people know them by name."""
    names = names_in((*content.items, *content.inputs), language)
    return _ID.sub(lambda found: names.get(found.group(1), found.group()), text)


def _position(stored: str, text: str, error: FormulaError) -> int:
    try:
        return typed_position(stored, text, error.pos)
    except (FormulaError, ValueError):  # the text has no tokens: the position is that of the text itself
        return error.pos


def shown_formula(stored: str, content: SetContent, language: str = "zh") -> str:
    """A stored formula with names instead of ids; as it is stored where it has no tokens."""
    try:
        return to_shown(stored, names_in((*content.items, *content.inputs), language))
    except FormulaError:
        return stored


def pack_refusal(error: PackError) -> DomainError:
    """A pack that knows no such thing, as people read it."""
    return DomainError(error.code, zh=error.zh, en=error.en)
