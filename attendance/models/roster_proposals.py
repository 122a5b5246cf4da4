"""Rosters that the optimiser proposes, until somebody applies or discards them."""

from __future__ import annotations

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext_lazy as _

from hrsaas.people.models import OrgUnit
from hrsaas.tenancy.fields import TenantForeignKey
from hrsaas.tenancy.models import TenantModel


class RosterProposal(TenantModel):
    """One search for a unit's roster of [start_date, end_date), and the best that it found.

    order: what was asked for, as ``queries.roster_problems.Order``. cost, bound: of the best so far; no roster costs
    less than the bound. employee_ids, lines: who is planned, and per person the shift id of each day, null for free.
    progress: where the search goes on from. findings: the uncovered and the broken in what is proposed, or the rules
    that contradict each other where nothing is possible: {rule, employee, days, …}.
    """

    class State(models.TextChoices):
        SEARCHING = "searching", _("Searching")
        READY = "ready", _("Awaiting decision")
        IMPOSSIBLE = "impossible", _("Impossible")
        FAILED = "failed", _("Failed")
        APPLIED = "applied", _("Applied")
        DISCARDED = "discarded", _("Discarded")

    unit = TenantForeignKey(OrgUnit, models.PROTECT, related_name="+", verbose_name=_("org unit"))
    start_date = models.DateField(_("from"))
    end_date = models.DateField(_("until"))
    order = models.JSONField(_("order"), default=dict, encoder=DjangoJSONEncoder)
    seconds = models.SmallIntegerField(_("seconds to search"), default=60)
    job_id = models.BigIntegerField(_("job"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.SEARCHING)
    cost = models.IntegerField(_("cost"), null=True, blank=True)
    bound = models.IntegerField(_("bound"), null=True, blank=True)
    changes = models.IntegerField(_("days changed"), null=True, blank=True)
    employee_ids = models.JSONField(_("people"), default=list)
    lines = models.JSONField(_("roster"), default=list)
    progress = models.JSONField(_("progress"), default=dict)
    findings = models.JSONField(_("findings"), default=list)
    made_at = models.DateTimeField(_("made at"))
    made_by = models.CharField(_("made by"), max_length=200)
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    decided_by = models.CharField(_("decided by"), max_length=200, blank=True)

    class Meta(TenantModel.Meta):
        verbose_name = _("roster proposal")
        verbose_name_plural = _("roster proposals")
        ordering = ["-made_at", "-id"]
        indexes = [models.Index(fields=["tenant", "-made_at", "-id"], name="attendance_proposal_newest")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(end_date__gt=models.F("start_date")), name="attendance_proposal_period"
            )
        ]

    def __str__(self) -> str:
        return f"{self.unit} {self.start_date} – {self.end_date}"

    @property
    def gap_percent(self) -> float | None:
        """At most this much of the cost could still be saved; None before there is a roster."""
        if self.cost is None or self.bound is None:
            return None
        return round(100 * max(self.cost - self.bound, 0) / self.cost, 1) if self.cost else 0.0
