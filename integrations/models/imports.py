"""Files that people bring in: what was in them, what was wrong, what was written."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from hrsaas.tenancy.models import TenantModel


class Import(TenantModel):
    """One file. Previewed first; applied whole or not at all.

    counts: what applying will do (new, there already, to be created …), after it what it did.
    errors: [{line, column, code, zh, en}, …], the first 500. sample: the first rows as they were understood.
    content: the file itself, until it is applied.
    """

    class Kind(models.TextChoices):
        PEOPLE = "people", _("People")
        PUNCHES = "punches", _("Punches")
        HOLIDAYS = "holidays", _("Holidays")
        COST_SHARES = "cost_shares", _("Cost shares")
        CLAIMS = "claims", _("Claims of deductions")
        LEAVE = "leave", _("Opening balances of leave")
        CONTACTS = "contacts", _("Contacts per slot")
        DINGTALK = "dingtalk", _("Punches of DingTalk")
        WECOM = "wecom", _("Punches of WeCom")
        FEISHU = "feishu", _("Punches of Feishu")

    class State(models.TextChoices):
        REFUSED = "refused", _("Has errors")
        READY = "ready", _("Ready to apply")
        APPLIED = "applied", _("Applied")

    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    state = models.CharField(_("state"), max_length=10, choices=State)
    file_name = models.CharField(_("file"), max_length=200)
    sha256 = models.CharField(_("digest"), max_length=64)
    content = models.BinaryField(null=True)
    row_count = models.IntegerField(_("rows"), default=0)
    error_count = models.IntegerField(_("errors"), default=0)
    counts = models.JSONField(_("counts"), default=dict)
    errors = models.JSONField(_("errors found"), default=list)
    sample = models.JSONField(_("first rows"), default=list)
    created_by = models.CharField(_("brought by"), max_length=200)
    created_at = models.DateTimeField(_("brought at"))
    applied_at = models.DateTimeField(_("written at"), null=True, blank=True)

    class Meta(TenantModel.Meta):
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering = ["-id"]
        indexes = [models.Index(fields=["tenant", "-created_at"], name="integrations_import_newest")]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(state="ready") | models.Q(content__isnull=False, error_count=0),
                name="integrations_ready_is_clean",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.file_name}"
