"""Who employs and withholds."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from hrsaas.tenancy.languages import localized
from hrsaas.tenancy.models import TenantModel


class LegalEntity(TenantModel):
    """A company that pays wages and withholds their tax: the tax of a year is cumulative over all it paid a person.

    tax_code: unified social credit code (统一社会信用代码). bank_account: which the wages are paid from.
    """

    MAIN = "main"

    code = models.CharField(_("code"), max_length=40)
    name = models.CharField(_("name"), max_length=120)
    name_en = models.CharField(_("English name"), max_length=120, blank=True)
    tax_code = models.CharField(_("unified social credit code"), max_length=18, blank=True)
    bank_name = models.CharField(_("bank"), max_length=120, blank=True)
    bank_account = models.CharField(_("bank account"), max_length=40, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)  # for ETags; services count it up

    class Meta(TenantModel.Meta):
        verbose_name = _("legal entity")
        verbose_name_plural = _("legal entities")
        ordering = ["code"]
        constraints = [models.UniqueConstraint(fields=["tenant", "code"], name="payroll_entity_code")]

    def __str__(self) -> str:
        return localized(self.name, self.name_en)
