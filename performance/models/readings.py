"""What was measured."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from hrsaas.tenancy.fields import TenantForeignKey
from hrsaas.tenancy.models import TenantModel
from performance.models.bands import amount
from performance.models.goals import Goal


class Reading(TenantModel):
    """A value for a goal, in the KPI's unit. Readings are only ever added (migration 0002); the latest one counts.

    source: where the value comes from, e.g. ``manual`` or the name of a system. recorded_by: who brought it.
    """

    goal = TenantForeignKey(Goal, models.PROTECT, related_name="readings", verbose_name=_("goal"))
    value = amount(_("value"))
    source = models.CharField(_("source"), max_length=40)
    recorded_at = models.DateTimeField(_("recorded at"))
    recorded_by = models.CharField(_("recorded by"), max_length=200)

    class Meta(TenantModel.Meta):
        verbose_name = _("reading")
        verbose_name_plural = _("readings")
        indexes = [models.Index(fields=["tenant", "goal", "-recorded_at", "-id"], name="performance_reading_latest")]

    def __str__(self) -> str:
        return f"{self.value.normalize():f}"
