"""Amounts of payslips that somebody set by hand."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hrsaas.people.models import Employee
from hrsaas.tenancy.fields import TenantForeignKey
from hrsaas.tenancy.models import TenantModel
from payroll.models.pay_runs import PayRun


class ManualAmount(TenantModel):
    """One item of one person in one run: the amount counts instead of the item's formula, for all that builds on it.

    item: code of an item of money of the run's scheme. formula_fen: what the formula gave when the person was last
    calculated; null before, and where it gave nothing. From the approval of the run on the database keeps the row.
    """

    run = TenantForeignKey(PayRun, models.PROTECT, related_name="manual_amounts", verbose_name=_("pay run"))
    employee = TenantForeignKey(Employee, models.PROTECT, related_name="+", verbose_name=_("employee"))
    item = models.CharField(_("item"), max_length=60)
    amount_fen = models.BigIntegerField(_("amount (fen)"))
    formula_fen = models.BigIntegerField(_("by the formula (fen)"), null=True, editable=False)
    reason = models.TextField(_("reason"))
    set_by = models.CharField(_("set by"), max_length=200)
    set_at = models.DateTimeField(_("set at"))

    class Meta(TenantModel.Meta):
        verbose_name = _("amount set by hand")
        verbose_name_plural = _("amounts set by hand")
        ordering = ["-run__month", "run", "employee", "item"]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "run", "employee", "item"], name="payroll_manual_item"),
            models.CheckConstraint(condition=~Q(reason="") & ~Q(item=""), name="payroll_manual_why"),
            models.CheckConstraint(
                condition=Q(amount_fen__gte=-(10**15), amount_fen__lte=10**15), name="payroll_manual_size"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.employee} · {self.item}"
