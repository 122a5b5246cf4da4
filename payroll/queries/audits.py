"""The built-in audit: stored payslips computed again, one by one, by the second interpreter."""

from __future__ import annotations

from random import SystemRandom
from typing import Any

from hrsaas.tenancy.queries.columns import Ints
from payroll.models import ManualAmount, PayRun, Payslip
from payroll.queries.formula_sets import compiled_version
from payroll.queries.manual_amounts import amounts_by_employee
from payroll.rules.formula import Outcome, PersonValue, Type, calculate
from payroll.rules.formula.civil import as_date
from payroll.rules.item_values import value_of

SAMPLE = 200


def differences(run: PayRun, sample: int = SAMPLE, among: Ints | None = None) -> list[tuple[str, str]]:
    """(employee number, item) of random payslips where the plain interpreter finds another amount; as many again of
    those with amounts set by hand. among: employees of the run to draw from; everybody if not given.
    """
    assert run.formula_set is not None, "a calculated run has its formulas"
    compiled, items = compiled_version(run.formula_set), run.formula_set.items
    found = []
    slips = list(Payslip.objects.filter(run=run, employee__in=_chosen(run, sample, among)))
    manual = amounts_by_employee(run, run.formula_set, [slip.employee_id for slip in slips])
    for slip in slips:
        outcomes = calculate(compiled, values_of(slip, run.formula_set.inputs), manual.get(slip.employee_id))
        found += [
            (slip.employee_code, item.id)
            for item, entry, outcome, amount in zip(compiled.items, items, outcomes, slip.amounts, strict=True)
            if _answer(outcome) != (amount if item.type != Type.TEXT else value_of(entry, amount, slip.texts))
        ]
    return found


def _chosen(run: PayRun, sample: int, among: Ints | None) -> set[int]:
    """Employees."""
    rows = Payslip.objects.filter(run=run).order_by()
    everybody = list(rows.values_list("employee_id", flat=True)) if among is None else among.tolist()
    by_hand = list(ManualAmount.objects.filter(run=run).order_by().values_list("employee_id", flat=True).distinct())
    return {one for people in (everybody, by_hand) for one in SystemRandom().sample(people, min(sample, len(people)))}


def _answer(outcome: Outcome) -> int | str | None:
    return outcome.amount if outcome.text is None else outcome.text


def values_of(slip: Payslip, entries: list[dict[str, Any]]) -> dict[str, PersonValue]:
    """A payslip's inputs by code, as formulas take them; missing ones are left out."""
    texts = iter(slip.texts)
    values: dict[str, PersonValue] = {}
    for entry, number in zip(entries, slip.inputs, strict=True):
        value = next(texts) if entry["type"] == Type.TEXT else _typed(entry["type"], number)
        if value is not None:
            values[entry["code"]] = value
    return values


def _typed(kind: str, number: int | None) -> PersonValue:
    if number is None:
        return None
    if kind == Type.DATE:
        return as_date(number)
    return bool(number) if kind == Type.BOOL else number
