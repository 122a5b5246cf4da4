"""Months of attendance: their day results and timesheets, which a lock makes immutable."""

from __future__ import annotations

from datetime import date, timedelta

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from attendance.models.shifts import Shift
from attendance.rules.calendars import DayKind
from attendance.rules.day_columns import RESULT_COLUMNS, DayStatus
from hrsaas.people.models import Employee
from hrsaas.tenancy.fields import TenantForeignKey
from hrsaas.tenancy.models import TenantModel


class Status(models.IntegerChoices):
    """What became of a day, for people; the codes are those of the rules."""

    REST = DayStatus.REST.value, _("Rest")
    HOLIDAY = DayStatus.HOLIDAY.value, _("Holiday")
    PRESENT = DayStatus.PRESENT.value, _("Present")
    ABSENT = DayStatus.ABSENT.value, _("Absent")
    MISSING_PUNCH = DayStatus.MISSING_PUNCH.value, _("Missing punch")
    OFF_ROSTER = DayStatus.OFF_ROSTER.value, _("Worked without a shift")
    LEAVE = DayStatus.LEAVE.value, _("On leave")
    TRAVEL = DayStatus.TRAVEL.value, _("Travel")


class Kind(models.IntegerChoices):
    """Kinds of days, for people."""

    WORKDAY = DayKind.WORKDAY.value, _("Working day")
    REST_DAY = DayKind.REST_DAY.value, _("Rest day")
    STATUTORY_HOLIDAY = DayKind.STATUTORY_HOLIDAY.value, _("Statutory holiday")
    HOLIDAY = DayKind.HOLIDAY.value, _("Holiday")


class AttendanceMonth(TenantModel):
    """One month of the tenant. Day results need their month's row; once it is locked the database refuses changes.

    digest: SHA-256 of all day results at the lock, by employee number and date. asked_at: when people were asked to
    look at their timesheets; from answers_due_at on, silence confirms.
    """

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        LOCKED = "locked", _("Locked")

    start_date = models.DateField(_("month"))
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.OPEN)
    locked_at = models.DateTimeField(_("locked at"), null=True, blank=True)
    locked_by = models.CharField(_("locked by"), max_length=200, blank=True)
    digest = models.CharField(_("digest"), max_length=64, blank=True)
    asked_at = models.DateTimeField(_("people asked at"), null=True, blank=True)
    answers_due_at = models.DateTimeField(_("answers due at"), null=True, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)  # for ETags; services count it up

    class Meta(TenantModel.Meta):
        verbose_name = _("attendance month")
        verbose_name_plural = _("attendance months")
        ordering = ["-start_date"]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "start_date"], name="attendance_month_start"),
            models.CheckConstraint(condition=models.Q(start_date__day=1), name="attendance_month_first"),
            models.CheckConstraint(
                condition=models.Q(state="open", locked_at=None) | models.Q(state="locked", locked_at__isnull=False),
                name="attendance_month_locked_at",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.start_date:%Y-%m}"

    @property
    def is_locked(self) -> bool:
        return self.state == self.State.LOCKED

    @property
    def end_date(self) -> date:
        """The first day after the month."""
        return (self.start_date + timedelta(days=31)).replace(day=1)


# The place of each in ``MonthResult.cells``.
CELLS = ("kind", *RESULT_COLUMNS)
# The status of a day without a result.
NO_DAY = -1


class MonthResult(TenantModel):
    """The day results of one person in one month; ``DayResult`` shows them day by day.

    A row for each day would cost PostgreSQL five times as much to write and to keep. shift_ids, computed_at: by day of
    the month, a shift that is none is 0. cells: by column as ``CELLS`` names them and by day of the month; a day
    without a result has the status NO_DAY and nothing else. The lowest five bits of the id are 0: with the day in them
    it is the id of the day's result.
    """

    # Triggers check the shifts and keep what they refer to, per statement instead of per day.
    employee = TenantForeignKey(
        Employee, models.PROTECT, related_name="month_results", verbose_name=_("employee")
    )  # fmt: skip
    start_date = models.DateField(_("month"))
    shift_ids = ArrayField(models.BigIntegerField(), verbose_name=_("shifts"))
    cells = ArrayField(ArrayField(models.SmallIntegerField()), verbose_name=_("day results"))
    computed_at = ArrayField(models.DateTimeField(), verbose_name=_("computed at"))

    class Meta(TenantModel.Meta):
        verbose_name = _("month of day results")
        verbose_name_plural = _("months of day results")
        constraints = [
            models.UniqueConstraint(fields=["tenant", "employee", "start_date"], name="attendance_result_person"),
            models.CheckConstraint(condition=models.Q(start_date__day=1), name="attendance_result_first"),
        ]
        indexes = [models.Index(fields=["tenant", "-start_date", "employee"], name="attendance_result_month")]

    def __str__(self) -> str:
        return f"{self.start_date:%Y-%m}"


