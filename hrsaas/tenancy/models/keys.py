"""Each tenant's own data key, wrapped by the installation's master key."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from hrsaas.tenancy.models.base import TenantModel


class TenantKey(TenantModel):
    """One wrapped data key. The newest encrypts; all of a tenant's keys decrypt."""

    wrapped = models.TextField(_("wrapped key"))
    created_at = models.DateTimeField(_("created at"))

    class Meta(TenantModel.Meta):
        verbose_name = _("tenant key")
        verbose_name_plural = _("tenant keys")
        indexes = [models.Index(fields=["tenant", "-created_at"], name="tenant_key_newest")]
