"""Shifts and the rotations made of them, as the tenant keeps them."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext_lazy as _

from attendance.rules import rotations, shift_parts, shifts
from hrsaas.tenancy.languages import localized
from hrsaas.tenancy.models import TenantModel


class Shift(TenantModel):
    """One shift with all its rules; times are minutes of the day it belongs to (06:00 of the next day = 1800).

    breaks: list of {"start_minute", "end_minute", "paid"}; segments: of {"start_minute", "end_minute"}; length_breaks:
    of {"above_minutes", "minutes"}; late_starts: of {"left_from_minute", "start_until_minute"}; alternatives: codes of
    shifts. ``rules.shifts.Shift`` says what the fields mean and refuses what contradicts itself.

    ended_date: from this day on another version has the code; this one explains earlier days as ``CODE@DATE``.
    """

    class PunchMode(models.IntegerChoices):
        FIRST_LAST = shift_parts.PunchMode.FIRST_LAST.value, _("In at the start, out at the end")
        EACH_SEGMENT = shift_parts.PunchMode.EACH_SEGMENT.value, _("In and out of every segment")
        SEGMENT_STARTS = shift_parts.PunchMode.SEGMENT_STARTS.value, _("In at every segment, never out")

    class Rounding(models.IntegerChoices):
        NEAREST = shift_parts.RoundingDirection.NEAREST.value, _("to the nearest")
        UP = shift_parts.RoundingDirection.UP.value, _("up (later)")
        DOWN = shift_parts.RoundingDirection.DOWN.value, _("down (earlier)")

    class OvertimeSource(models.IntegerChoices):
        BY_PUNCH = shift_parts.OvertimeSource.BY_PUNCH.value, _("By punch")
        BY_APPROVAL = shift_parts.OvertimeSource.BY_APPROVAL.value, _("By approval")
        SMALLER = shift_parts.OvertimeSource.SMALLER.value, _("The smaller of both")

    code = models.CharField(_("code"), max_length=32)
    name = models.CharField(_("name"), max_length=80)
    name_en = models.CharField(_("English name"), max_length=80, blank=True)
    start_minute = models.SmallIntegerField(_("start (minute of the day)"))
    end_minute = models.SmallIntegerField(_("end (minute of the day)"))
    breaks = models.JSONField(_("breaks"), default=list, blank=True, encoder=DjangoJSONEncoder)
    window_before_minutes = models.SmallIntegerField(_("punches count before (minutes)"), default=120)
    window_after_minutes = models.SmallIntegerField(_("punches count after (minutes)"), default=240)
    late_grace_minutes = models.SmallIntegerField(_("late grace (minutes)"), default=0)
    early_grace_minutes = models.SmallIntegerField(_("early leave grace (minutes)"), default=0)
    flex_earliest_minute = models.SmallIntegerField(_("flexible from (minute of the day)"), null=True, blank=True)
    flex_latest_minute = models.SmallIntegerField(_("flexible until (minute of the day)"), null=True, blank=True)
    overtime_step_minutes = models.SmallIntegerField(_("overtime step (minutes)"), default=1)
    overtime_minimum_minutes = models.SmallIntegerField(_("overtime minimum (minutes)"), default=1)
    overtime_before = models.BooleanField(_("overtime before the shift"), default=False)
    overtime_after = models.BooleanField(_("overtime after the shift"), default=True)
    night_start_minute = models.SmallIntegerField(_("night begins (minute of the day)"), default=22 * 60)
    night_end_minute = models.SmallIntegerField(_("night ends (minute of the day)"), default=30 * 60)
    night_shift = models.BooleanField(_("counts as night shift"), default=False)
    duplicate_minutes = models.SmallIntegerField(_("one punch within (minutes)"), default=1)
    segments = models.JSONField(_("segments"), default=list, blank=True)
    punch_mode = models.SmallIntegerField(_("punches asked for"), choices=PunchMode, default=PunchMode.FIRST_LAST)
    length_breaks = models.JSONField(_("breaks by length worked"), default=list, blank=True)
    round_in_minutes = models.SmallIntegerField(_("round in to (minutes)"), default=1)
    round_in_direction = models.SmallIntegerField(_("round in"), choices=Rounding, default=Rounding.NEAREST)
    round_out_minutes = models.SmallIntegerField(_("round out to (minutes)"), default=1)
    round_out_direction = models.SmallIntegerField(_("round out"), choices=Rounding, default=Rounding.NEAREST)
    core_end_minute = models.SmallIntegerField(_("core hours end (minute of the day)"), null=True, blank=True)
    late_starts = models.JSONField(_("late in after late out"), default=list, blank=True)
    open_due_minutes = models.SmallIntegerField(_("due minutes without fixed times"), null=True, blank=True)
    alternatives = ArrayField(
        models.CharField(max_length=32), verbose_name=_("shifts that may have been worked instead"), default=list,
        blank=True,
    )  # fmt: skip
    half_absent_below_minutes = models.SmallIntegerField(_("half a day absent below (minutes)"), default=0)
    absent_below_minutes = models.SmallIntegerField(_("absent below (minutes)"), default=0)
    overtime_source = models.SmallIntegerField(
        _("overtime counts"), choices=OvertimeSource, default=OvertimeSource.BY_PUNCH
    )
    ended_date = models.DateField(_("replaced on"), null=True, blank=True)

    class Meta(TenantModel.Meta):
        verbose_name = _("shift")
        verbose_name_plural = _("shifts")
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "code"], name="attendance_shift_code"),
            models.CheckConstraint(
                condition=models.Q(flex_earliest_minute=None, flex_latest_minute=None)
                | models.Q(flex_earliest_minute__lte=models.F("flex_latest_minute")),
                name="attendance_shift_flex",
            ),
            models.CheckConstraint(
                condition=models.Q(core_end_minute=None) | models.Q(core_end_minute__gt=models.F("flex_latest_minute")),
                name="attendance_shift_core",
            ),
            models.CheckConstraint(
                condition=models.Q(round_in_minutes__range=(1, 60), round_out_minutes__range=(1, 60)),
                name="attendance_shift_rounding",
            ),
            models.CheckConstraint(
                condition=models.Q(open_due_minutes=None) | models.Q(open_due_minutes__gt=0),
                name="attendance_shift_open",
            ),
            models.CheckConstraint(
                condition=models.Q(start_minute__gte=0, start_minute__lt=2160)
                & models.Q(end_minute__gt=models.F("start_minute")),
                name="attendance_shift_times",
            ),
            models.CheckConstraint(
                condition=models.Q(punch_mode__in=[0, 1, 2], overtime_source__in=[0, 1, 2])
                & models.Q(round_in_direction__in=[0, 1, 2], round_out_direction__in=[0, 1, 2]),
                name="attendance_shift_choices",
            ),
            models.CheckConstraint(
                condition=models.Q(ended_date=None) & ~models.Q(code__contains="@")
                | models.Q(ended_date__isnull=False, code__contains="@"),
                name="attendance_shift_version",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {localized(self.name, self.name_en)}"

    @property
    def known_code(self) -> str:
        """The code by which people know the shift, whichever version of it this is."""
        return base_code(self.code)

    def build(self) -> shifts.Shift:
        """The shift for the rules; ValueError where its times contradict each other."""
        flex = None
        if self.flex_earliest_minute is not None and self.flex_latest_minute is not None:
            flex = shifts.Flex(self.flex_earliest_minute, self.flex_latest_minute, self.core_end_minute)
        return shifts.Shift(
            code=self.code,
            start_minute=self.start_minute,
            end_minute=self.end_minute,
            breaks=tuple(shifts.Break(**item) for item in self.breaks),
            window_before_minutes=self.window_before_minutes,
            window_after_minutes=self.window_after_minutes,
            late_grace_minutes=self.late_grace_minutes,
            early_grace_minutes=self.early_grace_minutes,
            flex=flex,
            overtime=shifts.OvertimePolicy(
                self.overtime_step_minutes,
                self.overtime_minimum_minutes,
                self.overtime_before,
                self.overtime_after,
                shift_parts.OvertimeSource(self.overtime_source),
            ),
            night=shifts.NightWindow(self.night_start_minute, self.night_end_minute),
            night_shift=self.night_shift,
            duplicate_minutes=self.duplicate_minutes,
            segments=tuple(shifts.Segment(**item) for item in self.segments),
            punches=shift_parts.PunchMode(self.punch_mode),
            length_breaks=tuple(shifts.LengthBreak(**item) for item in self.length_breaks),
            round_in=_rounding(self.round_in_minutes, self.round_in_direction),
            round_out=_rounding(self.round_out_minutes, self.round_out_direction),
            late_starts=tuple(shifts.LateStart(**item) for item in self.late_starts),
            open_due_minutes=self.open_due_minutes,
            alternatives=tuple(self.alternatives),
            half_absent_below_minutes=self.half_absent_below_minutes,
            absent_below_minutes=self.absent_below_minutes,
        )


def base_code(code: str) -> str:
    """``D`` of ``D`` and of ``D@2026-04-01``."""
    return code.partition("@")[0]


def _rounding(minutes: int, direction: int) -> shifts.Rounding:
    return shifts.Rounding(minutes, shift_parts.RoundingDirection(direction))


class Rotation(TenantModel):
    """How a roster repeats: a cycle of shift codes ('' is rest) that crews run through evenly apart.

    follows_calendar: the one shift of the cycle on every working day of the calendar instead.
    anchor_date: the day on which crew 0 is on the first day of the cycle.
    """

    code = models.CharField(_("code"), max_length=32)
    name = models.CharField(_("name"), max_length=80)
    name_en = models.CharField(_("English name"), max_length=80, blank=True)
    cycle = ArrayField(models.CharField(max_length=32, blank=True), verbose_name=_("cycle"))
    crews = models.SmallIntegerField(_("crews"), default=1)
    anchor_date = models.DateField(_("first day of the cycle of crew 1"))
    follows_calendar = models.BooleanField(_("follows the calendar"), default=False)

    class Meta(TenantModel.Meta):
        verbose_name = _("rotation")
        verbose_name_plural = _("rotations")
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "code"], name="attendance_rotation_code"),
            models.CheckConstraint(
                condition=models.Q(follows_calendar=False) | models.Q(crews=1, cycle__len=1),
                name="attendance_rotation_fixed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {localized(self.name, self.name_en)}"

    def build(self) -> rotations.Rotation:
        """The rotation for the rules; ValueError where the crews cannot share the cycle evenly."""
        return rotations.Rotation(self.code, tuple(code or None for code in self.cycle), self.crews)
