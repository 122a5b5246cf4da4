"""What people say to their own month: confirmed, or disputed with a text that is answered."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from attendance.models.months import AttendanceMonth
from hrsaas.people.models import Employee
from hrsaas.tenancy.fields import TenantForeignKey
from hrsaas.tenancy.models import TenantModel


class TimesheetConfirmation(TenantModel):
    """The person agrees with the own month; automatic: he said nothing until the deadline.

    is_void: the timesheet changed afterwards. The database sets it, whoever changes the timesheet.
    """

    month = TenantForeignKey(AttendanceMonth, models.PROTECT, related_name="confirmations", verbose_name=_("month"))
    employee = TenantForeignKey(Employee, models.PROTECT, related_name="+", verbose_name=_("employee"))
    confirmed_at = models.DateTimeField(_("confirmed at"))
    confirmed_from = models.CharField(_("confirmed from"), max_length=60, blank=True)
    automatic = models.BooleanField(_("by silence"), default=False)
    is_void = models.BooleanField(_("void: changed since"), default=False)

    class Meta(TenantModel.Meta):
        verbose_name = _("timesheet confirmation")
        verbose_name_plural = _("timesheet confirmations")
        ordering = ["-confirmed_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "month", "employee"], condition=Q(is_void=False), name="attendance_confirmation_one"
            ),
        ]
        indexes = [
            models.Index(fields=["tenant", "employee", "month"], name="attendance_confirmed_by"),
            models.Index(fields=["tenant", "-confirmed_at"], name="attendance_confirmed_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.month}"


class TimesheetDispute(TenantModel):
    """What a person finds wrong with the own month, and what the clerk says to it. One open at a time."""

    month = TenantForeignKey(AttendanceMonth, models.PROTECT, related_name="disputes", verbose_name=_("month"))
    employee = TenantForeignKey(Employee, models.PROTECT, related_name="+", verbose_name=_("employee"))
    text = models.TextField(_("what is wrong"))
    raised_at = models.DateTimeField(_("raised at"))
    raised_from = models.CharField(_("raised from"), max_length=60, blank=True)
    answer = models.TextField(_("answer"), blank=True)
    answered_by = models.CharField(_("answered by"), max_length=200, blank=True)
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)

    class Meta(TenantModel.Meta):
        verbose_name = _("timesheet dispute")
        verbose_name_plural = _("timesheet disputes")
        ordering = ["-raised_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "month", "employee"], condition=Q(answered_at=None), name="attendance_dispute_open"
            ),
            models.CheckConstraint(
                condition=Q(answered_at=None, answer="") | (Q(answered_at__isnull=False) & ~Q(answer="")),
                name="attendance_dispute_answer",
            ),
        ]
        indexes = [
            models.Index(fields=["tenant", "employee", "month"], name="attendance_dispute_by"),
            models.Index(fields=["tenant", "-raised_at"], name="attendance_dispute_newest"),
        ]

    def __str__(self) -> str:
        return self.text[:60]

    @property
    def is_open(self) -> bool:
        return self.answered_at is None
