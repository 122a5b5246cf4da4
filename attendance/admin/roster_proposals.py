"""Proposals of rosters in the admin: ask for one, watch the search, read it, apply or discard it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from attendance.admin.proposal_forms import ProposalForm, read_absences, read_needs, read_wishes
from attendance.models import RosterProposal
from attendance.queries.roster_problems import Order
from attendance.queries.roster_proposals import preview, proposals_within
from attendance.services.roster_proposals import apply_proposal, discard_proposal, propose_roster
from hrsaas.access.actors import Actor
from hrsaas.access.queries.actors import actor_of
from hrsaas.console.admin import TenantAdmin
from hrsaas.console.navigation import Section
from hrsaas.console.service_actions import ServiceAction
from hrsaas.console.sites import tenant_site
from hrsaas.jobs.admin.jobs import progress_context
from hrsaas.jobs.models import Job


def _propose(*, subject: None, data: dict[str, Any], actor: Actor, now: datetime) -> HttpResponse:
    needs = read_needs(data["needs"])
    order = Order(
        needs=needs, wishes=read_wishes(data["wishes"], needs, actor),
        absences=read_absences(data["absences"], actor), max_on=data["max_on"], min_off=data["min_off"],
        weekly_minutes=data["weekly_hours"] * 60, rest_minutes=data["rest_hours"] * 60,
        change_weight=data["change_weight"],
    )  # fmt: skip
    found = propose_roster(
        unit=data["unit"], first=data["first"], end=data["end"], order=order, seconds=data["seconds"],
        actor=actor, now=now,
    )  # fmt: skip
    return redirect("admin:attendance_rosterproposal_change", found.pk)


def _apply(*, subject: RosterProposal, data: dict[str, Any], actor: Actor, now: datetime) -> None:
    apply_proposal(proposal=subject, actor=actor, now=now)


def _discard(*, subject: RosterProposal, data: dict[str, Any], actor: Actor, now: datetime) -> None:
    discard_proposal(proposal=subject, actor=actor, now=now)


def _is_ready(row: RosterProposal) -> bool:
    return bool(row.state == RosterProposal.State.READY)


@admin.register(RosterProposal, site=tenant_site)
class RosterProposalAdmin(TenantAdmin):
    noun = "attendance.roster"
    section = Section.ROSTERS
    icon = "auto_awesome_motion"
    empty_text = _("Say how many people each shift needs; the optimiser proposes a lawful roster to apply or discard.")
    order = 30
    list_display = ("unit", "start_date", "end_date", "state", "cost", "bound", "changes", "made_by", "made_at")
    list_select_related = ("unit",)
    list_filter = ("state",)
    ordering = ("-made_at", "-id")

    propose = ServiceAction(_("Propose a roster"), on="list", form=ProposalForm, run=_propose, icon="auto_awesome")
    apply = ServiceAction(
        _("Apply"), on="row", run=_apply, icon="check", offered=_is_ready,
        text=_("The proposed days take the place of what is planned. Days set by hand stay."),
    )  # fmt: skip
    discard = ServiceAction(_("Discard"), on="row", run=_discard, icon="close", offered=_is_ready)
    actions_list = ("propose",)
    actions_detail = ("apply", "discard")

    def get_queryset(self, request: HttpRequest) -> QuerySet[RosterProposal]:
        return proposals_within(super().get_queryset(request), actor_of(request))

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        row = self.get_object(request, object_id) if self.has_view_permission(request) else None
        if row is None:
            raise Http404
        actions = [
            {"title": one.title, "url": reverse(f"admin:attendance_rosterproposal_{one.name}", args=[row.pk])}
            for one in (RosterProposalAdmin.apply, RosterProposalAdmin.discard)
            if one.is_offered(self, request, object_id)
        ]
        context = {
            **self.admin_site.each_context(request), "opts": self.model._meta, "title": str(row), "proposal": row,
            "preview": preview(row), "buttons": actions, **_progress(row, actor_of(request)),
        }  # fmt: skip
        return TemplateResponse(request, "attendance/roster_proposal.html", context)


def _progress(row: RosterProposal, actor: Actor) -> dict[str, Any]:
    """The job, while it searches."""
    if row.state != RosterProposal.State.SEARCHING or row.job_id is None or not actor.may("jobs.job.view"):
        return {}
    job = Job.objects.defer("steps").filter(id=row.job_id).first()
    if job is None:
        return {}
    cancel = reverse("admin:jobs_job_cancel", args=[job.pk]) if actor.may("jobs.job.change") else None
    return {**progress_context(job), "cancel_url": cancel}
