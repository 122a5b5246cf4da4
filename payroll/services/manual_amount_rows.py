"""What a calculation says about amounts set by hand."""

from __future__ import annotations

from payroll.models import ManualAmount
from payroll.queries.manual_amounts import ByHand
from payroll.rules.formula import CompiledSet, Result
from payroll.services.payslip_errors import Message


def note_formulas(manual: ByHand, compiled: CompiledSet, result: Result) -> None:
    """Keep what each formula gave beside the amount that counts instead; at most one statement."""
    changed = []
    for place, row in manual.rows:
        given = _given(compiled, result, row, place)
        if row.formula_fen != given:
            row.formula_fen = given
            changed.append(row)
    ManualAmount.objects.bulk_update(changed, ["formula_fen"], batch_size=5_000)


def unusable(manual: ByHand) -> dict[int, list[Message]]:
    """Place of a person → why an amount set by hand cannot count: its item is gone. Paying without it would lose it."""
    return {place: [_no_item(item) for item in items] for place, items in manual.unusable.items()}


def _given(compiled: CompiledSet, result: Result, row: ManualAmount, place: int) -> int | None:
    if row.item not in {item.id for item in compiled.items}:
        return None
    replaced = result.replaced.get(compiled.position(row.item))
    if replaced is None or replaced.errors[place]:
        return None
    return int(replaced.amounts[place])


def _no_item(item: str) -> Message:
    return {
        "code": "payroll.payslip.manual_amount", "item": item,
        "zh": f"手工金额的项目 {item} 已停用或不再是金额。请撤销该手工金额后重新核算。",
        "en": f"The item {item} of an amount set by hand is not in use any more, or is no amount of money. Take the "
        "amount back and calculate again.",
    }  # fmt: skip
