"""Payslips as lines and as rows of a file."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from payroll.models import PayRun, Payslip

NO_VALUE = ""


def lines(slip: Payslip, *, shown_only: bool = False) -> list[dict[str, Any]]:
    """One dict per item in order: code, name, name_en, category, shown, amount (decimal text; null: failed)."""
    version = slip.run.formula_set
    assert version is not None, "payslips have a formula set"
    return [
        {
            "code": item["code"], "name": item["name"], "name_en": item["name_en"], "category": item["category"],
            "shown": item["shown"], "amount": None if amount is None else str(Decimal(amount).scaleb(-item["scale"])),
        }
        for item, amount in zip(version.items, slip.amounts, strict=True)
        if item["shown"] or not shown_only
    ]  # fmt: skip


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
    """Rows under ``export_header`` by employee number, amounts in yuan with two decimals; empty where one failed."""
    run = regular_run(month)
    if run is None or run.formula_set is None:
        return
    scales = [item["scale"] for item in run.formula_set.items]
    slips = Payslip.objects.filter(run=run).order_by("employee_code").values_list(
        "employee_code", "employee_name", "amounts", "gross_fen", "tax_fen", "net_fen", "error"
    )  # fmt: skip
    for code, name, amounts, *fen, error in slips.iterator(chunk_size=2_000):
        cells = [_yuan(amount, scale) for amount, scale in zip(amounts, scales, strict=True)]
        text = "; ".join(f"{one['zh']} / {one['en']}" for one in error or ())
        yield [code, name, *cells, *(_yuan(value, 2) for value in fen), text]


def _yuan(value: int | None, scale: int) -> str:
    return NO_VALUE if value is None else f"{Decimal(value).scaleb(-scale):.2f}"
