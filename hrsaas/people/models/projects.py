"""What people work on beside the org chart: projects that cost is split over."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from hrsaas.tenancy.languages import localized
from hrsaas.tenancy.models import TenantModel


class Project(TenantModel):
    """A project as the ERP knows it; new cost shares may name it on the days [start_date, end_date)."""

    code = models.CharField(_("code"), max_length=40)
    name = models.CharField(_("name"), max_length=120)
    name_en = models.CharField(_("English name"), max_length=120, blank=True)
    start_date = models.DateField(_("from"))
    end_date = models.DateField(
        _("until"), null=True, blank=True, help_text=_("The first day on which it no longer runs.")
    )

    class Meta(TenantModel.Meta):
        verbose_name = _("project")
        verbose_name_plural = _("projects")
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "code"], name="people_project_code"),
            models.CheckConstraint(
                condition=Q(end_date=None) | Q(end_date__gt=F("start_date")), name="people_project_dates"
            ),
        ]

    def __str__(self) -> str:
        return localized(self.name, self.name_en)

    def runs_on(self, day: date) -> bool:
        return self.start_date <= day and (self.end_date is None or day < self.end_date)
