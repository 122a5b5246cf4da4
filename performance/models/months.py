"""Months of performance: their goals, readings and scores, which a lock makes immutable."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hrsaas.tenancy.models import TenantModel


class PerformanceMonth(TenantModel):
    """One month of the tenant. Once it is locked the database refuses changes to what counts in it."""

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        LOCKED = "locked", _("Locked")

    start_date = models.DateField(_("month"))
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.OPEN)
    locked_at = models.DateTimeField(_("locked at"), null=True, blank=True)
    locked_by = models.CharField(_("locked by"), max_length=200, blank=True)

    class Meta(TenantModel.Meta):
        verbose_name = _("performance month")
        verbose_name_plural = _("performance months")
        ordering = ["-start_date"]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "start_date"], name="performance_month_start"),
            models.CheckConstraint(condition=Q(start_date__day=1), name="performance_month_first"),
            models.CheckConstraint(
                condition=Q(state="open", locked_at=None) | Q(state="locked", locked_at__isnull=False),
                name="performance_month_locked_at",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.start_date:%Y-%m}"

    @property
    def is_locked(self) -> bool:
        return self.state == self.State.LOCKED
