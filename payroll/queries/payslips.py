"""Payslips as lines and as rows of a file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from payroll.models import PayRun, Payslip
from payroll.rules.formula import Type
from payroll.rules.item_values import CONDITIONS, kind_of, shown_value, value_of

NO_VALUE = ""


def lines(slip: Payslip, *, shown_only: bool = False) -> list[dict[str, Any]]:
    """One dict per item in order: code, name, name_en, category, shown, type, amount (decimal text; null: failed, or
    no number), value (``item_values.value_of``; null: failed), zh, en (the value as people read it).
    """
    version = slip.run.formula_set
    assert version is not None, "payslips have a formula set"
    return [
        {
            "code": item["code"], "name": item["name"], "name_en": item["name_en"], "category": item["category"],
            "shown": item["shown"], "type": kind_of(item), **_values(item, amount, slip.texts),
        }
        for item, amount in zip(version.items, slip.amounts, strict=True)
        if item["shown"] or not shown_only
    ]  # fmt: skip


def _values(item: Mapping[str, Any], amount: int | None, texts: Sequence[str | None]) -> dict[str, str | None]:
    value = value_of(item, amount, texts)
    return {
        "amount": value if kind_of(item) == Type.NUMBER else None, "value": value,
        **{language: shown_value(item, amount, texts, language) for language in CONDITIONS},
    }  # fmt: skip


def regular_run(month: date) -> PayRun | None:
    """The month's calculated run of everybody."""
    runs = PayRun.objects.filter(month=month, kind=PayRun.Kind.REGULAR, formula_set__isnull=False)
    return runs.select_related("formula_set").order_by("group__code").first()


def export_header(month: date) -> list[str]:
    """employee_code, name, the name of every item, gross, tax, net, error; items as the month's run has them."""
    run = regular_run(month)
    items = [] if run is None or run.formula_set is None else run.formula_set.items
    return ["employee_code", "name", *(item["name"] for item in items), "gross", "tax", "net", "error"]


def export_rows(month: date) -> Iterator[list[Any]]:
    """Rows under ``export_header`` by employee number, amounts in yuan with two decimals, other values as
    ``item_values.value_of`` writes them; empty where one failed.
    """
    run = regular_run(month)
    if run is None or run.formula_set is None:
        return
    items = run.formula_set.items
    slips = Payslip.objects.filter(run=run).order_by("employee_code").values_list(
        "employee_code", "employee_name", "texts", "amounts", "gross_fen", "tax_fen", "net_fen", "error"
    )  # fmt: skip
    for code, name, texts, amounts, *fen, error in slips.iterator(chunk_size=2_000):
        cells = [_cell(item, amount, texts) for item, amount in zip(items, amounts, strict=True)]
        text = "; ".join(f"{one['zh']} / {one['en']}" for one in error or ())
        yield [code, name, *cells, *(_yuan(value, 2) for value in fen), text]


def _cell(item: Mapping[str, Any], amount: int | None, texts: Sequence[str | None]) -> str:
    if kind_of(item) != Type.NUMBER:
        return value_of(item, amount, texts) or NO_VALUE
    return _yuan(amount, item["scale"])


def _yuan(value: int | None, scale: int) -> str:
    return NO_VALUE if value is None else f"{Decimal(value).scaleb(-scale):.2f}"
