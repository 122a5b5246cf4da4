"""Shifts that nobody is on yet and that people of the unit may take."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from attendance.models.shifts import Shift
from hrsaas.people.models import Employee, OrgUnit
from hrsaas.tenancy.fields import TenantForeignKey
from hrsaas.tenancy.models import TenantModel


class OpenShift(TenantModel):
    """One place on a shift of a day, for the people of the unit and below it; whoever asks first has it."""

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        TAKEN = "taken", _("Taken")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    unit = TenantForeignKey(OrgUnit, models.PROTECT, related_name="+", verbose_name=_("org unit"))
    date = models.DateField(_("date"))
    shift = TenantForeignKey(Shift, models.PROTECT, related_name="+", verbose_name=_("shift"))
    note = models.CharField(_("note"), max_length=200, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.OPEN)
    opened_at = models.DateTimeField(_("opened at"))
    opened_by = models.CharField(_("opened by"), max_length=200)
    taken_by = TenantForeignKey(
        Employee, models.PROTECT, null=True, blank=True, related_name="open_shifts", verbose_name=_("taken by")
    )
    taken_at = models.DateTimeField(_("taken at"), null=True, blank=True)

    class Meta(TenantModel.Meta):
        verbose_name = _("open shift")
        verbose_name_plural = _("open shifts")
        ordering = ["date", "id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state="taken", taken_by__isnull=False, taken_at__isnull=False)
                | (~models.Q(state="taken") & models.Q(taken_by=None, taken_at=None)),
                name="attendance_openshift_taken",
            )
        ]
        indexes = [
            models.Index(fields=["tenant", "date", "id"], name="attendance_openshift_date"),
            models.Index(fields=["tenant", "unit", "date"], name="attendance_openshift_unit"),
        ]

    def __str__(self) -> str:
        return f"{self.date} {self.shift}"
