"""Leave and travel that people ask for, day by day."""

from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import IntegerRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from attendance.models.leave_types import LeaveType
from attendance.rules import leave_counting
from hrsaas.people.models import Employee
from hrsaas.tenancy.fields import TenantForeignKey
from hrsaas.tenancy.models import TenantModel


class MinuteRange(models.Func):
    """int4range(start, end)."""

    function = "INT4RANGE"
    output_field = IntegerRangeField()


class LeaveRequest(TenantModel):
    """One leave from first_date to last_date, both included, or hours of one day.

    start_minute, end_minute: minutes of first_date where it is asked for by hours. amount: what it costs, as in
    ``LeaveType``. While it is pending its amount is held back.
    """

    class State(models.TextChoices):
        PENDING = "pending", _("Pending")
        APPROVED = "approved", _("Approved")
        REJECTED = "rejected", _("Rejected")
        CANCELLED = "cancelled", _("Cancelled")

    class DayPart(models.TextChoices):
        FULL = leave_counting.DayPart.FULL.value, _("Whole day")
        MORNING = leave_counting.DayPart.MORNING.value, _("First half")
        AFTERNOON = leave_counting.DayPart.AFTERNOON.value, _("Second half")

    employee = TenantForeignKey(Employee, models.PROTECT, related_name="leave_requests", verbose_name=_("employee"))
    leave_type = TenantForeignKey(LeaveType, models.PROTECT, related_name="requests", verbose_name=_("leave type"))
    first_date = models.DateField(_("first day"))
    last_date = models.DateField(_("last day"))
    first_part = models.CharField(_("of the first day"), max_length=10, choices=DayPart, default=DayPart.FULL)
    last_part = models.CharField(_("of the last day"), max_length=10, choices=DayPart, default=DayPart.FULL)
    start_minute = models.SmallIntegerField(_("from (minute of the day)"), null=True, blank=True)
    end_minute = models.SmallIntegerField(_("until (minute of the day)"), null=True, blank=True)
    amount = models.IntegerField(_("quantity"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.PENDING)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    destination = models.CharField(_("destination"), max_length=120, blank=True)
    evidence = models.CharField(_("evidence"), max_length=200, blank=True)
    created_at = models.DateTimeField(_("created at"))
    created_by = models.CharField(_("created by"), max_length=200)
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)

    class Meta(TenantModel.Meta):
        verbose_name = _("leave request")
        verbose_name_plural = _("leave requests")
        ordering = ["-first_date", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(last_date__gte=F("first_date"), amount__gte=0), name="attendance_leaverequest_dates"
            ),
            models.CheckConstraint(
                condition=Q(start_minute=None, end_minute=None)
                | Q(start_minute__gte=0, end_minute__gt=F("start_minute"), last_date=F("first_date")),
                name="attendance_leaverequest_hours",
            ),
        ]
        indexes = [
            models.Index(fields=["tenant", "employee", "-first_date"], name="attendance_leaverequest_person"),
            models.Index(fields=["tenant", "state", "-first_date"], name="attendance_leaverequest_state"),
        ]

    def __str__(self) -> str:
        return f"{self.leave_type} {self.first_date}–{self.last_date}"


class LeaveDay(TenantModel):
    """One day of a request. [start_minute, end_minute): absolute local minutes since 1970-01-01 00:00.

    amount: what the day costs; 0 on days that do not count. state: void when the request came to nothing. Days of one
    person that are not void never overlap.
    """

    class State(models.TextChoices):
        PENDING = "pending", _("Pending")
        APPROVED = "approved", _("Approved")
        VOID = "void", _("Void")

    request = TenantForeignKey(LeaveRequest, models.PROTECT, related_name="days", verbose_name=_("request"))
    employee = TenantForeignKey(Employee, models.PROTECT, related_name="leave_days", verbose_name=_("employee"))
    date = models.DateField(_("date"))
    start_minute = models.IntegerField(_("from"))
    end_minute = models.IntegerField(_("until"))
    amount = models.IntegerField(_("quantity"))
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.PENDING)

    class Meta(TenantModel.Meta):
        verbose_name = _("day of leave")
        verbose_name_plural = _("days of leave")
        ordering = ["date", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(end_minute__gt=F("start_minute"), amount__gte=0), name="attendance_leaveday_minutes"
            ),
            ExclusionConstraint(
                name="attendance_leaveday_overlap",
                expressions=[
                    ("tenant", RangeOperators.EQUAL),
                    ("employee", RangeOperators.EQUAL),
                    (MinuteRange("start_minute", "end_minute"), RangeOperators.OVERLAPS),
                ],
                condition=Q(state__in=["pending", "approved"]),
                violation_error_message=_("There is leave or travel in this time already."),
            ),
        ]
        indexes = [
            models.Index(fields=["tenant", "date"], name="attendance_leaveday_date"),
            models.Index(fields=["tenant", "request"], name="attendance_leaveday_request"),
            models.Index(fields=["tenant", "employee", "date"], name="attendance_leaveday_person"),
        ]

    def __str__(self) -> str:
        return f"{self.date}"
