"""What a row of a parameter table says and where it stands in the law, for explanations."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from payroll.packs.average_wages import severance_exemption
from payroll.packs.dated import PackError, Period, in_force
from payroll.packs.minimum_wages import minimum_wages
from payroll.packs.social_insurance import find_city
from payroll.packs.statutory_tables import KINDS, MINIMUM_WAGES, NO_CEILING_FEN, SEVERANCE, tax_entry

CITY_TABLES = ("社保", "社保单位", "公积金")
FUND = "公积金"
_CALL = re.compile(r"(?:PARAM|参数)\s*[(（](.*)[)）]", re.IGNORECASE | re.DOTALL)
_TEXT = re.compile(r'["“”]([^"“”]*)["“”]')


def written_row(tables: Sequence[Mapping[str, Any]], text: str) -> tuple[Mapping[str, Any], int] | None:
    """The table and row that a PARAM(...) of nothing but texts reads: its value is known before any person's is."""
    call = _CALL.fullmatch(text.strip())
    if call is None or _TEXT.sub("", call[1]).strip(" ,，\t\r\n"):
        return None
    texts = _TEXT.findall(call[1])
    for table in tables:
        if texts and table["name"] == texts[0]:
            return next(((table, at) for at, row in enumerate(table["rows"]) if list(row[1]) == texts[2:]), None)
    return None


def row_reference(table: Mapping[str, Any], row: int, on_date: date | None) -> dict[str, Any]:
    """table, row (0-based), keys, from (where a segment begins), values by column, reference, since (the day from which
    this version holds, ISO; "" where it is not known); decimals as text. on_date: the day whose law counts."""
    values, keys, lower = table["rows"][row]
    return {
        "table": table["name"],
        "row": row,
        "keys": dict(zip((name for name, _kind in table["keys"]), keys, strict=True)),
        "from": None if lower is None else str(Decimal(lower).scaleb(-table["edge_scale"])),
        "values": {
            name: None if value == NO_CEILING_FEN else str(Decimal(value).scaleb(-scale))
            for (name, scale), value in zip(table["columns"], values, strict=True)
        },
        "reference": table.get("reference") or _statutory_reference(table["name"], keys, on_date),
        "since": table.get("since") or _statutory_since(table["name"], keys, on_date),
    }


def _statutory_since(name: str, keys: list[Any], on_date: date | None) -> str:
    if on_date is None:
        return ""
    if name == SEVERANCE:
        return severance_exemption(keys[0], on_date).effective_from.isoformat()
    version = in_force(_versions(name, keys), on_date)
    return "" if version is None else version.effective_from.isoformat()


def _versions(name: str, keys: list[Any]) -> Sequence[Period]:
    """All versions in the packs of a row of a statutory table; none for other tables."""
    entry = tax_entry(name, keys)
    if entry is not None:
        return entry.values
    if name == MINIMUM_WAGES:
        return _wage_versions(keys[0])
    if name in CITY_TABLES and keys:
        return _city_versions(name, keys)
    return ()


def _wage_versions(city: str) -> Sequence[Period]:
    try:
        return minimum_wages().cities.get(find_city(city).slug, ())
    except PackError:
        return ()


def _city_versions(name: str, keys: list[Any]) -> Sequence[Period]:
    try:
        pack = find_city(keys[0])
    except PackError:
        return ()
    if name == FUND:
        return pack.housing_fund
    return next((versions for kind, versions in pack.insurances.items() if KINDS[kind] == keys[1]), ())


def _statutory_reference(name: str, keys: list[Any], on_date: date | None) -> str:
    entry = tax_entry(name, keys)
    if entry is not None:
        return entry.reference
    if name == SEVERANCE and on_date is not None:
        return severance_exemption(keys[0], on_date).reference
    if name == MINIMUM_WAGES:
        return minimum_wages().reference
    if name in CITY_TABLES and keys:
        try:
            return find_city(keys[0]).source
        except PackError:
            return ""
    return ""
