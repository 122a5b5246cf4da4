"""Where people may stamp with their phones, the phones, and how each such stamp was judged."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from hrsaas.people.models import Employee, OrgUnit
from hrsaas.tenancy.fields import TenantForeignKey
from hrsaas.tenancy.models import TenantModel


class PunchPlace(TenantModel):
    """A place of work: a circle on the map, and the access points (BSSIDs) of its Wi-Fi.

    latitude, longitude: degrees as Chinese maps show them (GCJ-02); none for a place known by its Wi-Fi alone.
    bssids: ``aa:bb:cc:dd:ee:ff``. unit: whose people may stamp here, with all units below; none: everybody.
    """

    name = models.CharField(_("name"), max_length=80)
    latitude = models.DecimalField(_("latitude"), max_digits=8, decimal_places=6, null=True, blank=True)
    longitude = models.DecimalField(_("longitude"), max_digits=9, decimal_places=6, null=True, blank=True)
    radius_m = models.PositiveIntegerField(_("radius (m)"), default=200)
    bssids = ArrayField(models.CharField(max_length=17), default=list, blank=True, verbose_name=_("access points"))
    unit = TenantForeignKey(
        OrgUnit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("unit"),
        help_text=_("Whose people may stamp here; none: everybody."),
    )  # fmt: skip
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta(TenantModel.Meta):
        verbose_name = _("place of punches")
        verbose_name_plural = _("places of punches")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "name"], name="attendance_place_name"),
            models.CheckConstraint(
                condition=models.Q(latitude__isnull=True, longitude__isnull=True)
                | models.Q(
                    latitude__gte=-90, latitude__lte=90, longitude__gte=-180, longitude__lte=180, radius_m__gte=10
                ),
                name="attendance_place_circle",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Phone(TenantModel):
    """A phone with which one person stamps. key: made up by the app when it was installed, stored as its SHA-256."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting to be allowed")
        ALLOWED = "allowed", _("Allowed")
        BLOCKED = "blocked", _("Blocked")

    employee = TenantForeignKey(Employee, models.CASCADE, related_name="+", verbose_name=_("employee"))
    key = models.CharField(max_length=64, editable=False)
    name = models.CharField(_("phone"), max_length=80, blank=True)
    state = models.CharField(_("state"), max_length=8, choices=State)
    first_used_at = models.DateTimeField(_("first used"))

    class Meta(TenantModel.Meta):
        verbose_name = _("phone for punches")
        verbose_name_plural = _("phones for punches")
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(fields=["tenant", "employee", "key"], name="attendance_phone_once")]
        indexes = [models.Index(fields=["tenant", "key"], name="attendance_phone_key")]

    def __str__(self) -> str:
        return self.name or self.key[:8]
