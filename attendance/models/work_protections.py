"""Who may not work at night or overtime, and for how long."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from hrsaas.people.models import Employee
from hrsaas.tenancy.fields import TenantForeignKey
from hrsaas.tenancy.models import TenantModel


class WorkProtection(TenantModel):
    """A person is protected on [start_date, end_date): no nights and no overtime. The kind is sensitive.

    A minor until the eighteenth birthday; pregnant from the first day on which it holds (by law the 7th month); nursing
    until the child is one year old.
    """

    class Kind(models.TextChoices):
        MINOR = "minor", _("Minor (16 to 18)")
        PREGNANT = "pregnant", _("Pregnant")
        NURSING = "nursing", _("Nursing")

    employee = TenantForeignKey(Employee, models.CASCADE, related_name="work_protections", verbose_name=_("employee"))
    kind = models.CharField(_("kind"), max_length=8, choices=Kind)
    start_date = models.DateField(_("from"))
    end_date = models.DateField(_("until"), null=True, blank=True)

    class Meta(TenantModel.Meta):
        verbose_name = _("work protection")
        verbose_name_plural = _("work protections")
        ordering = ["-start_date", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "employee", "kind", "start_date"], name="attendance_protection_once"
            ),
            models.CheckConstraint(
                condition=models.Q(end_date=None) | models.Q(end_date__gt=models.F("start_date")),
                name="attendance_protection_period",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.employee} {self.start_date}"
