"""What a row of a parameter table says and where it stands in the law, for explanations."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from payroll.packs.dated import PackError
from payroll.packs.income_tax import income_tax_pack
from payroll.packs.social_insurance import find_city
from payroll.packs.statutory_tables import NO_CEILING_FEN, TAX_TABLES

CITY_TABLES = ("社保", "社保单位", "公积金")


def row_reference(table: Mapping[str, Any], row: int) -> dict[str, Any]:
    """table, row (0-based), keys, from (where a segment begins), values by column, reference; decimals as text."""
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
        "reference": table.get("reference") or _statutory_reference(table["name"], keys),
    }


def _statutory_reference(name: str, keys: list[Any]) -> str:
    pack = income_tax_pack()
    if name in TAX_TABLES:
        return pack.tables[TAX_TABLES[name]].reference
    if name == "个税参数":
        return pack.amounts["basic_deduction"].reference
    if name in CITY_TABLES and keys:
        try:
            return find_city(keys[0]).source
        except PackError:
            return ""
    return ""
