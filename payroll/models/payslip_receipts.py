"""That an employee read a payslip, confirmed it, or disputes it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hrsaas.tenancy.fields import TenantForeignKey
from hrsaas.tenancy.models import TenantModel
from payroll.models.payslips import Payslip


class PayslipReceipt(TenantModel):
    """When the person first read the own payslip, and when he confirmed it; with the address he came from."""

    payslip = TenantForeignKey(Payslip, models.PROTECT, related_name="receipts", verbose_name=_("payslip"))
    read_at = models.DateTimeField(_("read at"))
    read_from = models.CharField(_("read from"), max_length=60, blank=True)
    confirmed_at = models.DateTimeField(_("confirmed at"), null=True, blank=True)
    confirmed_from = models.CharField(_("confirmed from"), max_length=60, blank=True)

    class Meta(TenantModel.Meta):
        verbose_name = _("payslip receipt")
        verbose_name_plural = _("payslip receipts")
        ordering = ["-read_at"]
        constraints = [models.UniqueConstraint(fields=["tenant", "payslip"], name="payroll_receipt_payslip")]

    def __str__(self) -> str:
        return f"{self.payslip_id}"


class PayslipDispute(TenantModel):
    """What a person finds wrong with the own payslip, and what a payroll officer says to it. One open at a time."""

    payslip = TenantForeignKey(Payslip, models.PROTECT, related_name="disputes", verbose_name=_("payslip"))
    text = models.TextField(_("what is wrong"))
    raised_at = models.DateTimeField(_("raised at"))
    raised_from = models.CharField(_("raised from"), max_length=60, blank=True)
    answer = models.TextField(_("answer"), blank=True)
    answered_by = models.CharField(_("answered by"), max_length=200, blank=True)
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)

    class Meta(TenantModel.Meta):
        verbose_name = _("payslip dispute")
        verbose_name_plural = _("payslip disputes")
        ordering = ["-raised_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "payslip"], condition=Q(answered_at=None), name="payroll_dispute_open"
            ),
            models.CheckConstraint(
                condition=Q(answered_at=None, answer="") | (Q(answered_at__isnull=False) & ~Q(answer="")),
                name="payroll_dispute_answer",
            ),
        ]
        indexes = [models.Index(fields=["tenant", "-raised_at"], name="payroll_dispute_newest")]

    def __str__(self) -> str:
        return self.text[:60]

    @property
    def is_open(self) -> bool:
        return self.answered_at is None
