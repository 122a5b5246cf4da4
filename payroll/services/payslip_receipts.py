"""Employees and their own payslips: read, confirmed, printed, disputed; officers answer. Only of closed runs."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from hrsaas.access.actors import Actor
from hrsaas.audit.services.entries import record
from hrsaas.errors import DomainError, NotFound
from payroll.models import PayRun, Payslip, PayslipDispute, PayslipReceipt
from payroll.printing.layouts import LAYOUTS, printed
from payroll.queries.printed_slips import printed_slip


@transaction.atomic
def read_payslip(*, slip: Payslip, actor: Actor, now: datetime) -> PayslipReceipt:
    """Note that the person has seen the own payslip; the first time counts.

    Errors: payroll.payslip.{not_own (403),not_closed (409)}.
    """
    slip = _own(slip, actor)
    receipt: PayslipReceipt
    receipt, is_new = PayslipReceipt.objects.get_or_create(
        payslip=slip, defaults={"read_at": now, "read_from": _place(actor)}
    )
    if is_new:
        record(actor=actor, action="payroll.payslip.read", subject=slip, now=now)
    return receipt


@transaction.atomic
def confirm_payslip(*, slip: Payslip, actor: Actor, now: datetime) -> PayslipReceipt:
    """The person agrees with the own payslip; the first time counts.

    Errors: payroll.payslip.{not_own (403),not_closed,disputed (409)}.
    """
    receipt = read_payslip(slip=slip, actor=actor, now=now)
    if slip.disputes.filter(answered_at=None).exists():
        raise _conflict("disputed", "您的异议尚未答复，不能确认。", "Your dispute has not been answered yet.")
    if receipt.confirmed_at is None:
        receipt.confirmed_at, receipt.confirmed_from = now, _place(actor)
        receipt.save(update_fields=["confirmed_at", "confirmed_from"])
        record(actor=actor, action="payroll.payslip.confirm", subject=slip, now=now)
    return receipt


@transaction.atomic
def dispute_payslip(*, slip: Payslip, text: str, actor: Actor, now: datetime) -> PayslipDispute:
    """The person says what is wrong with the own payslip.

    Errors: payroll.payslip.{not_own (403),not_closed,dispute_open (409)}, payroll.dispute.empty.
    """
    read_payslip(slip=slip, actor=actor, now=now)
    _check_text(text, "text")
    if slip.disputes.filter(answered_at=None).exists():
        raise _conflict("dispute_open", "您已提出异议，请等待答复。", "You have raised a dispute already.")
    dispute: PayslipDispute = PayslipDispute.objects.create(
        payslip=slip, text=text.strip(), raised_at=now, raised_from=_place(actor)
    )
    record(actor=actor, action="payroll.payslip.dispute", subject=slip, new={"text": dispute.text}, now=now)
    return dispute


@transaction.atomic
def answer_dispute(*, dispute: PayslipDispute, answer: str, actor: Actor, now: datetime) -> PayslipDispute:
    """A payroll officer answers; the person may confirm or dispute again.

    Errors: payroll.dispute.empty; payroll.dispute.answered (409).
    """
    dispute = PayslipDispute.objects.select_for_update(no_key=True).get(id=dispute.id)
    actor.require("payroll.run.change")
    _check_text(answer, "answer")
    if not dispute.is_open:
        raise DomainError(
            "payroll.dispute.answered", status=409, zh="该异议已答复。", en="The dispute has been answered."
        )
    dispute.answer, dispute.answered_by, dispute.answered_at = answer.strip(), actor.label[:200], now
    dispute.save(update_fields=["answer", "answered_by", "answered_at"])
    facts = {"answer": dispute.answer}
    record(actor=actor, action="payroll.dispute.answer", subject=dispute, new=facts, now=now)
    return dispute


@transaction.atomic
def print_payslip(*, slip: Payslip, layout: str, actor: Actor, now: datetime) -> bytes:
    """One payslip as a PDF, for its person (who has read it then) or for those who may make files.

    Errors: payroll.payslip.{not_own (403),not_closed (409)}, payroll.file.option.
    """
    if actor.employee_id == slip.employee_id:
        read_payslip(slip=slip, actor=actor, now=now)
    else:
        actor.require("payroll.file.change")
    slip = _closed(slip)
    if layout not in LAYOUTS:
        raise DomainError(
            "payroll.file.option", field="layout", zh=f"可选值：{'、'.join(LAYOUTS)}。",
            en=f"It may be: {', '.join(LAYOUTS)}.",
        )  # fmt: skip
    record(actor=actor, action="payroll.payslip.print", subject=slip, new={"layout": layout}, now=now)
    return printed([printed_slip(slip, slip.run)], layout)


def _own(slip: Payslip, actor: Actor) -> Payslip:
    actor.require("payroll.payslip.view")
    if actor.employee_id is None or slip.employee_id != actor.employee_id:
        raise DomainError(
            "payroll.payslip.not_own", status=403, zh="只能对自己的工资单这样做。", en="This is for one's own payslip."
        )
    return _closed(slip)


def _closed(slip: Payslip) -> Payslip:
    rows = Payslip.objects.select_related("run__formula_set", "run__entity", "run__group", "unit", "position")
    found: Payslip | None = rows.filter(id=slip.id).first()
    if found is None:
        raise NotFound("payroll.payslip", slip.id)
    if found.run.state not in PayRun.CLOSED:
        raise _conflict("not_closed", "该批次尚未锁定。", "The run is not locked yet.")
    return found


def _place(actor: Actor) -> str:
    return " ".join(filter(None, [actor.origin.via, actor.origin.ip]))


def _check_text(text: str, field: str) -> None:
    if not text.strip():
        raise DomainError("payroll.dispute.empty", field=field, zh="请填写内容。", en="Write what you mean.")


def _conflict(word: str, zh: str, en: str) -> DomainError:
    return DomainError(f"payroll.payslip.{word}", zh=zh, en=en, status=409)
