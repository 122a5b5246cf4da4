"""The decisions that a request needs, one after the other."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from hrsaas.access.models import User
from hrsaas.access.models.memberships import ROLE_CHOICES
from hrsaas.approvals.models.requests import ApprovalRequest
from hrsaas.tenancy.fields import TenantForeignKey
from hrsaas.tenancy.models import TenantModel


class ApprovalStep(TenantModel):
    """One decision. user: who was asked by name or as manager; role: any holder may decide. Never both.

    requester repeats the request's, so that the database itself can refuse a maker who decides.
    """

    class Kind(models.TextChoices):
        MANAGER = "manager", _("Manager")
        ROLE = "role", _("Role")
        PERSON = "person", _("Person")

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        APPROVED = "approved", _("Approved")
        REJECTED = "rejected", _("Rejected")
        SKIPPED = "skipped", _("Not needed")

    request = TenantForeignKey(ApprovalRequest, models.CASCADE, related_name="steps")
    requester = TenantForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    order = models.IntegerField(_("order"))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    role = models.CharField(_("role"), max_length=20, choices=ROLE_CHOICES, blank=True)
    user = TenantForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="approval_steps", verbose_name=_("asked")
    )
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.WAITING)
    decided_by = TenantForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    comment = models.TextField(_("comment"), blank=True)
    due_at = models.DateTimeField(_("due at"), null=True, blank=True)
    reminded_at = models.DateTimeField(_("last reminded at"), null=True, blank=True)

    class Meta(TenantModel.Meta):
        verbose_name = _("approval step")
        verbose_name_plural = _("approval steps")
        ordering = ["request", "order"]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "request", "order"], name="approvals_step_order"),
            models.CheckConstraint(
                condition=Q(decided_by=None) | Q(requester=None) | ~Q(decided_by=F("requester")),
                name="approvals_step_maker_checker",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "skipped"], decided_by=None, decided_at=None)
                | Q(state__in=["approved", "rejected"], decided_by__isnull=False, decided_at__isnull=False),
                name="approvals_step_decided",
            ),
            models.CheckConstraint(
                condition=Q(user=None, kind="role") & ~Q(role="")
                | Q(user__isnull=False, role="", kind__in=["manager", "person"]),
                name="approvals_step_asked",
            ),
        ]
        indexes = [
            models.Index(fields=["tenant", "user"], condition=Q(state="waiting"), name="approvals_step_user"),
            models.Index(fields=["tenant", "role"], condition=Q(state="waiting"), name="approvals_step_role"),
            models.Index(fields=["tenant", "due_at"], condition=Q(state="waiting"), name="approvals_step_due"),
        ]

    def __str__(self) -> str:
        return f"{self.order}. {self.get_kind_display()}"
