"""Under which number or name a person is known where punches come from."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from hrsaas.people.models import Employee
from hrsaas.tenancy.fields import TenantForeignKey
from hrsaas.tenancy.models import TenantModel


class PunchIdentity(TenantModel):
    """One person in one system. Without a row the employee number itself counts."""

    class System(models.TextChoices):
        DEVICE = "device", _("Attendance devices (number on the device)")
        DINGTALK = "dingtalk", _("DingTalk (userId)")
        WECOM = "wecom", _("WeCom (userid)")
        FEISHU = "feishu", _("Feishu (user_id)")

    system = models.CharField(_("system"), max_length=8, choices=System)
    key = models.CharField(_("number or name there"), max_length=64)
    employee = TenantForeignKey(Employee, models.CASCADE, related_name="+", verbose_name=_("employee"))

    class Meta(TenantModel.Meta):
        verbose_name = _("identity for punches")
        verbose_name_plural = _("identities for punches")
        ordering = ["system", "key"]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "system", "key"], name="attendance_identity_key"),
            models.UniqueConstraint(fields=["tenant", "system", "employee"], name="attendance_identity_person"),
        ]
        indexes = [models.Index(fields=["tenant", "employee"], name="attendance_identity_employee")]

    def __str__(self) -> str:
        return f"{self.get_system_display()} {self.key}"