class DayResult(TenantModel):
    """What became of one day of one person; every minute column is as in ``rules.day_columns.DayResults``.

    A view of ``MonthResult``, read by person or by month (``month``: its first day), since only these have an index.
    first_in, last_out: minutes since 00:00 of ``date``, below 0 on the day before, from 1440 on the day after.
    """

    month_result = TenantForeignKey(MonthResult, models.DO_NOTHING, related_name="days", db_constraint=False)
    month = models.DateField(_("month"))
    employee = TenantForeignKey(
        Employee, models.DO_NOTHING, db_constraint=False, related_name="day_results", verbose_name=_("employee")
    )
    date = models.DateField(_("date"))
    shift = TenantForeignKey(
        Shift, models.DO_NOTHING, null=True, blank=True, db_constraint=False, related_name="+", verbose_name=_("shift")
    )
    kind = models.SmallIntegerField(_("kind of day"), choices=Kind)
    status = models.SmallIntegerField(_("status"), choices=Status)
    flags = models.SmallIntegerField(_("flags"))
    first_in = models.SmallIntegerField(_("first in"), null=True, blank=True)
    last_out = models.SmallIntegerField(_("last out"), null=True, blank=True)
    due_minutes = models.SmallIntegerField(_("due (minutes)"))
    worked_minutes = models.SmallIntegerField(_("worked (minutes)"))
    late_minutes = models.SmallIntegerField(_("late (minutes)"))
    early_minutes = models.SmallIntegerField(_("left early (minutes)"))
    overtime_weekday_minutes = models.SmallIntegerField(_("weekday overtime (minutes)"))
    overtime_rest_day_minutes = models.SmallIntegerField(_("rest day overtime (minutes)"))
    overtime_statutory_minutes = models.SmallIntegerField(_("statutory holiday overtime (minutes)"))
    night_minutes = models.SmallIntegerField(_("night (minutes)"))
    short_minutes = models.SmallIntegerField(_("short of due hours (minutes)"), default=0)
    absent_minutes = models.SmallIntegerField(_("absent (minutes)"), default=0)
    absent_half_days = models.SmallIntegerField(_("half days absent"), default=0)
    leave_paid_minutes = models.SmallIntegerField(_("paid leave (minutes)"), default=0)
    leave_unpaid_minutes = models.SmallIntegerField(_("unpaid leave (minutes)"), default=0)
    travel_minutes = models.SmallIntegerField(_("travel (minutes)"), default=0)
    overtime_leave_minutes = models.SmallIntegerField(_("overtime taken as time off (minutes)"), default=0)
    computed_at = models.DateTimeField(_("computed at"))

    class Meta(TenantModel.Meta):
        managed = False
        db_table = "attendance_dayresult"
        verbose_name = _("day result")
        verbose_name_plural = _("day results")

    def __str__(self) -> str:
        return f"{self.date} {self.get_status_display()}"

    @property
    def overtime_minutes(self) -> int:
        """Overtime of all three kinds together."""
        return self.overtime_weekday_minutes + self.overtime_rest_day_minutes + self.overtime_statutory_minutes


class Timesheet(TenantModel):
    """The month of one person: totals as in ``rules.timesheets.Timesheets``, and worked days per shift code."""

    month = TenantForeignKey(AttendanceMonth, models.PROTECT, related_name="timesheets", verbose_name=_("month"))
    employee = TenantForeignKey(Employee, models.PROTECT, related_name="timesheets", verbose_name=_("employee"))
    due_days = models.IntegerField(_("due days"))
    due_minutes = models.IntegerField(_("due (minutes)"))
    worked_days = models.IntegerField(_("worked days"))
    absent_days = models.IntegerField(_("absent days"))
    missing_punch_days = models.IntegerField(_("days with a missing punch"))
    off_roster_days = models.IntegerField(_("days worked without a shift"))
    worked_minutes = models.IntegerField(_("worked (minutes)"))
    late_count = models.IntegerField(_("times late"))
    late_minutes = models.IntegerField(_("late (minutes)"))
    early_count = models.IntegerField(_("times left early"))
    early_minutes = models.IntegerField(_("left early (minutes)"))
    overtime_weekday_minutes = models.IntegerField(_("weekday overtime (minutes)"))
    overtime_rest_day_minutes = models.IntegerField(_("rest day overtime (minutes)"))
    overtime_statutory_minutes = models.IntegerField(_("statutory holiday overtime (minutes)"))
    night_minutes = models.IntegerField(_("night (minutes)"))
    night_shift_count = models.IntegerField(_("night shifts"))
    late_forgiven_count = models.IntegerField(_("times late forgiven"), default=0)
    half_absent_days = models.IntegerField(_("days half absent"), default=0)
    absent_minutes = models.IntegerField(_("absent (minutes)"), default=0)
    short_minutes = models.IntegerField(_("short of due hours (minutes)"), default=0)
    leave_paid_minutes = models.IntegerField(_("paid leave (minutes)"), default=0)
    leave_unpaid_minutes = models.IntegerField(_("unpaid leave (minutes)"), default=0)
    travel_minutes = models.IntegerField(_("travel (minutes)"), default=0)
    overtime_leave_minutes = models.IntegerField(_("overtime taken as time off (minutes)"), default=0)
    unpaid_day_hundredths = models.IntegerField(_("unpaid days (hundredths)"), default=0)
    late_tiers = models.JSONField(_("late days by tier (from minutes)"), default=dict)
    shift_days = models.JSONField(_("worked days by shift"), default=dict)

    class Meta(TenantModel.Meta):
        verbose_name = _("timesheet")
        verbose_name_plural = _("timesheets")
        constraints = [
            models.UniqueConstraint(fields=["tenant", "month", "employee"], name="attendance_timesheet_month"),
        ]
        indexes = [models.Index(fields=["tenant", "employee", "month"], name="attendance_timesheet_person")]

    def __str__(self) -> str:
        return f"{self.month}"
