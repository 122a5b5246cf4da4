"""What holds for the performance of the whole tenant."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from hrsaas.tenancy.models import TenantModel
from performance.rules import totals


class MissingPolicy(models.TextChoices):
    """What a goal without a reading does to the total, for people."""

    REDISTRIBUTE = totals.MissingPolicy.REDISTRIBUTE.value, _("Its weight goes to the other goals")
    ZERO = totals.MissingPolicy.ZERO.value, _("It counts as 0")
    PENDING = totals.MissingPolicy.PENDING.value, _("No total until every reading is there")


class PerformanceSettings(TenantModel):
    """One row per tenant.

    coefficient_tables: [{effective_from, lowest_e4, highest_e4}] or [{effective_from, tiers: [{from_score,
    coefficient_e4}]}], dates and scores as text; the latest that has begun by a month's first day holds.
    """

    pack_code = models.CharField(_("KPI library"), max_length=32, blank=True)
    pack_version = models.SmallIntegerField(_("version of the library"), default=0)
    missing_policy = models.CharField(
        _("goals without a reading"), max_length=12, choices=MissingPolicy, default=MissingPolicy.REDISTRIBUTE
    )
    coefficient_tables = models.JSONField(_("coefficient tables"))

    class Meta(TenantModel.Meta):
        verbose_name = _("performance settings")
        verbose_name_plural = _("performance settings")
        constraints = [models.UniqueConstraint(fields=["tenant"], name="performance_settings_one")]

    def __str__(self) -> str:
        return str(self._meta.verbose_name)
