"""A set of pay items."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from hrsaas.tenancy.languages import localized
from hrsaas.tenancy.models import TenantModel


class PayScheme(TenantModel):
    """Items with their formulas, for one or more pay groups: blue collar, sales, managers, the annual bonus.

    pack: the pay item pack that its items came from.
    """

    DEFAULT = "default"

    code = models.CharField(_("code"), max_length=40)
    name = models.CharField(_("name"), max_length=120)
    name_en = models.CharField(_("English name"), max_length=120, blank=True)
    pack = models.CharField(_("pay item pack"), max_length=40, blank=True)

    class Meta(TenantModel.Meta):
        verbose_name = _("pay scheme")
        verbose_name_plural = _("pay schemes")
        ordering = ["code"]
        constraints = [models.UniqueConstraint(fields=["tenant", "code"], name="payroll_scheme_code")]

    def __str__(self) -> str:
        return localized(self.name, self.name_en)
