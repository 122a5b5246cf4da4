"""Candidates, their evidence and applications in the admin; the match with reasons and sentences."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _
from unfold.enums import ActionVariant

from hrsaas.access.actors import Actor
from hrsaas.access.queries.actors import actor_of
from hrsaas.console.admin import TenantAdmin
from hrsaas.console.navigation import Section
from hrsaas.console.service_actions import ServiceAction
from hrsaas.console.sites import tenant_site
from hrsaas.people.admin.forms import with_fen
from hrsaas.people.rules.masks import mask_id, mask_phone
from hrsaas.tenancy.languages import localized
from recruiting.admin import forms
from recruiting.models import Application, Candidate, EvidenceCard
from recruiting.queries.matches import gaps_of, reasons_of
from recruiting.services import candidates, cards, matches, offers


def _add(*, subject: None, data: dict[str, Any], actor: Actor, now: datetime) -> None:
    candidates.add_candidate(**data, actor=actor, now=now)


def _apply(*, subject: Candidate, data: dict[str, Any], actor: Actor, now: datetime) -> HttpResponse:
    application = candidates.apply(candidate=subject, **data, actor=actor, now=now)
    return redirect("admin:recruiting_application_change", application.pk)


def _withdraw(*, subject: Candidate, data: dict[str, Any], actor: Actor, now: datetime) -> None:
    candidates.withdraw_candidate(candidate=subject, actor=actor, now=now)


def _advance(*, subject: Application, data: dict[str, Any], actor: Actor, now: datetime) -> None:
    candidates.advance(application=subject, **data, actor=actor, now=now)


def _reject(*, subject: Application, data: dict[str, Any], actor: Actor, now: datetime) -> None:
    candidates.reject(application=subject, **data, actor=actor, now=now)


def _add_card(*, subject: Application, data: dict[str, Any], actor: Actor, now: datetime) -> None:
    cards.add_card(application=subject, **data, actor=actor, now=now)


def _score(*, subject: Application, data: dict[str, Any], actor: Actor, now: datetime) -> None:
    matches.score(application=subject, actor=actor, now=now)


def _draft(*, subject: Application, data: dict[str, Any], actor: Actor, now: datetime) -> HttpResponse:
    offer = offers.draft_offer(application=subject, **with_fen(data), actor=actor, now=now)
    return redirect("admin:recruiting_offer_change", offer.pk)


def _confirm(*, subject: EvidenceCard, data: dict[str, Any], actor: Actor, now: datetime) -> None:
    cards.confirm_card(card=subject, actor=actor, now=now)


def _dismiss(*, subject: EvidenceCard, data: dict[str, Any], actor: Actor, now: datetime) -> None:
    cards.dismiss_card(card=subject, actor=actor, now=now)


@admin.register(Candidate, site=tenant_site)
class CandidateAdmin(TenantAdmin):
    noun = "recruiting.candidate"
    section = Section.RECRUITING
    icon = "person_search"
    empty_text = _("Add whoever applies or is recommended, then put them forward for a job profile.")
    order = 20
    global_search = True
    list_display = ("name", "name_en", "source", "state", "created_at")
    list_filter = ("state", "source")
    search_fields = ("name", "name_en")
    ordering = ("-id",)

    add_candidate = ServiceAction(_("Add candidate"), on="list", form=forms.CandidateForm, run=_add, icon="person_add")
    apply = ServiceAction(
        _("Consider for a job"), on="row", form=forms.ApplyForm, run=_apply, icon="work",
        offered=lambda row: row.state == Candidate.State.ACTIVE,
    )  # fmt: skip
    withdraw = ServiceAction(
        _("Withdraw"), on="row", run=_withdraw, icon="person_remove", variant=ActionVariant.DANGER,
        offered=lambda row: row.state == Candidate.State.ACTIVE, text=_("All open applications end."),
    )  # fmt: skip
    actions_list = ("add_candidate",)
    actions_detail = ("apply", "withdraw")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        contact = ("phone", "email") if actor_of(request).may(candidates.CHANGE) else ("masked_phone", "masked_email")
        return ("name", "name_en", *contact, "source", "state", "consented_at", "employee", "created_at")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return self.get_fields(request, obj)

    @admin.display(description=_("phone"))
    def masked_phone(self, row: Candidate) -> str:
        return mask_phone(row.phone)

    @admin.display(description=_("e-mail"))
    def masked_email(self, row: Candidate) -> str:
        return mask_id(row.email)


@admin.register(Application, site=tenant_site)
class ApplicationAdmin(TenantAdmin):
    noun = "recruiting.candidate"
    section = Section.RECRUITING
    icon = "conversion_path"
    empty_text = _("An application is a candidate put forward for a job profile. Start from either of the two.")
    order = 30
    list_display = ("candidate", "profile", "state", "match_score", "must_haves_missing", "applied_at")
    list_select_related = ("candidate", "profile")
    list_filter = ("state", "profile")
    search_fields = ("candidate__name", "candidate__name_en", "profile__name")
    ordering = ("-id",)
    fields = readonly_fields = (
        "candidate", "profile", "state", "reject_reason", "match_score", "must_haves", "reasons", "gaps", "scored_at",
    )  # fmt: skip

    add_card = ServiceAction(
        _("Add evidence"), on="row", form=forms.CardForm, run=_add_card, icon="post_add",
        offered=lambda row: row.is_open,
    )  # fmt: skip
    advance = ServiceAction(
        _("Move on"), on="row", form=forms.AdvanceForm, run=_advance, icon="arrow_forward",
        offered=lambda row: row.state in ("new", "screening"),
    )  # fmt: skip
    draft = ServiceAction(
        _("Draft an offer"), on="row", form=forms.OfferForm, run=_draft, icon="contract_edit",
        permission="recruiting.offer.change", offered=lambda row: row.state in ("screening", "interview"),
    )  # fmt: skip
    score = ServiceAction(_("Compute the match anew"), on="row", run=_score, icon="calculate")
    reject = ServiceAction(
        _("Reject"), on="row", form=forms.RejectForm, run=_reject, icon="close", variant=ActionVariant.DANGER,
        offered=lambda row: row.state in ("new", "screening", "interview"),
    )  # fmt: skip
    actions_detail = ("add_card", "advance", "draft", "score", "reject")

    @admin.display(description=_("must-haves"))
    def must_haves(self, row: Application) -> str:
        musts = row.match["must_haves"] if row.match else ()
        lines = (("✓" if must["met"] else "✗", localized(must["name"], must["name_en"])) for must in musts)
        return format_html_join("", "<p>{} {}</p>", lines)

    @admin.display(description=_("reasons"))
    def reasons(self, row: Application) -> str:
        """Every point with the words it rests on."""
        lines = (
            (localized(one.name, one.name_en), one.points, one.level, one.sentence) for one in reasons_of(row)
        )  # fmt: skip
        inner = format_html_join("", "<li>{} <strong>+{}</strong> ({}/5) “{}”</li>", lines)
        return format_html('<ul class="list-disc pl-5">{}</ul>', inner)

    @admin.display(description=_("gaps"))
    def gaps(self, row: Application) -> str:
        lines = (
            (localized(one.name, one.name_en), one.open_points, one.level, localized(one.missing_zh, one.missing_en))
            for one in gaps_of(row)
        )
        inner = format_html_join("", "<li>{} <strong>−{}</strong> ({}/5) {}</li>", lines)
        return format_html('<ul class="list-disc pl-5">{}</ul>', inner)


@admin.register(EvidenceCard, site=tenant_site)
class EvidenceCardAdmin(TenantAdmin):
    noun = "recruiting.candidate"
    section = Section.RECRUITING
    icon = "fact_check"
    empty_text = _("Evidence cards hold what candidates achieved, with figures. Add them at an application.")
    order = 40
    list_display = ("candidate", "item", "sentence", "number", "unit", "state", "proposed_by", "decided_by")
    list_select_related = ("candidate",)
    list_filter = ("state",)
    search_fields = ("candidate__name", "item")
    ordering = ("-id",)
    fields = readonly_fields = (
        "candidate", "item", "sentence", "goal", "method", "result", "number", "unit", "basis", "baseline", "period",
        "verified", "state", "proposed_by", "proposed_at", "decided_by", "decided_at",
    )  # fmt: skip

    confirm = ServiceAction(
        _("Confirm"), on="row", run=_confirm, icon="check", offered=lambda row: row.state == "proposed",
        variant=ActionVariant.PRIMARY, text=_("The card counts from then on and cannot be changed."),
    )  # fmt: skip
    dismiss = ServiceAction(
        _("Dismiss"), on="row", run=_dismiss, icon="close", offered=lambda row: row.state == "proposed"
    )
    actions_detail = ("confirm", "dismiss")
