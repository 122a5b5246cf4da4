"""Where people work: the tree of org units."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from hrsaas.tenancy.fields import TenantForeignKey
from hrsaas.tenancy.languages import localized
from hrsaas.tenancy.models import TenantModel


class OrgUnit(TenantModel):
    """One department, store, ward or team. A trigger keeps the tree free of cycles (migration 0002)."""

    code = models.CharField(_("code"), max_length=40)
    name = models.CharField(_("name"), max_length=120)
    name_en = models.CharField(_("English name"), max_length=120, blank=True)
    parent = TenantForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("parent unit")
    )

    class Meta(TenantModel.Meta):
        verbose_name = _("org unit")
        verbose_name_plural = _("org units")
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "code"], name="people_unit_code"),
            models.CheckConstraint(
                condition=models.Q(parent=None) | ~models.Q(parent=models.F("id")), name="people_unit_not_own_parent"
            ),
        ]
        indexes = [models.Index(fields=["tenant", "parent"], name="people_unit_parent")]

    def __str__(self) -> str:
        return localized(self.name, self.name_en)
