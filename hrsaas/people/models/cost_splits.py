"""Who bears the cost of a person: shares of cost centres and projects, over time."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hrsaas.people.models.employees import Employee
from hrsaas.people.models.projects import Project
from hrsaas.tenancy.fields import TenantForeignKey
from hrsaas.tenancy.models import TenantModel


class CostSplit(TenantModel):
    """One person's shares from start_date on, until a later split begins. For a month the one that holds on its last
    day counts, for the whole month. That the shares add up to 1 is checked when the transaction commits (migration
    0005).
    """

    employee = TenantForeignKey(Employee, models.PROTECT, related_name="cost_splits", verbose_name=_("employee"))
    start_date = models.DateField(_("from"))

    class Meta(TenantModel.Meta):
        verbose_name = _("cost split")
        verbose_name_plural = _("cost splits")
        ordering = ["-start_date", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "employee", "start_date"], name="people_cost_split_once")
        ]

    def __str__(self) -> str:
        return f"{self.employee} {self.start_date}"


class CostShare(TenantModel):
    """A part of a split. cost_centre: empty for that of the person's assignment; project: null for none.

    share_rate: a fraction of the whole, to 0.01 %.
    """

    split = TenantForeignKey(CostSplit, models.CASCADE, related_name="shares", verbose_name=_("cost split"))
    cost_centre = models.CharField(_("cost centre"), max_length=40, blank=True)
    project = TenantForeignKey(
        Project, models.PROTECT, null=True, blank=True, related_name="cost_shares", verbose_name=_("project")
    )
    share_rate = models.DecimalField(_("share"), max_digits=5, decimal_places=4)

    class Meta(TenantModel.Meta):
        verbose_name = _("cost share")
        verbose_name_plural = _("cost shares")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "split", "cost_centre", "project"],
                nulls_distinct=False,
                name="people_cost_share_once",
            ),
            models.CheckConstraint(condition=Q(share_rate__gt=0, share_rate__lte=1), name="people_cost_share_rate"),
        ]
        indexes = [models.Index(fields=["tenant", "project"], name="people_cost_share_project")]

    def __str__(self) -> str:
        return f"{self.cost_centre} {self.project or ''} {self.share_rate:.2%}".strip()
