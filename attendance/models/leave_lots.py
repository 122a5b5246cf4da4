"""The ledger of leave: what was granted in lots, and every movement of it."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from attendance.models.leave_types import LeaveType
from hrsaas.people.models import Employee
from hrsaas.tenancy.fields import TenantForeignKey
from hrsaas.tenancy.models import TenantModel


class LeaveProfile(TenantModel):
    """What leave needs to know of a person beside the employment. career_start_date: first day of work anywhere."""

    employee = TenantForeignKey(Employee, models.PROTECT, related_name="leave_profiles", verbose_name=_("employee"))
    career_start_date = models.DateField(_("first day of work anywhere"))

    class Meta(TenantModel.Meta):
        verbose_name = _("start of a career")
        verbose_name_plural = _("starts of careers")
        constraints = [models.UniqueConstraint(fields=["tenant", "employee"], name="attendance_leaveprofile_one")]

    def __str__(self) -> str:
        return f"{self.career_start_date}"


class LeaveLot(TenantModel):
    """Leave of one person and type with one validity: [start_date, end_date), without an end for good.

    key: what it is, once for each person and type: ``2026``, ``carried:2026``, ``overtime:2026-03-07``, ``open`` for
    what has no balance and for advances. remaining: the sum of its entries, kept by the database; it never goes below
    floor, null is no limit.
    """

    employee = TenantForeignKey(Employee, models.PROTECT, related_name="leave_lots", verbose_name=_("employee"))
    leave_type = TenantForeignKey(LeaveType, models.PROTECT, related_name="lots", verbose_name=_("leave type"))
    key = models.CharField(_("key"), max_length=40)
    start_date = models.DateField(_("valid from"))
    end_date = models.DateField(_("valid until"), null=True, blank=True)
    floor = models.IntegerField(_("may go down to"), null=True, blank=True, default=0)
    remaining = models.IntegerField(_("remaining"), default=0)

    class Meta(TenantModel.Meta):
        verbose_name = _("leave balance")
        verbose_name_plural = _("leave balances")
        ordering = ["employee", "leave_type", "start_date", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "employee", "leave_type", "key"], name="attendance_leavelot_key"
            ),
            models.CheckConstraint(
                condition=Q(floor=None) | Q(remaining__gte=F("floor")), name="attendance_leavelot_floor",
                violation_error_message=_("There is not enough leave left."),
            ),
            models.CheckConstraint(
                condition=Q(end_date=None) | Q(end_date__gt=F("start_date")), name="attendance_leavelot_dates"
            ),
        ]  # fmt: skip
        indexes = [models.Index(fields=["tenant", "leave_type", "end_date"], name="attendance_leavelot_end")]

    def __str__(self) -> str:
        return f"{self.leave_type} {self.key}"


class LeaveEntry(TenantModel):
    """One movement of a lot, on a day. Append-only: the database refuses UPDATE, DELETE and TRUNCATE.

    amount: what it adds; below 0 what it takes.
    """

    class Kind(models.TextChoices):
        OPENING = "opening", _("Opening balance")
        GRANT = "grant", _("Granted")
        ACCRUAL = "accrual", _("Accrued")
        OVERTIME = "overtime", _("From overtime")
        CARRIED = "carried", _("Carried over")
        TAKEN = "taken", _("Taken")
        RETURNED = "returned", _("Given back")
        EXPIRED = "expired", _("Expired")
        ADJUSTMENT = "adjustment", _("Adjusted")
        SETTLED = "settled", _("Advance settled")

    lot = TenantForeignKey(LeaveLot, models.PROTECT, related_name="entries", verbose_name=_("lot"))
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    date = models.DateField(_("date"))
    amount = models.IntegerField(_("quantity"))
    request = TenantForeignKey(
        "attendance.LeaveRequest", models.PROTECT, null=True, blank=True, related_name="entries",
        verbose_name=_("request"),
    )  # fmt: skip
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    created_at = models.DateTimeField(_("created at"))
    created_by = models.CharField(_("created by"), max_length=200)

    class Meta(TenantModel.Meta):
        verbose_name = _("leave movement")
        verbose_name_plural = _("leave movements")
        ordering = ["-date", "-id"]
        constraints = [
            models.CheckConstraint(condition=~Q(amount=0), name="attendance_leaveentry_amount"),
        ]
        indexes = [
            models.Index(fields=["tenant", "lot", "date"], name="attendance_leaveentry_lot"),
            models.Index(
                fields=["tenant", "request"], condition=Q(request__isnull=False), name="attendance_leaveentry_asked"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.date} {self.get_kind_display()}"
