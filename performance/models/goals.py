"""What somebody is to reach in a period."""

from __future__ import annotations

from datetime import date, timedelta

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from hrsaas.people.models import Employee
from hrsaas.people.models.assignments import DateRange
from hrsaas.tenancy.fields import TenantForeignKey
from hrsaas.tenancy.models import TenantModel
from performance.models.bands import Banded, in_order
from performance.models.kpis import Kpi


class Goal(Banded):
    """One KPI for one employee on the days [start_date, end_date).

    A goal counts once: in the score of the month that has its last day. A goal for a month is scored with that month,
    a probation goal of three months with the third. Nobody has two goals for the same KPI on the same day.
    """

    employee = TenantForeignKey(Employee, models.PROTECT, related_name="goals", verbose_name=_("employee"))
    kpi = TenantForeignKey(Kpi, models.PROTECT, related_name="goals", verbose_name=_("KPI"))
    start_date = models.DateField(_("from"))
    end_date = models.DateField(_("until"), help_text=_("The first day after the period."))

    class Meta(TenantModel.Meta):
        verbose_name = _("goal")
        verbose_name_plural = _("goals")
        constraints = [
            models.CheckConstraint(condition=Q(end_date__gt=F("start_date")), name="performance_goal_dates"),
            models.CheckConstraint(condition=in_order(), name="performance_goal_bands"),
            models.CheckConstraint(condition=Q(weight__gt=0), name="performance_goal_weight"),
            ExclusionConstraint(
                name="performance_goal_overlap",
                expressions=[
                    ("tenant", RangeOperators.EQUAL),
                    ("employee", RangeOperators.EQUAL),
                    ("kpi", RangeOperators.EQUAL),
                    (DateRange("start_date", "end_date", RangeBoundary()), RangeOperators.OVERLAPS),
                ],
            ),
        ]
        indexes = [
            models.Index(fields=["tenant", "end_date", "employee"], name="performance_goal_month"),
            models.Index(fields=["tenant", "employee", "end_date"], name="performance_goal_person"),
            models.Index(fields=["tenant", "kpi", "end_date"], name="performance_goal_kpi"),
        ]

    def __str__(self) -> str:
        return f"{self.start_date}–{self.last_date}"

    @property
    def last_date(self) -> date:
        return self.end_date - timedelta(days=1)

    @property
    def month(self) -> date:
        """The month in whose score it counts."""
        return self.last_date.replace(day=1)
