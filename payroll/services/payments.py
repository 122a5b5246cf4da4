"""Holding payments back, releasing them, and taking a bank file out of use.

Everything here and the making of a bank file locks the runs first, so that nobody is held and paid at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.db import transaction

from hrsaas.access.actors import Actor
from hrsaas.audit.services.entries import record
from hrsaas.errors import DomainError, NotFound
from hrsaas.people.models import Employee
from payroll.models import PayFile, Payment, PaymentHold, PayRun, Payslip

MONTHS = 24


@transaction.atomic
def hold_payments(
    *, employee: Employee, month: date, reason: str, actor: Actor, now: datetime, months: int = 1,
    run: PayRun | None = None, until_date: date | None = None,
) -> list[PaymentHold]:  # fmt: skip
    """Keep the person's pay of so many months, or of one run of the month, out of bank files: one hold per month, each
    released on its own. What is calculated, taxed and filed stays as it is.

    Errors: payroll.hold.{no_reason,not_first_day,months,wrong_run}; payroll.hold.{held,paid} (409).
    """
    actor.require("payroll.file.change")
    _check(month, months, run, reason)
    days = _months(month, months)
    list(PayRun.objects.select_for_update(no_key=True, of=("self",)).filter(month__in=days).order_by("id"))
    _check_free(employee, days, run)
    holds = [
        PaymentHold(
            employee=employee, month=day, run=run, until_date=until_date, reason=reason.strip(),
            held_by=actor.label[:200], held_at=now,
        )
        for day in days
    ]  # fmt: skip
    made: list[PaymentHold] = PaymentHold.objects.bulk_create(holds)
    for hold in made:
        facts = {"employee": employee.code, "month": f"{hold.month:%Y-%m}", "reason": hold.reason}
        until = {"until_date": until_date.isoformat()} if until_date else {}
        record(actor=actor, action="payroll.payment.hold", subject=hold, new={**facts, **until}, now=now)
    return made


@transaction.atomic
def release_payment(*, hold: PaymentHold, note: str, actor: Actor, now: datetime) -> PaymentHold:
    """The next bank file of the run pays it. Errors: payroll.hold.released (409)."""
    actor.require("payroll.file.change")
    list(PayRun.objects.select_for_update(no_key=True, of=("self",)).filter(month=hold.month).order_by("id"))
    found: PaymentHold | None = PaymentHold.objects.select_related("employee").filter(pk=hold.pk).first()
    if found is None:
        raise NotFound("payroll.hold", hold.pk)
    if found.released_at is not None:
        raise _conflict("released", "该笔款项已解除暂缓。", "The payment has been released already.")
    found.release_note, found.released_by, found.released_at = note.strip(), actor.label[:200], now
    found.save(update_fields=["release_note", "released_by", "released_at"])
    facts = {"employee": found.employee.code, "month": f"{found.month:%Y-%m}", "note": found.release_note}
    record(actor=actor, action="payroll.payment.release", subject=found, new=facts, now=now)
    return found


@transaction.atomic
def void_file(*, file: PayFile, reason: str, actor: Actor, now: datetime) -> PayFile:
    """A bank file that no bank will get: its content goes, and another file may pay what it would have paid.

    Errors: payroll.file.{no_reason,not_bank}; payroll.file.not_ready (409).
    """
    actor.require("payroll.file.change")
    PayRun.objects.select_for_update(no_key=True, of=("self",)).get(pk=file.run_id)
    file = PayFile.objects.select_for_update(no_key=True, of=("self",)).get(pk=file.pk)
    if file.kind != PayFile.Kind.BANK:
        raise DomainError("payroll.file.not_bank", zh="只有代发文件可以作废。", en="Only a bank file can be void.")
    if file.state != PayFile.State.READY:
        raise DomainError(
            "payroll.file.not_ready", status=409, zh="文件尚未生成或已作废。", en="The file is not made, or void."
        )
    if not reason.strip():
        raise DomainError("payroll.file.no_reason", field="reason", zh="请说明原因。", en="Say why.")
    count, _by_model = Payment.objects.filter(file_id=file.pk).delete()
    file.parts.all().delete()
    file.state = PayFile.State.VOID
    file.save(update_fields=["state"])
    facts = {"file": file.file_name, "payments": count, "amount_fen": file.amount_fen, "reason": reason.strip()}
    record(actor=actor, action="payroll.file.void", subject=file, new=facts, now=now)
    return file


def _months(first: date, count: int) -> list[date]:
    days = [first]
    while len(days) < count:
        days.append((days[-1] + timedelta(days=31)).replace(day=1))
    return days


def _check(month: date, months: int, run: PayRun | None, reason: str) -> None:
    checks = [
        (bool(reason.strip()), "no_reason", "reason", "请说明暂缓发放的原因。", "Say why the payment is held."),
        (month.day == 1, "not_first_day", "month", "请给出月份的第一天。", "Give the first day of the month."),
        (1 <= months <= (1 if run else MONTHS), "months", "months", f"请给出 1 至 {MONTHS} 个月；指定批次时为 1。",
         f"Give 1 to {MONTHS} months, 1 where a run is named."),
        (run is None or run.month == month, "wrong_run", "run", "请选择该月的批次。", "Choose a run of that month."),
    ]  # fmt: skip
    for holds, word, field, zh, en in checks:
        if not holds:
            raise DomainError(f"payroll.hold.{word}", field=field, zh=zh, en=en)


def _check_free(employee: Employee, months: Sequence[date], run: PayRun | None) -> None:
    """Neither held already, nor altogether in bank files."""
    if PaymentHold.objects.filter(employee=employee, month__in=months, run=run, released_at=None).exists():
        raise _conflict("held", "该员工该月已暂缓发放。", "The payment is held already.")
    slips = Payslip.objects.filter(employee=employee, run__month__in=months)
    slips = slips.filter(run=run) if run else slips
    if slips.exists() and not slips.filter(payments=None).exists():
        raise _conflict(
            "paid", "已在代发文件中，不能暂缓。如未交付银行，请先作废该文件。",
            "A bank file pays it already. If no bank got the file, declare it void first.",
        )  # fmt: skip


def _conflict(word: str, zh: str, en: str) -> DomainError:
    return DomainError(f"payroll.hold.{word}", status=409, zh=zh, en=en)
