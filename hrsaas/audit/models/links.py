"""The hash chain over a tenant's audit entries."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from hrsaas.audit.models.entries import Entry
from hrsaas.tenancy.fields import TenantForeignKey
from hrsaas.tenancy.models import TenantModel


class Link(TenantModel):
    """One entry's place in its tenant's chain; only triggers write it, at commit.

    digest = sha256(digest of the link before || canonical text of the entry). seq: 1, 2, 3 … without a gap.
    Both are null only inside the transaction that writes the entry.
    """

    entry = TenantForeignKey(Entry, on_delete=models.PROTECT, related_name="links")
    seq = models.BigIntegerField(_("position"), null=True)
    digest = models.BinaryField(_("digest"), null=True)

    class Meta(TenantModel.Meta):
        verbose_name = _("audit link")
        verbose_name_plural = _("audit links")
        constraints = [
            models.UniqueConstraint(fields=["tenant", "seq"], name="audit_link_seq"),
            models.UniqueConstraint(fields=["tenant", "entry"], name="audit_link_entry"),
        ]
