"""What a month came to for one person."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hrsaas.people.models import Employee
from hrsaas.tenancy.fields import TenantForeignKey
from hrsaas.tenancy.models import TenantModel
from performance.models.settings import MissingPolicy


class Score(TenantModel):
    """The weighted total of a person's goals of a month, 0.00 to 120.00, and the pay coefficient that it earns.

    month: its first day. value, coefficient_e4 (ten-thousandths): null while there is no total. coverage: share of
    the weight with a reading, 0 to 1. parts: one object per goal, as ``rules`` saw it, so that the number can be
    explained whatever changes later: goal, kpi, name, name_en, measure, measure_en, places, direction, floor, target,
    stretch, weight, share (percent), reading, value, source, score; ids and figures as text.
    """

    employee = TenantForeignKey(Employee, models.PROTECT, related_name="scores", verbose_name=_("employee"))
    month = models.DateField(_("month"))
    value = models.DecimalField(_("score"), max_digits=5, decimal_places=2, null=True)
    coverage = models.DecimalField(_("coverage"), max_digits=5, decimal_places=4)
    missing_policy = models.CharField(_("goals without a reading"), max_length=12, choices=MissingPolicy)
    coefficient_e4 = models.IntegerField(_("coefficient (1/10000)"), null=True)
    parts = models.JSONField(_("parts"))
    computed_at = models.DateTimeField(_("computed at"))

    class Meta(TenantModel.Meta):
        verbose_name = _("score")
        verbose_name_plural = _("scores")
        constraints = [
            models.UniqueConstraint(fields=["tenant", "month", "employee"], name="performance_score_month"),
            models.CheckConstraint(condition=Q(month__day=1), name="performance_score_first"),
            models.CheckConstraint(
                condition=Q(value=None, coefficient_e4=None)
                | Q(value__isnull=False, value__gte=0, coefficient_e4__isnull=False, coefficient_e4__gte=0),
                name="performance_score_whole",
            ),
        ]
        indexes = [models.Index(fields=["tenant", "employee", "-month"], name="performance_score_person")]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}"
