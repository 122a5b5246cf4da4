"""Something that one person asks for and others decide."""

from __future__ import annotations

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hrsaas.access.models import User
from hrsaas.approvals.kinds import facts_of, title_of
from hrsaas.tenancy.fields import TenantForeignKey
from hrsaas.tenancy.models import TenantModel


class ApprovalRequest(TenantModel):
    """One request about one subject. current_order: the step that is to be decided now.

    payload: what the deciders have to know, and what the kind needs when the request is decided.
    requester: the maker; null when the system asks.
    """

    class State(models.TextChoices):
        PENDING = "pending", _("Pending")
        APPROVED = "approved", _("Approved")
        REJECTED = "rejected", _("Rejected")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    kind = models.CharField(_("kind"), max_length=60)
    subject_type = models.CharField(_("kind of subject"), max_length=100)
    subject_id = models.BigIntegerField(_("subject id"))
    payload = models.JSONField(_("details"), default=dict, encoder=DjangoJSONEncoder)
    requester = TenantForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="approval_requests", verbose_name=_("requester")
    )
    requester_label = models.CharField(_("requested by"), max_length=200)
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.PENDING)
    current_order = models.IntegerField(_("current step"), default=1)
    created_at = models.DateTimeField(_("requested at"))
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)

    class Meta(TenantModel.Meta):
        verbose_name = _("approval request")
        verbose_name_plural = _("approval requests")
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "kind", "subject_type", "subject_id"],
                condition=Q(state="pending"),
                name="approvals_request_pending",
            ),
            models.CheckConstraint(
                condition=Q(state="pending", finished_at=None) | (~Q(state="pending") & Q(finished_at__isnull=False)),
                name="approvals_request_finished",
            ),
        ]
        indexes = [
            models.Index(fields=["tenant", "state", "-created_at"], name="approvals_request_state"),
            models.Index(fields=["tenant", "requester", "-created_at"], name="approvals_request_requester"),
            models.Index(fields=["tenant", "subject_type", "subject_id"], name="approvals_request_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.title} · {self.about or self.requester_label}"

    @property
    def title(self) -> str:
        """The kind's name in the active language."""
        return title_of(self.kind)

    @property
    def about(self) -> str:
        """The first two facts: mostly who and when."""
        return " · ".join(text for _title, text in self.facts[:2])

    @property
    def facts(self) -> list[tuple[str, str]]:
        """(title, text) of what is asked for, in the active language."""
        return facts_of(self.kind, self.payload)
