"""How stamps of phones were judged."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from attendance.models.punch_places import Phone, PunchPlace
from attendance.models.punches import Punch
from hrsaas.tenancy.fields import TenantForeignKey
from hrsaas.tenancy.models import TenantModel


class PunchCheck(TenantModel):
    """One for each stamp of a phone. place: where it was, or the nearest one; distance_m: to its centre.

    The position itself is not kept: the distance says all that the rule needs.
    """

    punch = TenantForeignKey(Punch, models.PROTECT, related_name="checks", verbose_name=_("punch"))
    place = TenantForeignKey(
        PunchPlace, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("place")
    )
    phone = TenantForeignKey(Phone, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("phone"))
    distance_m = models.IntegerField(_("distance (m)"), null=True, blank=True)
    accuracy_m = models.IntegerField(_("accuracy (m)"), null=True, blank=True)

    class Meta(TenantModel.Meta):
        verbose_name = _("check of a punch")
        verbose_name_plural = _("checks of punches")
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(fields=["tenant", "punch"], name="attendance_check_once")]
        indexes = [
            models.Index(fields=["tenant", "place"], name="attendance_check_place"),
            models.Index(fields=["tenant", "phone"], name="attendance_check_phone"),
        ]

    def __str__(self) -> str:
        return f"{self.place or '–'} {self.distance_m or 0} m"
