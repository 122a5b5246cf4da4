"""Why a finding that would stop a run may stay."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from hrsaas.people.models import Employee
from hrsaas.tenancy.fields import TenantForeignKey
from hrsaas.tenancy.models import TenantModel
from payroll.models.pay_runs import PayRun


class FindingAcknowledgement(TenantModel):
    """One kind of finding of a run, for one person or (employee null) for everybody whom it is about.

    kind: as ``payroll.rules.findings.Kind``. result_digest: the run's when it was made; when the run's figures change,
    its digest does, and the acknowledgement counts no more.
    """

    run = TenantForeignKey(PayRun, models.CASCADE, related_name="acknowledgements", verbose_name=_("pay run"))
    kind = models.CharField(_("kind"), max_length=40)
    employee = TenantForeignKey(
        Employee, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("employee")
    )
    result_digest = models.CharField(_("digest of the payslips"), max_length=64)
    reason = models.TextField(_("reason"))
    made_at = models.DateTimeField(_("made at"))
    made_by = models.CharField(_("made by"), max_length=200)

    class Meta(TenantModel.Meta):
        verbose_name = _("acknowledged finding")
        verbose_name_plural = _("acknowledged findings")
        ordering = ["run", "kind", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "run", "kind", "employee", "result_digest"], name="payroll_acknowledged_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(condition=~models.Q(reason=""), name="payroll_acknowledged_why"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.kind}: {self.reason}"
