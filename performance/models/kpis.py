"""The tenant's library of KPIs."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hrsaas.tenancy.languages import localized
from hrsaas.tenancy.models import TenantModel
from performance.models.bands import Banded, in_order


class Kpi(Banded):
    """One KPI. Its bands and weight are what new goals begin with; goals that were set keep their own.

    measure: the unit that readings are in, e.g. %. places: decimals that people are shown.
    """

    code = models.CharField(_("code"), max_length=60)
    name = models.CharField(_("name"), max_length=120)
    name_en = models.CharField(_("English name"), max_length=120, blank=True)
    area = models.CharField(_("area"), max_length=60, blank=True)
    area_en = models.CharField(_("area in English"), max_length=60, blank=True)
    meaning = models.CharField(_("meaning"), max_length=400, blank=True)
    meaning_en = models.CharField(_("meaning in English"), max_length=400, blank=True)
    measure = models.CharField(_("unit of measure"), max_length=60, blank=True)
    measure_en = models.CharField(_("unit of measure in English"), max_length=60, blank=True)
    places = models.SmallIntegerField(_("decimals"), default=2)
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta(TenantModel.Meta):
        verbose_name = _("KPI")
        verbose_name_plural = _("KPIs")
        ordering = ["area", "code"]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "code"], name="performance_kpi_code"),
            models.CheckConstraint(condition=in_order(), name="performance_kpi_bands"),
            models.CheckConstraint(condition=Q(weight__gt=0), name="performance_kpi_weight"),
            models.CheckConstraint(condition=Q(places__gte=0, places__lte=4), name="performance_kpi_places"),
        ]

    def __str__(self) -> str:
        return localized(self.name, self.name_en)
