"""What each person gets, one row per person, and the sums over them."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hrsaas.people.models import Employee, OrgUnit, Position
from hrsaas.tenancy.fields import TenantForeignKey
from hrsaas.tenancy.models import TenantModel
from payroll.models.pay_runs import PayRun


class Payslip(TenantModel):
    """One person's result in one run, with everything it was calculated from.

    employee_code … city: as they were at the end of the month. amounts: by place in the formula set's items, integers
    at the item's scale, null where the item failed; items that are no numbers as ``rules.item_values`` says. inputs: by
    place in the formula set's inputs: numbers at the input's scale, days since 1970-01-01, conditions as 0/1; null
    where missing or text. texts: the text inputs, in their order. error, warnings: lists of {code, item, zh, en}; a
    payslip with an error has no gross, tax and net.
    References are checked by triggers, all of a statement at once (migration 0004).
    """

    run = TenantForeignKey(
        PayRun, models.PROTECT, db_constraint=False, related_name="payslips", verbose_name=_("pay run")
    )
    employee = TenantForeignKey(
        Employee, models.PROTECT, db_constraint=False, related_name="payslips", verbose_name=_("employee")
    )
    employee_code = models.CharField(_("employee number"), max_length=40, db_collation="C")
    employee_name = models.CharField(_("full name"), max_length=120)
    unit = TenantForeignKey(
        OrgUnit, models.PROTECT, db_constraint=False, related_name="payslips", verbose_name=_("org unit")
    )
    position = TenantForeignKey(
        Position, models.PROTECT, db_constraint=False, related_name="payslips", verbose_name=_("position")
    )
    city = models.CharField(_("work city"), max_length=40)
    gross_fen = models.BigIntegerField(_("gross (fen)"), null=True)
    tax_fen = models.BigIntegerField(_("income tax (fen)"), null=True)
    net_fen = models.BigIntegerField(_("net (fen)"), null=True)
    cost_fen = models.BigIntegerField(_("cost of employment (fen)"), null=True)
    amounts = ArrayField(models.BigIntegerField(null=True), verbose_name=_("amounts"))
    inputs = ArrayField(models.BigIntegerField(null=True), verbose_name=_("inputs"))
    texts = ArrayField(models.TextField(null=True), verbose_name=_("text inputs"))
    error = models.JSONField(_("errors"), null=True)
    warnings = models.JSONField(_("warnings"), null=True)

    class Meta(TenantModel.Meta):
        verbose_name = _("payslip")
        verbose_name_plural = _("payslips")
        ordering = ["run", "employee_code"]
        constraints = [
            # By employee first: one index for this, for a person's payslips, and for a person's year.
            models.UniqueConstraint(fields=["tenant", "employee", "run"], name="payroll_payslip_person"),
            models.CheckConstraint(
                condition=Q(error__isnull=False)
                | Q(gross_fen__isnull=False, tax_fen__isnull=False, net_fen__isnull=False, cost_fen__isnull=False),
                name="payroll_payslip_whole",
            ),
        ]
        indexes = [models.Index(fields=["tenant", "run", "employee_code"], name="payroll_payslip_list")]

    def __str__(self) -> str:
        return f"{self.employee_name} ({self.employee_code})"


class PayslipTotal(TenantModel):
    """The sum of one item over one org unit's payslips without errors, in the same transaction as the payslips.

    item_position: 0-based place in the formula set's items; amount: at the item's scale.
    """

    run = TenantForeignKey(PayRun, models.PROTECT, related_name="item_totals", verbose_name=_("pay run"))
    unit = TenantForeignKey(OrgUnit, models.PROTECT, related_name="+", verbose_name=_("org unit"))
    item_position = models.SmallIntegerField(_("item"))
    amount = models.BigIntegerField(_("amount"))
    people = models.IntegerField(_("people"))

    class Meta(TenantModel.Meta):
        verbose_name = _("payslip total")
        verbose_name_plural = _("payslip totals")
        ordering = ["run", "unit", "item_position"]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "run", "unit", "item_position"], name="payroll_total_item"),
        ]

    def __str__(self) -> str:
        return f"{self.item_position}: {self.amount}"
