"""The state of each month of a tenant."""

from __future__ import annotations

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hrsaas.jobs.models import Job
from hrsaas.tenancy.fields import TenantForeignKey
from hrsaas.tenancy.models import TenantModel


class MonthClose(TenantModel):
    """One month. summaries: {stage name: what the stage's finish returned}. job: the latest run."""

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        CLOSING = "closing", _("Closing")
        CLOSED = "closed", _("Closed")
        FAILED = "failed", _("Failed")

    month = models.DateField(_("month"), help_text=_("The first day of the month."))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.OPEN)
    job = TenantForeignKey(Job, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("job"))
    summaries = models.JSONField(_("results"), default=dict, encoder=DjangoJSONEncoder)
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)

    class Meta(TenantModel.Meta):
        verbose_name = _("month close")
        verbose_name_plural = _("month closes")
        ordering = ["-month"]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "month"], name="months_close_month"),
            models.CheckConstraint(condition=Q(month__day=1), name="months_close_first_day"),
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}"
