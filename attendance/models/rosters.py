"""Who is planned to work when."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from attendance.models.shifts import Rotation, Shift
from hrsaas.people.models import Employee
from hrsaas.tenancy.fields import TenantForeignKey
from hrsaas.tenancy.models import TenantModel


class CrewMembership(TenantModel):
    """The rotation and the crew (0-based) from which a person's roster is planned."""

    employee = TenantForeignKey(Employee, models.PROTECT, related_name="crew_memberships", verbose_name=_("employee"))
    rotation = TenantForeignKey(Rotation, models.PROTECT, related_name="members", verbose_name=_("rotation"))
    crew = models.SmallIntegerField(_("crew"), default=0)

    class Meta(TenantModel.Meta):
        verbose_name = _("crew membership")
        verbose_name_plural = _("crew memberships")
        constraints = [
            models.UniqueConstraint(fields=["tenant", "employee"], name="attendance_crew_employee"),
            models.CheckConstraint(condition=models.Q(crew__gte=0), name="attendance_crew_number"),
        ]
        indexes = [models.Index(fields=["tenant", "rotation", "crew"], name="attendance_crew_rotation")]

    def __str__(self) -> str:
        return f"{self.employee} · {self.rotation}"


class RosterDay(TenantModel):
    """One planned day of one person; no shift means a free day.

    by_hand: a person decided it, so planning leaves it alone. own_week: planned from a rotation, so that its free and
    working days take the place of the calendar's week. published: the people have been told; see RosterPublication.
    """

    employee = TenantForeignKey(Employee, models.PROTECT, related_name="roster_days", verbose_name=_("employee"))
    date = models.DateField(_("date"))
    shift = TenantForeignKey(
        Shift, models.PROTECT, null=True, blank=True, related_name="roster_days", verbose_name=_("shift")
    )
    by_hand = models.BooleanField(_("changed by hand"), default=False)
    own_week = models.BooleanField(_("week of the rotation"), default=False)
    published = models.BooleanField(_("published"), default=False, db_default=False)

    class Meta(TenantModel.Meta):
        verbose_name = _("roster day")
        verbose_name_plural = _("roster days")
        constraints = [
            models.UniqueConstraint(fields=["tenant", "employee", "date"], name="attendance_roster_employee"),
        ]
        indexes = [models.Index(fields=["tenant", "date"], name="attendance_roster_date")]

    def __str__(self) -> str:
        return f"{self.date}"
