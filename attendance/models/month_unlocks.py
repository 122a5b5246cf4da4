"""Opening locked months again, which takes two people."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from attendance.models.months import AttendanceMonth
from attendance.models.request_states import RequestState
from hrsaas.access.models import User
from hrsaas.tenancy.fields import TenantForeignKey
from hrsaas.tenancy.models import TenantModel


class MonthUnlock(TenantModel):
    """One asks to open a locked month, another decides. The database opens a month for an approved one only.

    month_version: the month's when it was asked; an approval opens that lock and no later one.
    """

    month = TenantForeignKey(AttendanceMonth, models.PROTECT, related_name="unlocks", verbose_name=_("month"))
    month_version = models.PositiveIntegerField(editable=False)
    reason = models.TextField(_("reason"))
    state = models.CharField(_("state"), max_length=10, choices=RequestState, default=RequestState.WAITING)
    asked_by = TenantForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("asked by"))
    asked_at = models.DateTimeField(_("asked at"))
    decided_by = TenantForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)

    class Meta(TenantModel.Meta):
        verbose_name = _("unlocking of a month")
        verbose_name_plural = _("unlockings of months")
        ordering = ["-asked_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "month"], condition=Q(state="waiting"), name="attendance_unlock_one",
                violation_error_message=_("Unlocking this month is asked for already."),
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None) | Q(state="withdrawn") | ~Q(decided_by=F("asked_by")),
                name="attendance_unlock_two_people",
                violation_error_message=_("Another person has to decide."),
            ),
            models.CheckConstraint(
                condition=Q(state="waiting", decided_by=None, decided_at=None)
                | (~Q(state="waiting") & Q(decided_by__isnull=False, decided_at__isnull=False)),
                name="attendance_unlock_decided",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="attendance_unlock_reason"),
        ]  # fmt: skip
        indexes = [models.Index(fields=["tenant", "-asked_at"], name="attendance_unlock_newest")]

    def __str__(self) -> str:
        return f"{self.month}"
