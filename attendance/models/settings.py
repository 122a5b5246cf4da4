"""What holds for the attendance of the whole tenant."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from attendance.models.shifts import Rotation, Shift
from attendance.packs.loader import pack_title
from attendance.rules.lateness import LatenessPolicy, LateTier
from attendance.rules.shift_parts import OvertimePolicy, OvertimeSource
from hrsaas.tenancy.fields import TenantForeignKey
from hrsaas.tenancy.models import TenantModel


class OvertimeKind(models.TextChoices):
    """Overtime that may become time off instead of pay; that of statutory holidays is always paid."""

    WEEKDAY = "weekday", _("Working days")
    REST_DAY = "rest_day", _("Rest days")


def default_leave_kinds() -> list[str]:
    """What the law allows without an agreement."""
    return [OvertimeKind.REST_DAY]


class AttendanceSettings(TenantModel):
    """One row per tenant.

    working_weekdays: Monday = 0. national_calendar: '' for none, else the country whose holidays count.
    default_rotation: the roster of people who were put on none; off_roster: overtime on days without a shift.
    correction_limit: by the month of the working day, waiting and approved ones. answer_days: from the day on which
    people were asked. overtime_days_back: 0, only before or on the day itself.
    late_tiers: list of {"from_minutes", "absent_half_days", "name", "name_en"}, ascending.
    mobile_punches: whether people stamp with their phones, and what becomes of stamps outside the places of work;
    other_phones: what becomes of stamps with a phone that is not allowed.
    """

    class MobilePunches(models.TextChoices):
        OFF = "off", _("Nobody stamps by phone")
        REFUSE = "refuse", _("Only at a place of work")
        FLAG = "flag", _("Everywhere, marked outside the places of work")

    class OtherPhones(models.TextChoices):
        ALLOW = "allow", _("Any phone")
        FLAG = "flag", _("Marked where the phone is not allowed")
        REFUSE = "refuse", _("Only allowed phones")

    pack_code = models.CharField(_("industry template"), max_length=32)
    pack_version = models.SmallIntegerField(_("version of the template"))
    working_weekdays = ArrayField(models.SmallIntegerField(), verbose_name=_("working weekdays (Monday = 0)"))
    national_calendar = models.CharField(_("national calendar"), max_length=2, blank=True)
    off_roster_step_minutes = models.SmallIntegerField(_("overtime step without a shift (minutes)"), default=1)
    off_roster_minimum_minutes = models.SmallIntegerField(_("overtime minimum without a shift (minutes)"), default=1)
    off_roster_source = models.SmallIntegerField(
        _("overtime without a shift counts"), choices=Shift.OvertimeSource, default=Shift.OvertimeSource.BY_PUNCH
    )
    late_free_count = models.SmallIntegerField(_("times late that are forgiven in a month"), default=0)
    late_free_minutes = models.SmallIntegerField(_("forgiven up to (minutes)"), default=0)
    late_tiers = models.JSONField(_("tiers of lateness"), default=list, blank=True)
    default_rotation = TenantForeignKey(
        Rotation, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("default rotation")
    )

    correction_limit = models.PositiveSmallIntegerField(_("corrections a person may ask for in a month"), default=3)
    correction_days_back = models.PositiveSmallIntegerField(_("days back that may be corrected"), default=31)
    overtime_days_back = models.PositiveSmallIntegerField(_("days back for which overtime may be asked for"), default=7)
    overtime_leave_kinds = ArrayField(
        models.CharField(max_length=8, choices=OvertimeKind), verbose_name=_("overtime that may become time off"),
        default=default_leave_kinds, blank=True,
    )  # fmt: skip
    overtime_leave_percent = models.PositiveSmallIntegerField(_("time off for overtime (percent)"), default=100)
    answer_days = models.PositiveSmallIntegerField(
        _("days until silence confirms a timesheet"), null=True, blank=True, help_text=_("Empty: silence says nothing.")
    )

    mobile_punches = models.CharField(
        _("stamps by phone"), max_length=6, choices=MobilePunches, default=MobilePunches.OFF
    )
    other_phones = models.CharField(_("phones of stamps"), max_length=6, choices=OtherPhones, default=OtherPhones.FLAG)

    class Meta(TenantModel.Meta):
        verbose_name = _("attendance settings")
        verbose_name_plural = _("attendance settings")
        constraints = [
            models.UniqueConstraint(fields=["tenant"], name="attendance_settings_one"),
            models.CheckConstraint(
                condition=models.Q(late_free_count__gte=0, late_free_minutes__gte=0), name="attendance_settings_late"
            ),
        ]

    def __str__(self) -> str:
        return f"{pack_title(self.pack_code)} {self.pack_version}"

    @property
    def off_roster(self) -> OvertimePolicy:
        return OvertimePolicy(
            self.off_roster_step_minutes, self.off_roster_minimum_minutes,
            source=OvertimeSource(self.off_roster_source),
        )  # fmt: skip

    @property
    def lateness(self) -> LatenessPolicy:
        """ValueError where the tiers contradict each other."""
        tiers = [LateTier(item["from_minutes"], item["absent_half_days"]) for item in self.late_tiers]
        return LatenessPolicy(self.late_free_count, self.late_free_minutes, tuple(tiers))


class CalendarDay(TenantModel):
    """A day that the tenant itself made free or a working day, whatever its calendar says."""

    class Kind(models.TextChoices):
        HOLIDAY = "holiday", _("Company holiday")
        WORKDAY = "workday", _("Working day")

    date = models.DateField(_("date"))
    kind = models.CharField(_("kind"), max_length=8, choices=Kind, default=Kind.HOLIDAY)
    name = models.CharField(_("name"), max_length=80, blank=True)

    class Meta(TenantModel.Meta):
        verbose_name = _("calendar day")
        verbose_name_plural = _("calendar days")
        ordering = ["-date"]
        constraints = [models.UniqueConstraint(fields=["tenant", "date"], name="attendance_calendar_date")]

    def __str__(self) -> str:
        return f"{self.date} {self.name or self.get_kind_display()}"
