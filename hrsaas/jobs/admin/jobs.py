"""Jobs in the admin; a job's page shows its progress and moves by itself."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from unfold.enums import ActionVariant

from hrsaas.access.actors import Actor
from hrsaas.console.admin import TenantAdmin
from hrsaas.console.figures import titled
from hrsaas.console.navigation import Section
from hrsaas.console.service_actions import ServiceAction
from hrsaas.console.sites import tenant_site
from hrsaas.errors import DomainError
from hrsaas.jobs.kinds import count_titles_of, next_pages_of
from hrsaas.jobs.models import Job
from hrsaas.jobs.queries.jobs import errors_of
from hrsaas.jobs.services.jobs import cancel

SHOWN_ERRORS = 200


def progress_url(job: Job) -> str:
    """The page on which people watch the job."""
    return reverse("admin:jobs_job_change", args=[job.pk])


def progress_context(job: Job) -> dict[str, Any]:
    """What ``jobs/progress_card.html`` shows of a job, on any page that loads ``jobs/progress.js``."""
    return {"job": job, "live": _live(job), "live_url": reverse("admin:jobs_job_progress", args=[job.pk])}


def _cancel(*, subject: Job, data: dict[str, Any], actor: Actor, now: datetime) -> str:
    job = cancel(job=subject, actor=actor, now=now)
    return str(_("The job is cancelled.") if job.is_finished else _("The job stops before its next step."))


@admin.register(Job, site=tenant_site)
class JobAdmin(TenantAdmin):
    noun = "jobs.job"
    section = Section.TODAY
    icon = "progress_activity"
    empty_text = _("Long work such as closing a month runs in the background and shows its progress here.")
    order = 40
    list_display = ("title", "state", "progress", "created_by_label", "created_at", "finished_at")
    list_filter = ("state", "kind")
    search_fields = ("kind", "created_by_label")
    ordering = ("-created_at", "-id")

    cancel = ServiceAction(
        _("Cancel job"), on="row", run=_cancel, variant=ActionVariant.DANGER, icon="cancel",
        text=_("What the job has done so far stays."), offered=lambda job: not job.is_finished,
    )  # fmt: skip
    actions_detail = ("cancel",)

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).defer("steps")

    @admin.display(description=_("kind"), ordering="kind")
    def title(self, job: Job) -> str:
        return job.title

    @admin.display(description=_("progress"))
    def progress(self, job: Job) -> str:
        return f"{job.percent} % · {job.stage_title}" if job.stage and not job.is_finished else f"{job.percent} %"

    def get_urls(self) -> list[URLPattern]:
        live = self.admin_site.admin_view(self.progress_json)
        return [path("<int:object_id>/progress.json", live, name="jobs_job_progress"), *super().get_urls()]

    def progress_json(self, request: HttpRequest, object_id: int) -> JsonResponse:
        """What the job's page asks for every second."""
        return JsonResponse(_live(self._found(request, object_id)))

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        job = self._found(request, object_id)
        may_cancel = not job.is_finished and self.actor(request).may("jobs.job.change")
        context = {
            **self.admin_site.each_context(request),
            "opts": self.model._meta,
            "title": job.title,
            **progress_context(job),
            "error_text": _error_text(job),
            "next_pages": next_pages_of(job.kind, job.params),
            "errors": errors_of(job)[:SHOWN_ERRORS],
            "cancel_url": reverse("admin:jobs_job_cancel", args=[job.pk]) if may_cancel else None,
        }
        return TemplateResponse(request, "jobs/progress.html", context)

    def _found(self, request: HttpRequest, object_id: Any) -> Job:
        job: Job | None = self.get_object(request, str(object_id)) if self.has_view_permission(request) else None
        if job is None:
            raise Http404
        return job


def _live(job: Job) -> dict[str, Any]:
    return {
        "state": job.state,
        "state_title": str(job.get_state_display()),
        "stage_title": "" if job.is_finished else job.stage_title,
        "percent": job.percent,
        "position": job.position,
        "total": job.total,
        "counts": dict(titled(count_titles_of(job.kind, job.counts), job.counts)),
        "finished": job.is_finished,
    }


def _error_text(job: Job) -> str:
    """Why the job failed, in the active language."""
    if not job.error:
        return ""
    return DomainError(job.error["code"], zh=job.error["zh"], en=job.error["en"]).text
