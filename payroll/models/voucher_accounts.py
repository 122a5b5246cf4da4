"""Which accounts of the ledger pay goes to, over time."""

from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from hrsaas.people.models import OrgUnit
from hrsaas.people.models.assignments import DateRange
from hrsaas.tenancy.fields import TenantForeignKey
from hrsaas.tenancy.models import TenantModel
from payroll.models.pay_items import PayItem


class VoucherAccount(TenantModel):
    """The tenant's own account for a side of a category of pay items, or of one item, from a day on.

    item_code: one item that goes elsewhere than its category; empty: all others. unit: of what is borne there or below,
    as far as no unit in between has an account of its own; null: everywhere else. by_unit: lines by org unit and cost
    centre; by_project: by project. Where the tenant has none, ``packs/voucher_accounts.yaml`` holds.
    """

    class Side(models.TextChoices):
        DEBIT = "debit", _("Debit")
        CREDIT = "credit", _("Credit")

    category = models.CharField(_("category"), max_length=12, choices=PayItem.Category)
    item_code = models.CharField(_("code of the pay item"), max_length=60, blank=True)
    side = models.CharField(_("side"), max_length=6, choices=Side)
    account = models.CharField(_("account"), max_length=40)
    name = models.CharField(_("name"), max_length=120)
    unit = TenantForeignKey(
        OrgUnit, models.PROTECT, null=True, blank=True, related_name="voucher_accounts", verbose_name=_("org unit")
    )
    by_unit = models.BooleanField(_("by org unit"), default=False)
    by_project = models.BooleanField(_("by project"), default=False, db_default=False)
    start_date = models.DateField(_("from"))
    end_date = models.DateField(_("until"), null=True, blank=True)

    class Meta(TenantModel.Meta):
        verbose_name = _("voucher account")
        verbose_name_plural = _("voucher accounts")
        ordering = ["category", "item_code", "side", "unit", "start_date"]
        indexes = [models.Index(fields=["tenant", "unit"], name="payroll_account_unit")]
        constraints = [
            models.CheckConstraint(
                condition=Q(end_date=None) | Q(end_date__gt=F("start_date")), name="payroll_account_period"
            ),
            ExclusionConstraint(
                name="payroll_account_overlap",
                expressions=[
                    ("tenant", RangeOperators.EQUAL),
                    ("category", RangeOperators.EQUAL),
                    ("item_code", RangeOperators.EQUAL),
                    ("side", RangeOperators.EQUAL),
                    (Coalesce("unit_id", 0), RangeOperators.EQUAL),
                    (DateRange("start_date", "end_date", RangeBoundary()), RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account} {self.name}"
