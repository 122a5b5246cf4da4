"""What closed months should have been, carried by a later run."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from hrsaas.people.models import Employee
from hrsaas.tenancy.fields import TenantForeignKey
from hrsaas.tenancy.models import TenantModel
from payroll.models.pay_runs import PayRun
from payroll.rules.retro import Kind


class RetroDifference(TenantModel):
    """One item of one person's closed month: what it should have been by today's inputs, less what was paid for it.

    run: the one that carries it. origin: the closed regular run of that month, whose formulas say what is due. item:
    of the origin's formula set; for ``relief`` an input. paid: its payslip and what other runs carried. Fen.
    is_carried: false where nobody is paid by it: the person has left, or the run's scheme reads no differences.
    """

    KINDS = [
        (Kind.EARNING.value, _("Earning")),
        (Kind.WITHHELD.value, _("Deduction from gross")),
        (Kind.CONTRIBUTION.value, _("Contribution")),
        (Kind.DEDUCTION.value, _("Deduction after tax")),
        (Kind.EMPLOYER.value, _("Employer's contribution")),
        (Kind.RELIEF.value, _("Tax relief")),
    ]

    run = TenantForeignKey(PayRun, models.PROTECT, related_name="retro_differences", verbose_name=_("pay run"))
    employee = TenantForeignKey(Employee, models.PROTECT, related_name="+", verbose_name=_("employee"))
    origin = TenantForeignKey(PayRun, models.PROTECT, related_name="+", verbose_name=_("run it comes from"))
    item = models.CharField(_("item"), max_length=60)
    kind = models.CharField(_("kind"), max_length=12, choices=KINDS)
    paid = models.BigIntegerField(_("paid (fen)"))
    due = models.BigIntegerField(_("due (fen)"))
    amount = models.BigIntegerField(_("difference (fen)"))
    is_carried = models.BooleanField(_("paid by this run"))

    class Meta(TenantModel.Meta):
        verbose_name = _("difference of a closed month")
        verbose_name_plural = _("differences of closed months")
        ordering = ["run", "employee", "origin", "id"]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "run", "employee", "origin", "item"], name="payroll_retro_item"),
            models.CheckConstraint(
                condition=Q(amount=F("due") - F("paid")) & ~Q(amount=0) & ~Q(run=F("origin")),
                name="payroll_retro_amount",
            ),
        ]
        indexes = [models.Index(fields=["tenant", "origin", "employee"], name="payroll_retro_origin")]

    def __str__(self) -> str:
        return f"{self.item}: {self.amount}"
