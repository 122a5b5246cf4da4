"""Values that are entered or imported for one person."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hrsaas.people.models import Employee
from hrsaas.tenancy.fields import TenantForeignKey
from hrsaas.tenancy.models import TenantModel
from payroll.models.pay_items import PayInput
from payroll.models.pay_runs import PayRun


class MonthlyInput(TenantModel):
    """One value of one person for one month.

    Personnel data (insurance bases, deductions) holds from its month on until the next value; everything else for
    its month only. A value for an input of history is an opening balance: what had come together in that year before
    the month. run: the off-cycle or bonus run that it is for; null: the regular run of the month. number: at the
    input's scale; days since 1970-01-01 for dates, 0/1 for conditions; text: of text inputs.
    """

    employee = TenantForeignKey(Employee, models.PROTECT, related_name="pay_inputs", verbose_name=_("employee"))
    month = models.DateField(_("month"))
    input = TenantForeignKey(PayInput, models.PROTECT, related_name="values", verbose_name=_("pay input"))
    run = TenantForeignKey(
        PayRun, models.PROTECT, null=True, blank=True, related_name="values", verbose_name=_("pay run")
    )
    number = models.BigIntegerField(_("number"), null=True, blank=True)
    text = models.CharField(_("text"), max_length=120, null=True, blank=True)

    class Meta(TenantModel.Meta):
        verbose_name = _("entered value")
        verbose_name_plural = _("entered values")
        ordering = ["-month", "employee", "input"]
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "employee", "input", "month", "run"],
                name="payroll_value_month",
                nulls_distinct=False,
            ),
            models.CheckConstraint(condition=Q(month__day=1), name="payroll_value_first"),
            models.CheckConstraint(
                condition=Q(number__isnull=True, text__isnull=False) | Q(number__isnull=False, text__isnull=True),
                name="payroll_value_one",
            ),
        ]
        indexes = [models.Index(fields=["tenant", "month"], name="payroll_value_by_month")]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}"

    @property
    def shown(self) -> str:
        """As people write it."""
        if self.number is None:
            return self.text or ""
        if self.input.type == PayInput.Type.DATE:
            return (date(1970, 1, 1) + timedelta(days=self.number)).isoformat()
        return str(Decimal(self.number).scaleb(-self.input.scale))
