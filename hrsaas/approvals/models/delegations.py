"""Who decides for whom while he is away."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from hrsaas.access.models import User
from hrsaas.tenancy.fields import TenantForeignKey
from hrsaas.tenancy.models import TenantModel


class Delegation(TenantModel):
    """On the days [start_date, end_date) of the tenant's calendar to_user may decide what from_user may."""

    from_user = TenantForeignKey(User, models.PROTECT, related_name="delegations_given", verbose_name=_("instead of"))
    to_user = TenantForeignKey(User, models.PROTECT, related_name="delegations_held", verbose_name=_("decides"))
    start_date = models.DateField(_("from"))
    end_date = models.DateField(_("until"), help_text=_("The first day on which it no longer holds."))
    created_at = models.DateTimeField(_("created at"))

    class Meta(TenantModel.Meta):
        verbose_name = _("delegation")
        verbose_name_plural = _("delegations")
        constraints = [
            models.CheckConstraint(condition=Q(end_date__gte=F("start_date")), name="approvals_delegation_dates"),
            models.CheckConstraint(condition=~Q(from_user=F("to_user")), name="approvals_delegation_other"),
        ]
        indexes = [
            models.Index(fields=["tenant", "to_user", "start_date"], name="approvals_delegation_to"),
            models.Index(fields=["tenant", "from_user", "start_date"], name="approvals_delegation_from"),
        ]

    def __str__(self) -> str:
        return f"{self.start_date}–{self.end_date}"
