"""What a run was calculated with, kept for good."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from hrsaas.tenancy.models import TenantModel


class FormulaSetVersion(TenantModel):
    """Items, inputs and parameter tables as they were; the database refuses every change.

    digest: SHA-256 of the content; the same content is the same version. items, inputs, tables: as
    ``queries.formula_sets`` writes them; the place in ``items`` and ``inputs`` is the place in a payslip's
    ``amounts`` and ``inputs``. on_date: the day whose parameter tables it was first made for.
    """

    digest = models.CharField(_("digest"), max_length=64)
    items = models.JSONField(_("pay items"))
    inputs = models.JSONField(_("inputs"))
    tables = models.JSONField(_("parameter tables"))
    on_date = models.DateField(_("parameters of"))
    created_at = models.DateTimeField(_("made at"))
    created_by = models.CharField(_("made by"), max_length=200)

    class Meta(TenantModel.Meta):
        verbose_name = _("formula set version")
        verbose_name_plural = _("formula set versions")
        ordering = ["-created_at"]
        constraints = [models.UniqueConstraint(fields=["tenant", "digest"], name="payroll_version_digest")]

    def __str__(self) -> str:
        return self.digest[:12]

    def item_position(self, code: str) -> int | None:
        """0-based place of an item in ``amounts``; None where the set has no such item."""
        return _place(self.items, code)

    def input_position(self, code: str) -> int | None:
        """0-based place of an input in ``inputs``."""
        return _place(self.inputs, code)


def _place(entries: list[dict[str, Any]], code: str) -> int | None:
    return next((at for at, entry in enumerate(entries) if entry["code"] == code), None)
