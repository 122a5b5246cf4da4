"""Long work as rows: what was asked for, how far it is, who works on it."""

from __future__ import annotations

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hrsaas.jobs.kinds import step_title_of, title_of
from hrsaas.tenancy.models import TenantModel


class Job(TenantModel):
    """One piece of long work.

    steps: [[name, key], …], planned at the first run and never changed afterwards; position: how many are done.
    counts: sums over the steps. summary: the steps' notes and the kind's result. error: {code, zh, en, …} or null.
    lease: token of the run that may write checkpoints; attempts: failures of the current step.
    """

    class State(models.TextChoices):
        QUEUED = "queued", _("Queued")
        RUNNING = "running", _("Running")
        SUCCEEDED = "succeeded", _("Succeeded")
        FAILED = "failed", _("Failed")
        CANCELLED = "cancelled", _("Cancelled")

    kind = models.CharField(_("kind"), max_length=60)
    params = models.JSONField(_("parameters"), default=dict, encoder=DjangoJSONEncoder)
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.QUEUED)
    stage = models.CharField(_("stage"), max_length=120, blank=True)
    steps = models.JSONField(_("steps"), null=True, blank=True, encoder=DjangoJSONEncoder)
    position = models.IntegerField(_("steps done"), default=0)
    total = models.IntegerField(_("steps in all"), default=0)
    counts = models.JSONField(_("counts"), default=dict)
    summary = models.JSONField(_("summary"), default=dict, encoder=DjangoJSONEncoder)
    error = models.JSONField(_("error"), null=True, blank=True)
    idempotency_key = models.CharField(_("idempotency key"), max_length=120, blank=True)
    created_by_user_id = models.BigIntegerField(_("user id"), null=True, blank=True)
    created_by_label = models.CharField(_("started by"), max_length=200)
    created_at = models.DateTimeField(_("created at"))
    started_at = models.DateTimeField(_("started at"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)
    heartbeat_at = models.DateTimeField(_("last sign of life at"), null=True, blank=True)
    lease = models.UUIDField(_("lease"), null=True, blank=True)
    lease_until = models.DateTimeField(_("lease until"), null=True, blank=True)
    attempts = models.IntegerField(_("failed attempts of this step"), default=0)
    cancel_requested = models.BooleanField(_("cancel requested"), default=False)
    published_at = models.DateTimeField(_("last published at"), null=True, blank=True)
    publishes = models.IntegerField(_("times published since the last start"), default=0)

    class Meta(TenantModel.Meta):
        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "idempotency_key"], condition=~Q(idempotency_key=""), name="jobs_job_idempotency"
            ),
        ]
        indexes = [
            models.Index(fields=["tenant", "-created_at", "-id"], name="jobs_job_newest"),
            models.Index(
                fields=["tenant", "lease_until"], condition=Q(state__in=["queued", "running"]), name="jobs_job_open"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        """The kind's name in the active language."""
        return title_of(self.kind)

    @property
    def stage_title(self) -> str:
        """The step's name in the active language."""
        return step_title_of(self.kind, self.stage)

    @property
    def is_finished(self) -> bool:
        return self.state in (self.State.SUCCEEDED, self.State.FAILED, self.State.CANCELLED)

    @property
    def percent(self) -> int:
        """0 to 100."""
        if self.state == self.State.SUCCEEDED:
            return 100
        return self.position * 100 // self.total if self.total else 0
