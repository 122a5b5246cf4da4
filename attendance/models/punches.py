"""Punches: what devices, people and files say about coming and going."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from attendance.models.devices import Device
from attendance.rules.punch_places import FLAGGED
from attendance.rules.punch_places import Trust as Known
from hrsaas.people.models import Employee
from hrsaas.tenancy.fields import TenantForeignKey
from hrsaas.tenancy.models import TenantModel


class Trust(models.IntegerChoices):
    """How a punch is known to be true, for people; the codes are those of the rules."""

    UNCHECKED = Known.UNCHECKED.value, _("As delivered")
    DEVICE = Known.DEVICE.value, _("Registered device")
    PLACE = Known.PLACE.value, _("At a place of work")
    WIFI = Known.WIFI.value, _("In the Wi-Fi of a place of work")
    OUTSIDE = Known.OUTSIDE.value, _("Outside all places of work")
    UNLOCATED = Known.UNLOCATED.value, _("Without a position")
    OTHER_PHONE = Known.OTHER_PHONE.value, _("With a phone that is not allowed")


class PunchBatch(TenantModel):
    """One delivery of punches, and what became of its rows.

    repeated: already there. unknown: of nobody we know. late: of a month that was locked by then (they are in added
    too, but count only when the month is opened again). device: the registered device that sent it.
    """

    source = models.CharField(_("source"), max_length=40)
    device = TenantForeignKey(
        Device, models.PROTECT, null=True, blank=True, related_name="batches", verbose_name=_("attendance device")
    )
    received_at = models.DateTimeField(_("received at"))
    added = models.IntegerField(_("added"), default=0)
    repeated = models.IntegerField(_("repeated"), default=0)
    unknown = models.IntegerField(_("unknown people"), default=0)
    late = models.IntegerField(_("too late for a locked month"), default=0)

    class Meta(TenantModel.Meta):
        verbose_name = _("delivery of punches")
        verbose_name_plural = _("deliveries of punches")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["tenant", "received_at"], name="attendance_batch_received"),
            models.Index(
                fields=["tenant", "device"], name="attendance_batch_device", condition=models.Q(device__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source} {timezone.localtime(self.received_at):%Y-%m-%d %H:%M}"


class Punch(TenantModel):
    """One stamp. Append-only: the database refuses UPDATE, DELETE and TRUNCATE."""

    employee = TenantForeignKey(Employee, models.PROTECT, related_name="punches", verbose_name=_("employee"))
    punched_at = models.DateTimeField(_("punched at"))
    source = models.CharField(_("source"), max_length=40)
    trust = models.SmallIntegerField(
        _("trust"), choices=Trust, default=Trust.UNCHECKED, db_default=Trust.UNCHECKED.value
    )
    batch = TenantForeignKey(PunchBatch, models.PROTECT, related_name="punches", verbose_name=_("delivery"))

    class Meta(TenantModel.Meta):
        verbose_name = _("punch")
        verbose_name_plural = _("punches")
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "employee", "punched_at", "source"], name="attendance_punch_once"
            ),
        ]
        indexes = [
            models.Index(fields=["tenant", "punched_at"], name="attendance_punch_time"),
            models.Index(fields=["tenant", "batch"], name="attendance_punch_batch"),
            models.Index(
                fields=["tenant", "punched_at"], name="attendance_punch_flagged", condition=models.Q(trust__gte=FLAGGED)
            ),
        ]

    def __str__(self) -> str:
        return f"{timezone.localtime(self.punched_at):%Y-%m-%d %H:%M}"

    @property
    def is_flagged(self) -> bool:
        """Whether somebody should look at it."""
        return self.trust >= FLAGGED
