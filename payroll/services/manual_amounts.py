"""Setting the amount of one item of one person by hand, and taking it back."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from hrsaas.access.actors import Actor
from hrsaas.audit.services.entries import record
from hrsaas.errors import DomainError, NotFound
from hrsaas.people.models import Employee
from payroll.models import ManualAmount, PayRun, Payslip
from payroll.queries.manual_amounts import settable
from payroll.queries.pay_groups import among
from payroll.services.calculations import recalculate
from payroll.services.pay_runs import locked_run, require_open

LARGEST_FEN = 10**15


@transaction.atomic
def set_amount(
    *, run: PayRun, employee: Employee, item: str, amount_fen: int, reason: str, actor: Actor, now: datetime
) -> ManualAmount:
    """The amount counts instead of the item's formula, for this person in this run, and for all that builds on it. In a
    run that is calculated already, the person is calculated again at once. Setting it again replaces it.

    Errors: payroll.manual_amount.{no_reason,no_item,too_large}; payroll.manual_amount.{not_in_run,calculating},
    payroll.run.{not_open,formulas_changed} (409).
    """
    run = locked_run(run.id)
    actor.require("payroll.run.change")
    _require_quiet(run)
    _check(run, employee, item, amount_fen, reason)
    old = ManualAmount.objects.filter(run=run, employee=employee, item=item).first()
    row: ManualAmount
    row, _created = ManualAmount.objects.update_or_create(
        run=run, employee=employee, item=item,
        defaults={"amount_fen": amount_fen, "reason": reason.strip(), "set_by": actor.label[:200], "set_at": now},
    )  # fmt: skip
    before = _facts(old) if old is not None else {}
    record(actor=actor, action="payroll.manual_amount.set", subject=row, old=before, new=_facts(row), now=now)
    _apply(run, employee, actor, now)
    row.refresh_from_db()
    return row


@transaction.atomic
def take_back_amount(*, amount: ManualAmount, actor: Actor, now: datetime) -> None:
    """The formula counts again. Errors (409): payroll.manual_amount.calculating, payroll.run.{not_open,
    formulas_changed}."""
    run = locked_run(amount.run_id)
    actor.require("payroll.run.change")
    _require_quiet(run)
    row = ManualAmount.objects.select_related("employee").filter(pk=amount.pk).first()
    if row is None:
        raise NotFound("payroll.manual_amount", amount.pk)
    record(actor=actor, action="payroll.manual_amount.take_back", subject=row, old=_facts(row), now=now)
    row.delete()
    _apply(run, row.employee, actor, now)


def _apply(run: PayRun, employee: Employee, actor: Actor, now: datetime) -> None:
    """Figures and amounts set by hand never differ, nor do digests, which are over amounts without effect too; a draft
    has no figures yet.
    """
    if run.state != PayRun.State.DRAFT:
        recalculate(run=run, employees=[employee], actor=actor, now=now)


def _require_quiet(run: PayRun) -> None:
    """Of a run that is half calculated, nobody could say whether the person is still to come."""
    require_open(run)
    if run.state == PayRun.State.CALCULATING:
        raise _conflict(
            "calculating", "该批次正在核算，请在核算完成后再设置。",
            "The run is being calculated. Set the amount when it is done.",
        )  # fmt: skip


def _check(run: PayRun, employee: Employee, item: str, amount_fen: int, reason: str) -> None:
    if not reason.strip():
        raise _refusal("no_reason", "reason", "请说明手工调整的原因。", "Say why the amount is set by hand.")
    if item not in {code for code, _name, _name_en in settable(run)}:
        raise _refusal(
            "no_item", "item",
            f"该批次没有可手工设置的金额项目 {item}。应发、实发等合计由其他项目得出，请设置其组成项目。",
            f"The run has no item {item} that can be set by hand. Sums such as gross and net pay follow from others: "
            "set those.",
        )  # fmt: skip
    if abs(amount_fen) > LARGEST_FEN:
        raise _refusal("too_large", "amount_fen", "金额过大。", "The amount is too large.")
    if not _is_in(run, employee):
        raise _conflict(
            "not_in_run",
            f"{employee.code} 不在该批次中，手工金额不会生效。请在其所属薪资组的批次中设置，"
            "或先将其调入本薪资组并重新核算。",
            f"{employee.code} is not in this run, so the amount would have no effect. Set it in the run of the "
            "person's own pay group, or put the person into this group and calculate the run again first.",
            field="employee",
        )


def _is_in(run: PayRun, employee: Employee) -> bool:
    """With a payslip, or, before there are any, to be calculated."""
    if run.state == PayRun.State.DRAFT:
        return employee.pk in among(run, employee.pk, employee.pk)
    return bool(Payslip.objects.filter(run=run, employee=employee).exists())


def _facts(row: ManualAmount) -> dict[str, Any]:
    return {
        "employee": row.employee.code, "item": row.item, "amount_fen": row.amount_fen, "reason": row.reason,
        "formula_fen": row.formula_fen,
    }  # fmt: skip


def _refusal(word: str, field: str, zh: str, en: str) -> DomainError:
    return DomainError(f"payroll.manual_amount.{word}", field=field, zh=zh, en=en)


def _conflict(word: str, zh: str, en: str, field: str | None = None) -> DomainError:
    return DomainError(f"payroll.manual_amount.{word}", status=409, field=field, zh=zh, en=en)
