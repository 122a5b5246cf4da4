"""The tenant's job profiles."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from hrsaas.tenancy.languages import localized
from hrsaas.tenancy.models import TenantModel


class JobProfile(TenantModel):
    """A profile that the tenant has taken over from the pack and may have changed.

    definition: as ``recruiting.packs.profiles.JobProfile``: dimensions with weighted items, must-haves, KPIs with
    bands, probation and later goals, questions. version rises with every change; match scores say which they used.
    """

    code = models.CharField(_("code"), max_length=60)
    name = models.CharField(_("name"), max_length=120)
    name_en = models.CharField(_("English name"), max_length=120, blank=True)
    industry = models.CharField(_("industry"), max_length=40, blank=True)
    definition = models.JSONField(_("definition"))
    version = models.PositiveIntegerField(_("version"), default=1)
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta(TenantModel.Meta):
        verbose_name = _("job profile")
        verbose_name_plural = _("job profiles")
        ordering = ["code"]
        constraints = [models.UniqueConstraint(fields=["tenant", "code"], name="recruiting_profile_code")]

    def __str__(self) -> str:
        return localized(self.name, self.name_en)
