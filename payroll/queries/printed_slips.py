"""Payslips made ready to be printed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.db.models import QuerySet

from hrsaas.console.figures import money
from payroll.models import PayRun, Payslip
from payroll.printing.slips import Line, PrintedSlip
from payroll.rules.formula import Type
from payroll.rules.item_values import CONDITIONS, kind_of, shown_value

_DEDUCTIONS = ("reduction", "deduction", "tax")
_TOTALS = ("gross",)  # in the bar, so not among the information
_DIGEST_SHOWN = 12


def codes_of(run: PayRun) -> list[str]:
    """Employee numbers of the run's payslips, in order."""
    return list(Payslip.objects.filter(run=run).order_by("employee_code").values_list("employee_code", flat=True))


def slips_between(run: PayRun, first: str, last: str) -> QuerySet[Payslip]:
    """Payslips of these employee numbers, both included, with everything that is printed."""
    rows = Payslip.objects.filter(run=run, employee_code__gte=first, employee_code__lte=last)
    return rows.select_related("unit", "position", "employee").order_by("employee_code")


def printed_slip(slip: Payslip, run: PayRun) -> PrintedSlip:
    """run: with formula set and legal entity."""
    return PrintedSlip(
        company=run.entity.name, company_en=run.entity.name_en, month=f"{run.month:%Y-%m}", title=run.title,
        code=slip.employee_code, name=slip.employee_name, unit=slip.unit.name, position=slip.position.name,
        city=slip.city, earnings=_lines(slip, run, ("earning",)), deductions=_lines(slip, run, _DEDUCTIONS),
        information=_lines(slip, run, ("info",)), employer=_lines(slip, run, ("employer",)),
        gross=money(slip.gross_fen), tax=money(slip.tax_fen), net=money(slip.net_fen),
        digest=run.result_digest[:_DIGEST_SHOWN],
    )  # fmt: skip


def _lines(slip: Payslip, run: PayRun, categories: Sequence[str]) -> list[Line]:
    return list(_shown(slip, run, categories))


def _shown(slip: Payslip, run: PayRun, categories: Sequence[str]) -> Iterator[Line]:
    assert run.formula_set is not None, "closed runs have a formula set"
    for item, amount in zip(run.formula_set.items, slip.amounts, strict=True):
        if item["category"] not in categories or not item["shown"] or item["code"] in _TOTALS or amount is None:
            continue
        if kind_of(item) != Type.NUMBER:
            yield Line(item["name"], item["name_en"], _value(item, amount, slip))
        elif amount:
            yield Line(item["name"], item["name_en"], _text(amount, item["scale"]))


def _value(item: Mapping[str, Any], amount: int, slip: Payslip) -> str:
    """What is no number, in both languages where they differ."""
    both = (shown_value(item, amount, slip.texts, language) or "" for language in CONDITIONS)
    return " ".join(dict.fromkeys(both))


def _text(amount: int, scale: int) -> str:
    """Exact; grouped by thousands."""
    whole, part = divmod(abs(amount), 10**scale)
    sign = "-" if amount < 0 else ""
    return f"{sign}{whole:,}.{part:0{scale}}" if scale else f"{sign}{whole:,}"
