"""The tenant's own parameter tables; statutory ones come from the packs."""

from __future__ import annotations

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext_lazy as _

from hrsaas.tenancy.models import TenantModel


class ParameterTable(TenantModel):
    """One version of a table, in force from ``effective_from`` until the next version.

    name: as formulas write it. content: as ``payroll.packs.pay_items.TableEntry``.
    """

    name = models.CharField(_("name"), max_length=60)
    title = models.CharField(_("title"), max_length=120)
    title_en = models.CharField(_("English title"), max_length=120)
    effective_from = models.DateField(_("in force from"))
    content = models.JSONField(_("content"), encoder=DjangoJSONEncoder)

    class Meta(TenantModel.Meta):
        verbose_name = _("parameter table")
        verbose_name_plural = _("parameter tables")
        ordering = ["name", "-effective_from"]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "name", "effective_from"], name="payroll_table_version"),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.effective_from})"
