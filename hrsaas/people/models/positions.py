"""What people are employed as."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from hrsaas.tenancy.languages import localized
from hrsaas.tenancy.models import TenantModel


class Position(TenantModel):
    """A job title of the tenant, e.g. cashier or ward nurse."""

    code = models.CharField(_("code"), max_length=40)
    name = models.CharField(_("name"), max_length=120)
    name_en = models.CharField(_("English name"), max_length=120, blank=True)

    class Meta(TenantModel.Meta):
        verbose_name = _("position")
        verbose_name_plural = _("positions")
        ordering = ["code"]
        constraints = [models.UniqueConstraint(fields=["tenant", "code"], name="people_position_code")]

    def __str__(self) -> str:
        return localized(self.name, self.name_en)
