"""What other formulas would have cost in a month that was calculated."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from hrsaas.tenancy.fields import TenantForeignKey
from hrsaas.tenancy.models import TenantModel
from payroll.models.pay_runs import PayRun


class WhatIf(TenantModel):
    """A comparison that is made in the background, for a run with many people.

    formulas: as typed, by code of the items that were changed for it. digest: of the whole formula set that is tried.
    result: as ``payroll.rules.comparisons`` adds it up until it is done,
    then as ``queries.what_ifs`` says it.
    """

    run = TenantForeignKey(PayRun, models.CASCADE, related_name="what_ifs", verbose_name=_("pay run"))
    formulas = models.JSONField(_("formulas"), default=dict)
    digest = models.CharField(_("digest"), max_length=64)
    result = models.JSONField(_("result"), default=dict)
    is_done = models.BooleanField(_("done"), default=False)
    made_at = models.DateTimeField(_("made at"))
    made_by = models.CharField(_("made by"), max_length=200)

    class Meta(TenantModel.Meta):
        verbose_name = _("what-if calculation")
        verbose_name_plural = _("what-if calculations")
        ordering = ["-made_at", "-id"]
        indexes = [models.Index(fields=["tenant", "run", "-made_at"], name="payroll_what_if_of_run")]

    def __str__(self) -> str:
        return ", ".join(self.formulas) or str(self.pk)
