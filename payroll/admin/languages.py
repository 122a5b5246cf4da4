"""In which of its two languages a page of payroll is shown."""

from __future__ import annotations

from typing import Literal

from hrsaas.languages import in_chinese


def language() -> Literal["zh", "en"]:
    """The key of the texts that carry both."""
    return "zh" if in_chinese() else "en"
