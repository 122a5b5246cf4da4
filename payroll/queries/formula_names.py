"""Formulas with today's names."""

from __future__ import annotations

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
        try:
            return to_shown(stored, self._names[language])
        except FormulaError:
            return stored

    def read(self, stored: str, language: str) -> str:
        """As one reads it: the packs' words for tables and columns are in the language too."""
        shown = self.shown(stored, language)
        return in_english(shown) if language == "en" else shown
