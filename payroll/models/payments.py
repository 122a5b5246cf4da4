"""Payments of net pay: which bank file makes them, and which are held back."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hrsaas.people.models import Employee
from hrsaas.tenancy.fields import TenantForeignKey
from hrsaas.tenancy.models import TenantModel
from payroll.models.pay_runs import PayRun
from payroll.models.payslips import Payslip


class Payment(TenantModel):
    """A payslip's net pay is in a bank file: in one, for the row is unique. file_id: the PayFile, also after that has
    expired; the row goes when the file is declared void. amount_fen: what the file pays.
    """

    payslip = TenantForeignKey(Payslip, models.PROTECT, related_name="payments", verbose_name=_("payslip"))
    file_id = models.BigIntegerField(_("bank file"))
    amount_fen = models.BigIntegerField(_("amount (fen)"))

    class Meta(TenantModel.Meta):
        verbose_name = _("payment")
        verbose_name_plural = _("payments")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "payslip"], name="payroll_payment_once"),
            models.CheckConstraint(condition=Q(amount_fen__gt=0), name="payroll_payment_positive"),
        ]
        indexes = [models.Index(fields=["tenant", "file_id"], name="payroll_payment_file")]

    def __str__(self) -> str:
        return f"{self.payslip_id} · {self.file_id}"


class PaymentHold(TenantModel):
    """One person's pay of one month stays out of bank files until it is released or, where one is given, until_date.

    run: only the pay of this run; null: of all runs of the month.
    """

    employee = TenantForeignKey(Employee, models.PROTECT, related_name="+", verbose_name=_("employee"))
    month = models.DateField(_("month"))
    run = TenantForeignKey(
        PayRun, models.PROTECT, null=True, blank=True, related_name="payment_holds", verbose_name=_("pay run")
    )
    until_date = models.DateField(_("held until, not included"), null=True, blank=True)
    reason = models.TextField(_("reason"))
    held_by = models.CharField(_("held by"), max_length=200)
    held_at = models.DateTimeField(_("held at"))
    release_note = models.TextField(_("why it was released"), blank=True)
    released_by = models.CharField(_("released by"), max_length=200, blank=True)
    released_at = models.DateTimeField(_("released at"), null=True, blank=True)

    class Meta(TenantModel.Meta):
        verbose_name = _("held payment")
        verbose_name_plural = _("held payments")
        ordering = ["-month", "employee", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "employee", "month", "run"], condition=Q(released_at=None), name="payroll_hold_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(condition=Q(month__day=1) & ~Q(reason=""), name="payroll_hold_why"),
            models.CheckConstraint(
                condition=Q(released_at=None, released_by="", release_note="")
                | (Q(released_at__isnull=False) & ~Q(released_by="")),
                name="payroll_hold_released",
            ),
        ]  # fmt: skip
        indexes = [models.Index(fields=["tenant", "month"], name="payroll_hold_month")]

    def __str__(self) -> str:
        return f"{self.employee} {self.month:%Y-%m}"
