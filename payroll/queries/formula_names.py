"""Formulas with today's names."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from payroll.models import PayInput, PayItem
from payroll.packs.words import in_english
from payroll.rules.formula import FormulaError, to_shown


class FormulaNames:
    """Shows items' formulas by the names of their scheme; loads the names once, in two statements, when the first
    formula is shown. language: zh or en.
    """

    @cached_property
    def _inputs(self) -> list[tuple[str, str, str]]:
        return list(PayInput.objects.values_list("code", "name", "name_en"))

    @cached_property
    def _items(self) -> dict[int, list[tuple[str, str, str]]]:
        found: dict[int, list[tuple[str, str, str]]] = {}
        for scheme, *row in PayItem.objects.values_list("scheme", "code", "name", "name_en"):
            found.setdefault(scheme, []).append(tuple(row))
        return found

    def __init__(self) -> None:
        self._known: dict[tuple[str, int], dict[str, str]] = {}

    def _names(self, language: str, scheme: int) -> dict[str, str]:
        if (language, scheme) not in self._known:
            rows = [*self._items.get(scheme, ()), *self._inputs]
            self._known[language, scheme] = {code: zh if language == "zh" else en for code, zh, en in rows}
        return self._known[language, scheme]

    def shown(self, item: PayItem, language: str) -> str:
        """As one writes it."""
        return _shown(item.formula, self._names(language, item.scheme_id))

    def read(self, item: PayItem, language: str) -> str:
        """As one reads it: see ``read_formula``."""
        return read_formula(item.formula, self._names(language, item.scheme_id), language)


def read_formula(stored: str, names: Mapping[str, str], language: str) -> str:
    """A stored formula with these names (by code), and the packs' words for tables and columns in the language too."""
    shown = _shown(stored, names)
    return in_english(shown) if language == "en" else shown


def _shown(stored: str, names: Mapping[str, str]) -> str:
    try:
        return to_shown(stored, names)
    except FormulaError:
        return stored
