"""What people can and may do (skills, licences, certificates), and which of it a shift asks for."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from attendance.models.shifts import Shift
from hrsaas.people.models import Employee
from hrsaas.tenancy.fields import TenantForeignKey
from hrsaas.tenancy.languages import localized
from hrsaas.tenancy.models import TenantModel


class Skill(TenantModel):
    """Something a person can or may do: a machine, a licence, a language."""

    code = models.CharField(_("code"), max_length=32)
    name = models.CharField(_("name"), max_length=80)
    name_en = models.CharField(_("English name"), max_length=80, blank=True)

    class Meta(TenantModel.Meta):
        verbose_name = _("skill")
        verbose_name_plural = _("skills")
        ordering = ["code"]
        constraints = [models.UniqueConstraint(fields=["tenant", "code"], name="attendance_skill_code")]

    def __str__(self) -> str:
        return localized(self.name, self.name_en)


class EmployeeSkill(TenantModel):
    """Somebody's skill on [start_date, end_date); no end: for good."""

    employee = TenantForeignKey(Employee, models.PROTECT, related_name="skills", verbose_name=_("employee"))
    skill = TenantForeignKey(Skill, models.PROTECT, related_name="people", verbose_name=_("skill"))
    start_date = models.DateField(_("valid from"))
    end_date = models.DateField(_("valid until (not included)"), null=True, blank=True)

    class Meta(TenantModel.Meta):
        verbose_name = _("skill of a person")
        verbose_name_plural = _("skills of people")
        ordering = ["employee_id", "skill_id", "-start_date"]
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "employee", "skill", "start_date"], name="attendance_employeeskill_one"
            ),
            models.CheckConstraint(
                condition=models.Q(end_date=None) | models.Q(end_date__gt=models.F("start_date")),
                name="attendance_employeeskill_period",
            ),
        ]
        indexes = [models.Index(fields=["tenant", "end_date"], name="attendance_employeeskill_end")]

    def __str__(self) -> str:
        return f"{self.employee} · {self.skill}"


class ShiftSkill(TenantModel):
    """A skill that everybody on the shift must have."""

    shift = TenantForeignKey(Shift, models.CASCADE, related_name="skills", verbose_name=_("shift"))
    skill = TenantForeignKey(Skill, models.PROTECT, related_name="shifts", verbose_name=_("skill"))

    class Meta(TenantModel.Meta):
        verbose_name = _("skill that a shift asks for")
        verbose_name_plural = _("skills that shifts ask for")
        ordering = ["shift_id", "skill_id"]
        constraints = [models.UniqueConstraint(fields=["tenant", "shift", "skill"], name="attendance_shiftskill_one")]

    def __str__(self) -> str:
        return f"{self.shift} · {self.skill}"
