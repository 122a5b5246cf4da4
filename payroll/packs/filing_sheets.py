"""Columns of what is filed with the tax office and the social insurance."""

from __future__ import annotations

from functools import cache
from typing import Literal

from pydantic import TypeAdapter

from payroll.packs.dated import FOLDER, Strict, read_yaml


class FilingColumn(Strict):
    """items, inputs: codes, added up. With neither and no value the column stays empty."""

    title: str
    en: str
    value: Literal["", "code", "name", "id_type", "id_number"] = ""
    items: tuple[str, ...] = ()
    inputs: tuple[str, ...] = ()


class FilingSheets(Strict):
    confidence: Literal["typical"]
    tax: tuple[FilingColumn, ...]
    tax_check: tuple[FilingColumn, ...]
    social: tuple[FilingColumn, ...]


@cache
def filing_sheets() -> FilingSheets:
    return TypeAdapter(FilingSheets).validate_python(read_yaml(FOLDER / "filing_sheets.yaml"))
