"""Layouts of batch payment files."""

from __future__ import annotations

from functools import cache
from typing import Literal

from pydantic import TypeAdapter, field_validator

from payroll.packs.dated import FOLDER, Strict, Text, read_yaml

ROW_VALUES = ("number", "account", "holder", "amount", "fen", "bank", "branch", "code", "note")
TOTAL_VALUES = ("count", "total", "total_fen", "payer_account", "payer_name", "date", "note")
CONSTANT = "text:"


class Column(Strict):
    title: str
    value: Literal["number", "account", "holder", "amount", "fen", "bank", "branch", "code", "note"]


class TotalLine(Strict):
    """values: of TOTAL_VALUES, or ``text:…`` as written."""

    place: Literal["first", "last"]
    values: tuple[str, ...]

    @field_validator("values")
    @classmethod
    def known(cls, values: tuple[str, ...]) -> tuple[str, ...]:
        for value in values:
            if value not in TOTAL_VALUES and not value.startswith(CONSTANT):
                raise ValueError(f"{value} is no value of a total line")
        return values


class BankLayout(Strict):
    """encoding, delimiter: of csv. confidence: what is in common use, to be compared with the branch's template."""

    key: str
    name: Text
    confidence: Literal["typical"]
    reference: str
    format: Literal["csv", "xlsx"]
    extension: str
    encoding: str = "utf-8"
    delimiter: str = ","
    columns: tuple[Column, ...]
    header: bool
    total: TotalLine


class _File(Strict):
    layouts: tuple[BankLayout, ...]


@cache
def bank_layouts() -> dict[str, BankLayout]:
    """By key, in the order of the file."""
    read = TypeAdapter(_File).validate_python(read_yaml(FOLDER / "bank_layouts.yaml"))
    return {layout.key: layout for layout in read.layouts}
