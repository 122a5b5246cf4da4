"""Who did what to what: one row per change, never altered afterwards."""

from __future__ import annotations

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext_lazy as _

from hrsaas.tenancy.models import TenantModel


class ActorKind(models.TextChoices):
    USER = "user", _("User")
    TOKEN = "token", _("API token")
    OPERATOR = "operator", _("Operator")
    SYSTEM = "system", _("System")


class Via(models.TextChoices):
    ADMIN = "admin", _("Admin")
    API = "api", _("API")
    COMMAND = "command", _("Command")
    TASK = "task", _("Background task")


class Entry(TenantModel):
    """One change. The database refuses UPDATE, DELETE and TRUNCATE, and chains the rows (``Link``).

    The actor and the subject are kept by value, not by foreign key: the trail outlives both.
    A new column must also go into ``audit_canonical()`` of the migrations, or nobody notices when it is altered.
    """

    at = models.DateTimeField(_("at"))
    actor_kind = models.CharField(_("kind of actor"), max_length=10, choices=ActorKind)
    actor_user_id = models.BigIntegerField(_("user id"), null=True, blank=True)
    actor_label = models.CharField(_("actor"), max_length=200)
    action = models.CharField(_("action"), max_length=100)
    subject_type = models.CharField(_("kind of subject"), max_length=100, blank=True)
    subject_id = models.BigIntegerField(_("subject id"), null=True, blank=True)
    old = models.JSONField(_("before"), null=True, blank=True, encoder=DjangoJSONEncoder)
    new = models.JSONField(_("after"), null=True, blank=True, encoder=DjangoJSONEncoder)
    via = models.CharField(_("via"), max_length=10, choices=Via)
    ip = models.GenericIPAddressField(_("IP address"), null=True, blank=True)
    request_id = models.CharField(_("request id"), max_length=64, blank=True)

    class Meta(TenantModel.Meta):
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit entries")
        indexes = [
            models.Index(fields=["tenant", "-at", "-id"], name="audit_entry_newest"),
            models.Index(fields=["tenant", "subject_type", "subject_id", "-at"], name="audit_entry_subject"),
            models.Index(fields=["tenant", "actor_user_id", "-at"], name="audit_entry_actor"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.action}"
