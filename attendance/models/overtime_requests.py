"""Overtime that people ask for, and what became of it where the day's month was closed already."""

from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from attendance.models.leave_requests import MinuteRange
from attendance.models.leave_types import LeaveType
from attendance.models.months import AttendanceMonth
from attendance.models.request_states import LIVE, RequestState
from hrsaas.people.models import Employee
from hrsaas.tenancy.fields import TenantForeignKey
from hrsaas.tenancy.models import TenantModel


class OvertimeRequest(TenantModel):
    """Minutes of overtime on one day. start_minute, end_minute: of the day, above 1440 on the next; without them the
    request says only how long.

    leave_type: what it becomes instead of pay. counts_on_day: the day engine counts it with the day's approvals; where
    it was decided after the month was locked, an adjustment counts it instead.
    """

    class Compensation(models.TextChoices):
        PAY = "pay", _("Pay")
        TIME_OFF = "time_off", _("Time off")

    employee = TenantForeignKey(Employee, models.PROTECT, related_name="overtime_requests", verbose_name=_("employee"))
    date = models.DateField(_("date"))
    start_minute = models.IntegerField(_("from (minute of the day)"), null=True, blank=True)
    end_minute = models.IntegerField(_("until (minute of the day)"), null=True, blank=True)
    minutes = models.IntegerField(_("minutes"))
    compensation = models.CharField(_("for"), max_length=8, choices=Compensation, default=Compensation.PAY)
    leave_type = TenantForeignKey(
        LeaveType, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("leave type")
    )
    reason = models.TextField(_("reason"))
    state = models.CharField(_("state"), max_length=10, choices=RequestState, default=RequestState.WAITING)
    counts_on_day = models.BooleanField(_("counts on its day"), default=False)
    asked_at = models.DateTimeField(_("asked at"))
    asked_by = models.CharField(_("asked by"), max_length=200)
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    decided_by = models.CharField(_("decided by"), max_length=200, blank=True)

    class Meta(TenantModel.Meta):
        verbose_name = _("overtime request")
        verbose_name_plural = _("overtime requests")
        ordering = ["-date", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(minutes__gt=0, minutes__lte=1440), name="attendance_overtime_minutes"),
            models.CheckConstraint(
                condition=Q(start_minute=None, end_minute=None)
                | Q(start_minute__gte=0, end_minute__gt=F("start_minute"), end_minute__lte=2880),
                name="attendance_overtime_times",
            ),
            models.CheckConstraint(
                condition=Q(compensation="pay", leave_type=None)
                | Q(compensation="time_off", leave_type__isnull=False),
                name="attendance_overtime_leave",
            ),
            models.CheckConstraint(
                condition=Q(state="waiting", decided_at=None) | (~Q(state="waiting") & Q(decided_at__isnull=False)),
                name="attendance_overtime_decided",
            ),
            models.CheckConstraint(
                condition=Q(counts_on_day=False) | Q(state__in=["approved", "cancelled"]),
                name="attendance_overtime_counts",
            ),
            # Without times a request is about the whole day: a range without bounds meets every other.
            ExclusionConstraint(
                name="attendance_overtime_once",
                expressions=[
                    ("tenant", RangeOperators.EQUAL),
                    ("employee", RangeOperators.EQUAL),
                    ("date", RangeOperators.EQUAL),
                    (MinuteRange("start_minute", "end_minute"), RangeOperators.OVERLAPS),
                ],
                condition=Q(state__in=LIVE),
                violation_error_message=_("There is a request for overtime in this time already."),
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["tenant", "employee", "date"], name="attendance_overtime_person"),
            models.Index(fields=["tenant", "-asked_at"], name="attendance_overtime_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.date} {self.minutes}"


class OvertimeAdjustment(TenantModel):
    """Overtime of a day in a locked month, counted in the month that was open when it was decided. Append-only: the
    database refuses UPDATE, DELETE and TRUNCATE. Minutes are below 0 where it was taken back.
    """

    employee = TenantForeignKey(
        Employee, models.PROTECT, related_name="overtime_adjustments", verbose_name=_("employee")
    )
    month = TenantForeignKey(AttendanceMonth, models.PROTECT, related_name="+", verbose_name=_("counted in"))
    request = TenantForeignKey(
        OvertimeRequest, models.PROTECT, related_name="adjustments", verbose_name=_("overtime request")
    )
    date = models.DateField(_("date"))
    overtime_weekday_minutes = models.IntegerField(_("weekday overtime (minutes)"), default=0)
    overtime_rest_day_minutes = models.IntegerField(_("rest day overtime (minutes)"), default=0)
    overtime_statutory_minutes = models.IntegerField(_("statutory holiday overtime (minutes)"), default=0)
    created_at = models.DateTimeField(_("created at"))
    created_by = models.CharField(_("created by"), max_length=200)

    class Meta(TenantModel.Meta):
        verbose_name = _("overtime adjustment")
        verbose_name_plural = _("overtime adjustments")
        ordering = ["-created_at", "-id"]
        indexes = [
            models.Index(fields=["tenant", "month", "employee"], name="attendance_otadjust_month"),
            models.Index(fields=["tenant", "request"], name="attendance_otadjust_request"),
        ]

    def __str__(self) -> str:
        return f"{self.date}"
