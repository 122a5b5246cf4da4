"""Job profiles in the admin, with the ranking of who applied."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _

from hrsaas.access.actors import Actor
from hrsaas.console.admin import TenantAdmin
from hrsaas.console.navigation import Section
from hrsaas.console.service_actions import ServiceAction
from hrsaas.console.sites import tenant_site
from hrsaas.tenancy.languages import localized
from recruiting.admin import forms
from recruiting.models import JobProfile
from recruiting.queries.matches import ranking
from recruiting.queries.profiles import definition_of
from recruiting.services import candidates, profiles

SHOWN = 20


def _adopt(*, subject: None, data: dict[str, Any], actor: Actor, now: datetime) -> None:
    profiles.adopt_profile(**data, actor=actor, now=now)


def _change(*, subject: JobProfile, data: dict[str, Any], actor: Actor, now: datetime) -> None:
    profiles.change_profile(profile=subject, **data, actor=actor, now=now)


def _consider(*, subject: JobProfile, data: dict[str, Any], actor: Actor, now: datetime) -> None:
    candidates.apply(candidate=data["candidate"], profile=subject, actor=actor, now=now)


@admin.register(JobProfile, site=tenant_site)
class JobProfileAdmin(TenantAdmin):
    noun = "recruiting.profile"
    section = Section.RECRUITING
    icon = "assignment_ind"
    empty_text = _("A job profile says what a job needs and how much each part weighs. Take one over from the library.")
    order = 10
    global_search = True
    list_display = ("code", "name", "name_en", "industry", "version", "is_active")
    list_filter = ("is_active", "industry")
    search_fields = ("code", "name", "name_en")
    ordering = ("code",)
    fields = readonly_fields = ("code", "name", "name_en", "industry", "version", "is_active", "dimensions", "ranked")

    adopt = ServiceAction(_("Take over a profile"), on="list", form=forms.AdoptForm, run=_adopt, icon="library_add")
    change_definition = ServiceAction(
        _("Change"), on="row", form=forms.DefinitionForm, run=_change, icon="edit",
        initial=forms.DefinitionForm.first_values, text=_("All open applications are scored anew."),
    )  # fmt: skip
    consider = ServiceAction(
        _("Consider a candidate"), on="row", form=forms.ConsiderForm, run=_consider, icon="person_add",
        permission="recruiting.candidate.change", offered=lambda profile: profile.is_active,
    )  # fmt: skip
    actions_list = ("adopt",)
    actions_detail = ("change_definition", "consider")

    @admin.display(description=_("dimensions"))
    def dimensions(self, row: JobProfile) -> str:
        groups = definition_of(row).dimensions
        lines = (
            (_KINDS[group.kind.value], group.weight, " · ".join(_weighted(item) for item in group.items))
            for group in groups
        )
        return format_html_join("", "<p><strong>{} {}</strong> {}</p>", lines)

    @admin.display(description=_("ranking"))
    def ranked(self, row: JobProfile) -> str:
        """The first applications by match score, with reasons and gaps."""
        lines = (
            (
                one.place, reverse("admin:recruiting_application_change", args=[one.application_id]), one.candidate,
                one.score, _musts(one.must_haves_missing),
                " · ".join(f"{localized(part.name, part.name_en)} +{part.points}" for part in one.reasons),
                " · ".join(f"{localized(part.name, part.name_en)} −{part.open_points}" for part in one.gaps),
            )
            for one in ranking(row)[:SHOWN]
        )  # fmt: skip
        row_html = '<li>{}. <a href="{}">{}</a> <strong>{}</strong> {}<br>{}<br>{}</li>'
        return format_html("<ul>{}</ul>", format_html_join("", row_html, lines))


_KINDS = {"skill": _("Skill"), "scenario": _("Scenario"), "quality": _("Quality")}


def _weighted(item: Any) -> str:
    return f"{localized(item.name.zh, item.name.en)} {item.weight}"


def _musts(missing: int) -> Any:
    return _("%(count)s must-haves missing") % {"count": missing} if missing else ""
