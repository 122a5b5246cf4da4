"""Punches: what devices, people and files say about coming and going."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from hrsaas.people.models import Employee
from hrsaas.tenancy.fields import TenantForeignKey
from hrsaas.tenancy.models import TenantModel


class PunchBatch(TenantModel):
    """One delivery of punches, and what became of its rows.

    repeated: already there. unknown: of nobody we know. late: of a month that was locked by then (they are in added
    too, but count only when the month is opened again).
    """

    source = models.CharField(_("source"), max_length=40)
    received_at = models.DateTimeField(_("received at"))
    added = models.IntegerField(_("added"), default=0)
    repeated = models.IntegerField(_("repeated"), default=0)
    unknown = models.IntegerField(_("unknown people"), default=0)
    late = models.IntegerField(_("too late for a locked month"), default=0)

    class Meta(TenantModel.Meta):
        verbose_name = _("delivery of punches")
        verbose_name_plural = _("deliveries of punches")
        ordering = ["-id"]
        indexes = [models.Index(fields=["tenant", "received_at"], name="attendance_batch_received")]

    def __str__(self) -> str:
        return f"{self.source} {self.received_at:%Y-%m-%d %H:%M}"


class Punch(TenantModel):
    """One stamp. Append-only: the database refuses UPDATE, DELETE and TRUNCATE."""

    employee = TenantForeignKey(Employee, models.PROTECT, related_name="punches", verbose_name=_("employee"))
    punched_at = models.DateTimeField(_("punched at"))
    source = models.CharField(_("source"), max_length=40)
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
        ]

    def __str__(self) -> str:
        return f"{self.punched_at:%Y-%m-%d %H:%M}"
