"""Rosters that were made known."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from hrsaas.people.models import OrgUnit
from hrsaas.tenancy.fields import TenantForeignKey
from hrsaas.tenancy.models import TenantModel


class RosterPublication(TenantModel):
    """The roster of a unit and all below it on [start_date, end_date), published.

    notice_days: from the day of publication to the first day; reason: why it was fewer than the settings ask for.
    """

    unit = TenantForeignKey(OrgUnit, models.PROTECT, related_name="+", verbose_name=_("org unit"))
    start_date = models.DateField(_("from"))
    end_date = models.DateField(_("until"))
    people = models.IntegerField(_("people"), default=0)
    days = models.IntegerField(_("days published"), default=0)
    notice_days = models.SmallIntegerField(_("days of notice"), default=0)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    published_at = models.DateTimeField(_("published at"))
    published_by = models.CharField(_("published by"), max_length=200)

    class Meta(TenantModel.Meta):
        verbose_name = _("published roster")
        verbose_name_plural = _("published rosters")
        ordering = ["-published_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(end_date__gt=models.F("start_date")), name="attendance_publication_period"
            )
        ]
        indexes = [models.Index(fields=["tenant", "unit", "start_date"], name="attendance_publication_unit")]

    def __str__(self) -> str:
        return f"{self.unit} {self.start_date} – {self.end_date}"
