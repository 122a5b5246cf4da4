"""A candidate for a job."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hrsaas.tenancy.fields import TenantForeignKey
from hrsaas.tenancy.models import TenantModel
from recruiting.models.candidates import Candidate
from recruiting.models.profiles import JobProfile


class Application(TenantModel):
    """One candidate for one profile, with the latest match score.

    match_score: 0.00 to 100.00. must_haves_missing stands beside it. match: the snapshot of reasons and gaps
    (``recruiting.queries.matches``); profile_version: the version of the profile that it was computed with.
    """

    class State(models.TextChoices):
        NEW = "new", _("New")
        SCREENING = "screening", _("Screening")
        INTERVIEW = "interview", _("Interview")
        OFFER = "offer", _("Offer")
        HIRED = "hired", _("Hired")
        REJECTED = "rejected", _("Rejected")

    OPEN = (State.NEW, State.SCREENING, State.INTERVIEW, State.OFFER)

    candidate = TenantForeignKey(Candidate, models.PROTECT, related_name="applications", verbose_name=_("candidate"))
    profile = TenantForeignKey(JobProfile, models.PROTECT, related_name="applications", verbose_name=_("job profile"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.NEW)
    applied_at = models.DateTimeField(_("applied at"))
    reject_reason = models.CharField(_("reason of the rejection"), max_length=400, blank=True)
    match_score = models.DecimalField(_("match score"), max_digits=5, decimal_places=2, null=True)
    must_haves_missing = models.SmallIntegerField(_("missing must-haves"), null=True)
    match = models.JSONField(_("match"), null=True)
    profile_version = models.PositiveIntegerField(_("version of the profile"), null=True)
    scored_at = models.DateTimeField(_("scored at"), null=True)

    class Meta(TenantModel.Meta):
        verbose_name = _("application")
        verbose_name_plural = _("applications")
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "candidate", "profile"], name="recruiting_application_once",
                violation_error_message=_("The candidate has applied for this job already."),
            ),
            models.CheckConstraint(
                condition=~Q(state="rejected") | ~Q(reject_reason=""), name="recruiting_reject_reason"
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["tenant", "profile", "-match_score"], name="recruiting_application_rank"),
            models.Index(fields=["tenant", "state"], name="recruiting_application_state"),
        ]

    def __str__(self) -> str:
        return f"{self.candidate} · {self.profile}"

    @property
    def is_open(self) -> bool:
        return self.state in self.OPEN
