"""Evidence of what a candidate has done."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hrsaas.tenancy.fields import TenantForeignKey
from hrsaas.tenancy.models import TenantModel
from recruiting.models.candidates import Candidate
from recruiting.rules import evidence


class EvidenceCard(TenantModel):
    """One piece of evidence for one item of a profile, by the item's key; as ``rules.evidence.EvidenceCard``.

    Anybody or anything may propose a card; it counts once a person has confirmed it, and is not changed afterwards.
    """

    class State(models.TextChoices):
        PROPOSED = "proposed", _("Proposed")
        CONFIRMED = "confirmed", _("Confirmed")
        DISMISSED = "dismissed", _("Dismissed")

    class Basis(models.TextChoices):
        RELATIVE = evidence.Basis.RELATIVE.value, _("Relative (percent of the value before)")
        POINTS = evidence.Basis.POINTS.value, _("Percentage points")
        ABSOLUTE = evidence.Basis.ABSOLUTE.value, _("No percentage")

    candidate = TenantForeignKey(Candidate, models.PROTECT, related_name="cards", verbose_name=_("candidate"))
    item = models.CharField(_("item"), max_length=60)
    sentence = models.TextField(_("the candidate's words"))
    goal = models.TextField(_("goal"), blank=True)
    method = models.TextField(_("method"), blank=True)
    result = models.TextField(_("result"), blank=True)
    number = models.DecimalField(_("figure"), max_digits=20, decimal_places=6, null=True, blank=True)
    unit = models.CharField(_("unit of the figure"), max_length=40, blank=True)
    basis = models.CharField(_("basis of the percentage"), max_length=10, choices=Basis, blank=True)
    baseline = models.DecimalField(_("figure before"), max_digits=20, decimal_places=6, null=True, blank=True)
    period = models.CharField(_("period"), max_length=120, blank=True)
    verified = models.BooleanField(_("verified by somebody else"), default=False)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.PROPOSED)
    proposed_by = models.CharField(_("proposed by"), max_length=200)
    proposed_at = models.DateTimeField(_("proposed at"))
    decided_by = models.CharField(_("decided by"), max_length=200, blank=True)
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)

    class Meta(TenantModel.Meta):
        verbose_name = _("evidence card")
        verbose_name_plural = _("evidence cards")
        constraints = [
            models.CheckConstraint(
                condition=Q(state="proposed", decided_at=None)
                | (~Q(state="proposed") & Q(decided_at__isnull=False) & ~Q(decided_by="")),
                name="recruiting_card_decided",
            ),
        ]
        indexes = [models.Index(fields=["tenant", "candidate", "item"], name="recruiting_card_item")]

    def __str__(self) -> str:
        return f"{self.item}: {self.sentence[:40]}"
