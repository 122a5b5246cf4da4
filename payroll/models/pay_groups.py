"""Who is paid together."""

from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from hrsaas.people.models import Employee
from hrsaas.people.models.assignments import DateRange
from hrsaas.tenancy.fields import TenantForeignKey
from hrsaas.tenancy.languages import localized
from hrsaas.tenancy.models import TenantModel
from payroll.models.legal_entities import LegalEntity
from payroll.models.pay_schemes import PayScheme


class PayGroup(TenantModel):
    """People paid in one run: by one scheme, one legal entity, on one day. ``default`` has all who are in no other.

    pay_day: of the month after the one that is paid for (31: its last day).
    """

    DEFAULT = "default"

    code = models.CharField(_("code"), max_length=40)
    name = models.CharField(_("name"), max_length=120)
    name_en = models.CharField(_("English name"), max_length=120, blank=True)
    scheme = TenantForeignKey(PayScheme, models.PROTECT, related_name="groups", verbose_name=_("pay scheme"))
    entity = TenantForeignKey(LegalEntity, models.PROTECT, related_name="groups", verbose_name=_("legal entity"))
    pay_day = models.SmallIntegerField(_("pay day"), default=10)
    version = models.PositiveIntegerField(default=1, editable=False)  # for ETags; services count it up

    class Meta(TenantModel.Meta):
        verbose_name = _("pay group")
        verbose_name_plural = _("pay groups")
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "code"], name="payroll_group_code"),
            models.CheckConstraint(condition=Q(pay_day__gte=1, pay_day__lte=31), name="payroll_group_pay_day"),
        ]

    def __str__(self) -> str:
        return localized(self.name, self.name_en)


class PayGroupMember(TenantModel):
    """A person's pay group over time; whoever has none on a day belongs to ``default``."""

    employee = TenantForeignKey(Employee, models.PROTECT, related_name="pay_groups", verbose_name=_("employee"))
    group = TenantForeignKey(PayGroup, models.PROTECT, related_name="members", verbose_name=_("pay group"))
    start_date = models.DateField(_("from"))
    end_date = models.DateField(_("until"), null=True, blank=True)

    class Meta(TenantModel.Meta):
        verbose_name = _("member of a pay group")
        verbose_name_plural = _("members of pay groups")
        ordering = ["employee", "start_date"]
        constraints = [
            models.CheckConstraint(
                condition=Q(end_date=None) | Q(end_date__gt=F("start_date")), name="payroll_member_period"
            ),
            ExclusionConstraint(
                name="payroll_member_overlap",
                expressions=[
                    ("tenant", RangeOperators.EQUAL),
                    ("employee", RangeOperators.EQUAL),
                    (DateRange("start_date", "end_date", RangeBoundary()), RangeOperators.OVERLAPS),
                ],
            ),
        ]
        indexes = [models.Index(fields=["tenant", "group", "employee"], name="payroll_member_group")]

    def __str__(self) -> str:
        return f"{self.employee} · {self.group}"
