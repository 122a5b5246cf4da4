"""Answers already given, by the client's key."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from hrsaas.tenancy.encrypted import EncryptedTextField
from hrsaas.tenancy.models import TenantModel


class IdempotencyKey(TenantModel):
    """One write that succeeded. Asked again with the same key, it gets the same answer and is not done again."""

    owner = models.CharField(_("sent by"), max_length=60)
    key = models.CharField(_("key"), max_length=200)
    fingerprint = models.CharField(_("fingerprint of the request"), max_length=64)
    status = models.PositiveSmallIntegerField(_("HTTP status"))
    # Answers hold what people may not read in a dump: names, pay, numbers.
    body = EncryptedTextField(_("answer"), blank=True)
    headers = models.JSONField(_("headers of the answer"), default=dict)
    created_at = models.DateTimeField(_("created at"))

    class Meta(TenantModel.Meta):
        verbose_name = _("idempotency key")
        verbose_name_plural = _("idempotency keys")
        constraints = [models.UniqueConstraint(fields=["tenant", "owner", "key"], name="api_idempotency_key")]
        indexes = [models.Index(fields=["tenant", "created_at"], name="api_idempotency_age")]

    def __str__(self) -> str:
        return self.key
