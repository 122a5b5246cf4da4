"""Kinds of leave, and how people come to have some."""

from __future__ import annotations

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from attendance.rules import leave_accruals, leave_amounts, leave_counting
from attendance.rules.leave_entitlements import Step
from hrsaas.tenancy.fields import TenantForeignKey
from hrsaas.tenancy.languages import localized
from hrsaas.tenancy.models import TenantModel


class LeaveType(TenantModel):
    """One kind of leave, or travel. Amounts are thousandths of a day, or minutes for types counted in hours.

    paid_percent: of pay; 0 is unpaid. has_balance: it is drawn from what was granted; without, most_per_request and
    most_per_year are all that limits it (null: nothing does). statutory: its code in the pack, where the region
    decides how long it is. evidence_above: a leave of more needs evidence; null: never. most_advance: how far the
    balance may go below zero. waiting_days: after being hired. overtime_months: overtime may become leave of this type,
    which then holds so long; null: it may not.
    """

    class Kind(models.TextChoices):
        LEAVE = "leave", _("Leave")
        TRAVEL = "travel", _("Business trip")

    class Unit(models.TextChoices):
        DAY = leave_amounts.Unit.DAY.value, _("Day")
        HALF_DAY = leave_amounts.Unit.HALF_DAY.value, _("Half day")
        HOUR = leave_amounts.Unit.HOUR.value, _("Hour")

    class Counting(models.TextChoices):
        WORKING = leave_counting.Counting.WORKING.value, _("Working days")
        CALENDAR = leave_counting.Counting.CALENDAR.value, _("Calendar days")
        WITHOUT_HOLIDAYS = (
            leave_counting.Counting.CALENDAR_WITHOUT_HOLIDAYS.value,
            _("Calendar days without statutory holidays"),
        )

    code = models.CharField(_("code"), max_length=32)
    name = models.CharField(_("name"), max_length=80)
    name_en = models.CharField(_("English name"), max_length=80, blank=True)
    kind = models.CharField(_("kind"), max_length=8, choices=Kind, default=Kind.LEAVE)
    unit = models.CharField(_("smallest piece"), max_length=8, choices=Unit, default=Unit.HALF_DAY)
    counting = models.CharField(_("counted in"), max_length=32, choices=Counting, default=Counting.WORKING)
    sandwich = models.BooleanField(_("free days between count"), default=False)
    paid_percent = models.SmallIntegerField(_("paid (percent)"), default=100, validators=[MaxValueValidator(100)])
    has_balance = models.BooleanField(_("has a balance"), default=False)
    statutory = models.CharField(_("statutory leave"), max_length=32, blank=True)
    most_per_request = models.IntegerField(_("most per request"), null=True, blank=True)
    most_per_year = models.IntegerField(_("most per year"), null=True, blank=True)
    most_advance = models.IntegerField(_("balance may go below zero by"), default=0)
    waiting_days = models.SmallIntegerField(_("not in the first days after hiring"), default=0)
    notice_days = models.SmallIntegerField(_("days of notice"), default=0)
    overtime_months = models.SmallIntegerField(_("from overtime, valid for (months)"), null=True, blank=True)
    evidence_above = models.IntegerField(_("evidence for more than"), null=True, blank=True)
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta(TenantModel.Meta):
        verbose_name = _("leave type")
        verbose_name_plural = _("leave types")
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "code"], name="attendance_leavetype_code"),
            models.CheckConstraint(
                condition=Q(paid_percent__gte=0, paid_percent__lte=100), name="attendance_leavetype_paid"
            ),
            models.CheckConstraint(
                condition=Q(most_advance__gte=0, waiting_days__gte=0, notice_days__gte=0),
                name="attendance_leavetype_limits",
            ),
            models.CheckConstraint(
                condition=Q(overtime_months=None) | Q(overtime_months__gt=0, has_balance=True, unit="hour"),
                name="attendance_leavetype_overtime",
            ),
            models.CheckConstraint(
                condition=~Q(kind="travel") | Q(has_balance=False, paid_percent=100), name="attendance_leavetype_travel"
            ),
        ]

    def __str__(self) -> str:
        return localized(self.name, self.name_en)

    @property
    def is_travel(self) -> bool:
        return self.kind == self.Kind.TRAVEL

    @property
    def in_hours(self) -> bool:
        return self.unit == self.Unit.HOUR


class LeavePolicy(TenantModel):
    """How the calendar year brings leave of one type. Without a policy it comes by hand or from overtime only.

    steps: [{"years", "amount"}]: a whole year's amount from so many full years of work on. qualifying_months: of work
    before there is any. accrual_step: each twelfth is rounded to it; 0: not. grant_step: the year's amount is rounded
    down to it. most_carried: into the next year, null: all; carried_months: how long that holds. most_total: what was
    carried and the new year's together.
    """

    class Accrual(models.TextChoices):
        YEARLY = "yearly", _("At once")
        MONTHLY = "monthly", _("By month")

    class AccrualDay(models.TextChoices):
        FIRST = leave_accruals.AccrualDay.FIRST.value, _("First day of the month")
        LAST = leave_accruals.AccrualDay.LAST.value, _("Last day of the month")
        JOINING = leave_accruals.AccrualDay.JOINING.value, _("Day of the month of hiring")

    leave_type = TenantForeignKey(LeaveType, models.CASCADE, related_name="policies", verbose_name=_("leave type"))
    steps = models.JSONField(_("amount by years of work"), default=list)
    qualifying_months = models.SmallIntegerField(_("months of work before"), default=12)
    accrual = models.CharField(_("comes"), max_length=8, choices=Accrual, default=Accrual.YEARLY)
    accrual_day = models.CharField(_("on the"), max_length=8, choices=AccrualDay, default=AccrualDay.FIRST)
    accrual_step = models.IntegerField(_("twelfths rounded to"), default=0)
    grant_step = models.IntegerField(_("year rounded down to"), default=leave_amounts.DAY)
    most_carried = models.IntegerField(_("most carried over"), null=True, blank=True)
    most_total = models.IntegerField(_("most with what was carried"), null=True, blank=True)
    carried_months = models.SmallIntegerField(_("carried leave holds (months)"), default=12)

    class Meta(TenantModel.Meta):
        verbose_name = _("leave policy")
        verbose_name_plural = _("leave policies")
        ordering = ["leave_type"]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "leave_type"], name="attendance_leavepolicy_type"),
            models.CheckConstraint(
                condition=Q(qualifying_months__gte=0, accrual_step__gte=0, grant_step__gte=1, carried_months__gte=0),
                name="attendance_leavepolicy_values",
            ),
        ]

    def __str__(self) -> str:
        return str(self.leave_type)

    def build_steps(self) -> list[Step]:
        return [Step(int(step["years"]), int(step["amount"])) for step in self.steps]
