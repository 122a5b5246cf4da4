"""Requests for punches that are missing or wrong (补卡), and the files that show it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from attendance.models.punches import Punch
from attendance.models.request_states import LIVE, RequestState
from hrsaas.people.models import Employee
from hrsaas.tenancy.fields import TenantForeignKey
from hrsaas.tenancy.models import TenantModel


class Correction(TenantModel):
    """One punch that a person says should be there, or (``voids``) one that should not. Approved, the first becomes a
    punch of the source "correction"; the second makes the named punch void: it stays, and no day counts it. Cancelled,
    it counts again.

    date: the working day to which it belongs, also where the punch itself is after midnight. Nothing is removed: what
    was withdrawn or rejected keeps its row, and the punches of devices stay as they are.
    """

    class Direction(models.TextChoices):
        IN = "in", _("Coming")
        OUT = "out", _("Going")
        VOID = "void", _("Voiding a punch")

    employee = TenantForeignKey(Employee, models.PROTECT, related_name="corrections", verbose_name=_("employee"))
    date = models.DateField(_("working day"))
    direction = models.CharField(_("direction"), max_length=4, choices=Direction)
    punched_at = models.DateTimeField(_("punched at"))
    reason = models.TextField(_("reason"))
    state = models.CharField(_("state"), max_length=10, choices=RequestState, default=RequestState.WAITING)
    asked_at = models.DateTimeField(_("asked at"))
    asked_by = models.CharField(_("asked by"), max_length=200)
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    decided_by = models.CharField(_("decided by"), max_length=200, blank=True)
    punch = TenantForeignKey(
        Punch, models.PROTECT, null=True, blank=True, related_name="corrections", verbose_name=_("punch")
    )
    voids = TenantForeignKey(
        Punch, models.PROTECT, null=True, blank=True, related_name="voidings", verbose_name=_("voids")
    )

    class Meta(TenantModel.Meta):
        verbose_name = _("correction of punches")
        verbose_name_plural = _("corrections of punches")
        ordering = ["-asked_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "employee", "punched_at"], condition=Q(state__in=LIVE, voids=None),
                name="attendance_correction_once", violation_error_message=_("This punch is asked for already."),
            ),
            models.UniqueConstraint(
                fields=["tenant", "voids"], condition=Q(state__in=LIVE), name="attendance_correction_void_once",
                violation_error_message=_("Voiding this punch is asked for already."),
            ),
            models.CheckConstraint(
                condition=Q(state="approved", voids=None, punch__isnull=False)
                | (~(Q(state="approved") & Q(voids=None)) & Q(punch=None)),
                name="attendance_correction_punch",
            ),
            models.CheckConstraint(
                condition=Q(direction="void", voids__isnull=False) | (~Q(direction="void") & Q(voids=None)),
                name="attendance_correction_voids",
            ),
            models.CheckConstraint(
                condition=Q(state="waiting", decided_at=None) | (~Q(state="waiting") & Q(decided_at__isnull=False)),
                name="attendance_correction_decided",
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["tenant", "employee", "date"], name="attendance_correction_day"),
            models.Index(fields=["tenant", "-asked_at"], name="attendance_correction_newest"),
            models.Index(
                fields=["tenant", "voids"], condition=Q(voids__isnull=False), name="attendance_correction_void"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.date} {self.get_direction_display()}"


class CorrectionFile(TenantModel):
    """A picture or document that shows why; the content is encrypted."""

    correction = TenantForeignKey(Correction, models.PROTECT, related_name="files", verbose_name=_("correction"))
    file_name = models.CharField(_("file name"), max_length=200)
    content_type = models.CharField(_("kind of file"), max_length=40)
    size = models.IntegerField(_("bytes"))
    content = models.BinaryField()

    class Meta(TenantModel.Meta):
        verbose_name = _("evidence of a correction")
        verbose_name_plural = _("evidence of corrections")
        constraints = [models.UniqueConstraint(fields=["tenant", "correction"], name="attendance_evidence_one")]

    def __str__(self) -> str:
        return self.file_name
