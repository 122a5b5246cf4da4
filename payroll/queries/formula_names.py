"""Formulas with today's names."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from payroll.models import PayInput, PayItem
from payroll.packs.words import in_english
from payroll.rules.formula import FormulaError, to_shown


class FormulaNames:
    """Shows stored formulas; loads the names once, in two statements, when the first formula is shown."""

    @cached_property
    def _names(self) -> dict[str, dict[str, str]]:
        items = PayItem.objects.values_list("code", "name", "name_en")
        inputs = PayInput.objects.values_list("code", "name", "name_en")
        rows = [*items, *inputs]
        return {"zh": {code: zh for code, zh, _en in rows}, "en": {code: en for code, _zh, en in rows}}

    def shown(self, stored: str, language: str) -> str:
        """As one writes it. language: zh or en."""
        return _shown(stored, self._names[language])

    def read(self, stored: str, language: str) -> str:
        """As one reads it: see ``read_formula``."""
        return read_formula(stored, self._names[language], language)


def read_formula(stored: str, names: Mapping[str, str], language: str) -> str:
    """A stored formula with these names (by code), and the packs' words for tables and columns in the language too."""
    shown = _shown(stored, names)
    return in_english(shown) if language == "en" else shown


def _shown(stored: str, names: Mapping[str, str]) -> str:
    try:
        return to_shown(stored, names)
    except FormulaError:
        return stored
