"""People who may be hired."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from hrsaas.people.models import Employee
from hrsaas.tenancy.encrypted import EncryptedTextField
from hrsaas.tenancy.fields import TenantForeignKey
from hrsaas.tenancy.models import TenantModel


class Candidate(TenantModel):
    """Somebody who agreed to be considered. employee: who the candidate has become."""

    class State(models.TextChoices):
        ACTIVE = "active", _("Active")
        HIRED = "hired", _("Hired")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    name = models.CharField(_("full name"), max_length=120)
    name_en = models.CharField(_("English name"), max_length=120, blank=True)
    phone = EncryptedTextField(_("phone"), blank=True)
    email = EncryptedTextField(_("e-mail"), blank=True)
    source = models.CharField(_("source"), max_length=60, blank=True)
    consented_at = models.DateTimeField(
        _("consented at"), help_text=_("When the person agreed that the data may be kept for hiring.")
    )
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.ACTIVE)
    employee = TenantForeignKey(
        Employee, models.PROTECT, null=True, blank=True, related_name="candidates", verbose_name=_("employee")
    )
    created_at = models.DateTimeField(_("added at"))

    class Meta(TenantModel.Meta):
        verbose_name = _("candidate")
        verbose_name_plural = _("candidates")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["tenant", "name"], name="recruiting_candidate_name"),
            models.Index(fields=["tenant", "employee"], name="recruiting_candidate_employee"),
        ]

    def __str__(self) -> str:
        return self.name
