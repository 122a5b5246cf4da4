"""Who works where, as what, for whom and for how much, over time."""

from __future__ import annotations

from datetime import date

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from hrsaas.people.models.employees import Employee
from hrsaas.people.models.positions import Position
from hrsaas.people.models.units import OrgUnit
from hrsaas.tenancy.fields import TenantForeignKey
from hrsaas.tenancy.models import TenantModel


class DateRange(models.Func):
    """daterange(start, end, '[)')."""

    function = "DATERANGE"
    output_field = DateRangeField()


class Assignment(TenantModel):
    """What holds for one employee on the days [start_date, end_date); an open end runs on.

    base_pay_fen: fen per month before any pay item.
    """

    class EmploymentType(models.TextChoices):
        FULL_TIME = "full_time", _("Full time")
        PART_TIME = "part_time", _("Part time")
        DISPATCHED = "dispatched", _("Dispatched")
        INTERN = "intern", _("Intern")
        RETIREE = "retiree", _("Re-employed retiree")
        DIGITAL = "digital", _("Digital worker")

    employee = TenantForeignKey(Employee, models.PROTECT, related_name="assignments", verbose_name=_("employee"))
    start_date = models.DateField(_("from"))
    end_date = models.DateField(
        _("until"), null=True, blank=True, help_text=_("The first day on which it no longer holds.")
    )
    unit = TenantForeignKey(OrgUnit, models.PROTECT, related_name="assignments", verbose_name=_("org unit"))
    position = TenantForeignKey(Position, models.PROTECT, related_name="assignments", verbose_name=_("position"))
    manager = TenantForeignKey(
        Employee, models.PROTECT, null=True, blank=True, related_name="reports", verbose_name=_("manager")
    )
    work_city = models.CharField(_("work city"), max_length=40)
    cost_centre = models.CharField(_("cost centre"), max_length=40, blank=True)
    employment_type = models.CharField(
        _("employment type"), max_length=12, choices=EmploymentType, default=EmploymentType.FULL_TIME
    )
    base_pay_fen = models.BigIntegerField(_("base pay (fen)"))

    class Meta(TenantModel.Meta):
        verbose_name = _("assignment")
        verbose_name_plural = _("assignments")
        ordering = ["start_date", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(end_date=None) | Q(end_date__gt=F("start_date")), name="people_assignment_dates"
            ),
            models.CheckConstraint(condition=Q(base_pay_fen__gte=0), name="people_assignment_pay"),
            models.CheckConstraint(
                condition=Q(manager=None) | ~Q(manager=F("employee")), name="people_assignment_manager"
            ),
            ExclusionConstraint(
                name="people_assignment_overlap",
                expressions=[
                    ("tenant", RangeOperators.EQUAL),
                    ("employee", RangeOperators.EQUAL),
                    (DateRange("start_date", "end_date", RangeBoundary()), RangeOperators.OVERLAPS),
                ],
            ),
        ]
        indexes = [
            models.Index(fields=["tenant", "employee", "start_date"], name="people_assignment_employee"),
            models.Index(fields=["tenant", "unit", "start_date"], name="people_assignment_unit"),
            models.Index(fields=["tenant", "position"], name="people_assignment_position"),
            models.Index(fields=["tenant", "manager"], name="people_assignment_manager_x"),
        ]

    def __str__(self) -> str:
        return f"{self.start_date}–{self.end_date or ''}"

    def holds_on(self, day: date) -> bool:
        return self.start_date <= day and (self.end_date is None or day < self.end_date)
