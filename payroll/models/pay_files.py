"""Files made of a closed pay run: payslips, bank file, tax workbook, voucher; kept encrypted until they expire."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hrsaas.tenancy.encrypted import EncryptedTextField
from hrsaas.tenancy.fields import TenantForeignKey
from hrsaas.tenancy.models import TenantModel
from payroll.models.pay_runs import PayRun


class PayFile(TenantModel):
    """One file, made by a job; its content is in its parts, in order.

    options: what was asked for, by kind. password: of protected payslips, forgotten when the file is ready.
    key: digest of kind, options and the rows it is made of; there is one such file at a time.
    amount_fen: control sum, by kind. notes: people to look at, [{code, name, zh, en}]: left out, or incomplete.
    """

    class Kind(models.TextChoices):
        PAYSLIPS = "payslips", _("Payslips (PDF)")
        BANK = "bank", _("Bank file")
        TAX = "tax", _("Tax filing workbook")
        SOCIAL = "social", _("Social insurance sheet")
        COST = "cost", _("Cost split")
        VOUCHER = "voucher", _("Journal voucher")

    class State(models.TextChoices):
        PREPARING = "preparing", _("Being made")
        READY = "ready", _("Ready")
        FAILED = "failed", _("Failed")
        VOID = "void", _("Void")

    run = TenantForeignKey(PayRun, models.PROTECT, related_name="files", verbose_name=_("pay run"))
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    options = models.JSONField(_("options"), default=dict)
    password = EncryptedTextField(blank=True, editable=False)
    key = models.CharField(max_length=64, editable=False)
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.PREPARING)
    job_id = models.BigIntegerField(_("job"), null=True)
    file_name = models.CharField(_("file"), max_length=200)
    content_type = models.CharField(_("content type"), max_length=100, blank=True)
    size = models.BigIntegerField(_("bytes"), default=0)
    row_count = models.IntegerField(_("rows"), default=0)
    amount_fen = models.BigIntegerField(_("control sum (fen)"), default=0)
    notes = models.JSONField(_("people to look at"), default=list)
    created_by = models.CharField(_("made by"), max_length=200)
    created_at = models.DateTimeField(_("made at"))
    expires_at = models.DateTimeField(_("kept until"))

    class Meta(TenantModel.Meta):
        verbose_name = _("payroll file")
        verbose_name_plural = _("payroll files")
        ordering = ["-created_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "key"], condition=Q(state__in=["preparing", "ready"]), name="payroll_file_key"
            )
        ]
        indexes = [
            models.Index(fields=["tenant", "run", "-created_at"], name="payroll_file_run"),
            models.Index(fields=["tenant", "expires_at"], name="payroll_file_expiry"),
        ]

    def __str__(self) -> str:
        return self.file_name


class PayFilePart(TenantModel):
    """A piece of a file's content, encrypted. entries: of a ZIP, what its directory needs to know of the piece."""

    file = TenantForeignKey(PayFile, models.CASCADE, related_name="parts", verbose_name=_("payroll file"))
    position = models.IntegerField(_("position"))
    size = models.BigIntegerField(_("bytes"))
    entries = models.JSONField(default=list)
    content = models.BinaryField()

    class Meta(TenantModel.Meta):
        verbose_name = _("part of a payroll file")
        verbose_name_plural = _("parts of payroll files")
        ordering = ["file", "position"]
        constraints = [models.UniqueConstraint(fields=["tenant", "file", "position"], name="payroll_file_part")]

    def __str__(self) -> str:
        return f"{self.file_id} · {self.position}"
