"""Which industry templates a tenant took, and what they said when it did."""

from __future__ import annotations

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext_lazy as _

from attendance.packs.loader import pack_title
from hrsaas.tenancy.models import TenantModel


class InstalledPack(TenantModel):
    """One template as it was installed or last upgraded to.

    content: values by row (``shift:M``, ``rotation:R1``, ``settings``) as the template had them; what the tenant
    changed since is found by holding its own rows against it. calendar: as chosen at installation.
    """

    class Calendar(models.TextChoices):
        NATIONAL = "national", _("With national holidays")
        WEEKDAYS = "weekdays", _("Monday to Friday only")

    code = models.CharField(_("industry template"), max_length=32)
    version = models.SmallIntegerField(_("version"))
    calendar = models.CharField(_("calendar"), max_length=8, choices=Calendar, default=Calendar.NATIONAL)
    content = models.JSONField(_("content"), default=dict, encoder=DjangoJSONEncoder)
    changed_at = models.DateTimeField(_("installed or upgraded"))

    class Meta(TenantModel.Meta):
        verbose_name = _("installed template")
        verbose_name_plural = _("installed templates")
        ordering = ["code"]
        constraints = [models.UniqueConstraint(fields=["tenant", "code"], name="attendance_installed_pack_code")]

    def __str__(self) -> str:
        return f"{pack_title(self.code)} {self.version}"
