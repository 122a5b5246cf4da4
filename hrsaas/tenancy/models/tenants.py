"""The employers that live in this installation."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from django.contrib.postgres.fields import ArrayField
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from hrsaas.tenancy.languages import localized

# A DNS label; reserved words are refused by services.tenants.
SLUG = RegexValidator(r"^[a-z]([a-z0-9-]{0,38}[a-z0-9])?$", _("Lower-case letters, digits and hyphens."))


class Module(models.TextChoices):
    RECRUITING = "recruiting", _("Recruiting")
    ATTENDANCE = "attendance", _("Attendance")
    PERFORMANCE = "performance", _("Performance")
    PAYROLL = "payroll", _("Payroll")
    INTEGRATIONS = "integrations", _("Integrations")


def all_modules() -> list[str]:
    return list(Module.values)


class Tenant(models.Model):
    """One employer. Global: the runtime role may read it and nothing else; services write it as maintenance."""

    class Status(models.TextChoices):
        ACTIVE = "active", _("Active")
        SUSPENDED = "suspended", _("Suspended")

    slug = models.CharField(_("subdomain"), max_length=40, unique=True, validators=[SLUG])
    name_zh = models.CharField(_("Chinese name"), max_length=120)
    name_en = models.CharField(_("English name"), max_length=120, blank=True)
    industry = models.CharField(_("industry template"), max_length=40)
    region = models.CharField(_("region"), max_length=40, default="CN")
    time_zone = models.CharField(_("time zone"), max_length=60, default="Asia/Shanghai")
    language = models.CharField(_("language"), max_length=10, default="zh-hans")
    status = models.CharField(_("status"), max_length=12, choices=Status, default=Status.ACTIVE)
    modules = ArrayField(models.CharField(max_length=20, choices=Module), default=all_modules)
    created_at = models.DateTimeField(_("created at"))

    class Meta:
        verbose_name = _("tenant")
        verbose_name_plural = _("tenants")
        ordering = ["slug"]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return localized(self.name_zh, self.name_en)

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    @property
    def is_active(self) -> bool:
        return self.status == self.Status.ACTIVE
