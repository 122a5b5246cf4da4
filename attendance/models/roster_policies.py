"""What a tenant's rosters are held against, and how they are made known."""

from __future__ import annotations

from django.core.validators import MaxValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from hrsaas.tenancy.models import TenantModel


class RosterPolicy(TenantModel):
    """At most one row per tenant; without one everything is as ``queries.roster_policies`` has it by default.

    severities: rule → "off", "warn" or "block"; limits: name of ``working_time_limits.yaml`` → minutes or days;
    regimes: rotation code ('' for everybody else) → {"kind", "period"}. What is not named is as by default.
    """

    notice_days = models.PositiveSmallIntegerField(
        _("days of notice"), default=0, validators=[MaxValueValidator(366)],
        help_text=_("A roster has to be published so many days before its first day."),
    )  # fmt: skip
    drafts_hidden = models.BooleanField(
        _("people see published days only"), default=False,
        help_text=_("Otherwise they see planned days at once."),
    )  # fmt: skip
    severities = models.JSONField(_("rules"), default=dict)
    limits = models.JSONField(_("limits"), default=dict)
    regimes = models.JSONField(_("work-hour regimes"), default=dict)

    class Meta(TenantModel.Meta):
        verbose_name = _("rules of the roster")
        verbose_name_plural = _("rules of the roster")
        constraints = [models.UniqueConstraint(fields=["tenant"], name="attendance_rosterpolicy_one")]

    def __str__(self) -> str:
        return str(_("rules of the roster"))
