"""Columns of what is filed with the tax office and the social insurance."""

from __future__ import annotations

from functools import cache
from typing import Literal

from pydantic import TypeAdapter

from payroll.packs.dated import FOLDER, Strict, Text, read_yaml
from payroll.rules.statutory.additional_deductions import Deduction


class FilingColumn(Strict):
    """items, inputs: codes, added up. first: of these items the first that the scheme has. claims: kinds of special
    additional deductions, of the year so far. With none of them and no value the column stays empty."""

    title: str
    en: str
    value: Literal["", "code", "name", "id_type", "id_number"] = ""
    items: tuple[str, ...] = ()
    inputs: tuple[str, ...] = ()
    first: tuple[str, ...] = ()
    claims: tuple[Deduction, ...] = ()


class ApartSheet(Strict):
    """What is taxed apart from the year. of: the item that a scheme of this kind has. tax: items withheld there."""

    name: Text
    of: str
    tax: tuple[str, ...]
    columns: tuple[FilingColumn, ...]


class FilingSheets(Strict):
    confidence: Literal["typical"]
    tax: tuple[FilingColumn, ...]
    tax_check: tuple[FilingColumn, ...]
    apart: tuple[ApartSheet, ...]
    social: tuple[FilingColumn, ...]


@cache
def filing_sheets() -> FilingSheets:
    return TypeAdapter(FilingSheets).validate_python(read_yaml(FOLDER / "filing_sheets.yaml"))
