"""Projects in the admin."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from hrsaas.access.actors import Actor
from hrsaas.console.admin import TenantAdmin
from hrsaas.console.navigation import Section
from hrsaas.console.service_actions import ServiceAction
from hrsaas.console.sites import tenant_site
from hrsaas.people.admin import forms
from hrsaas.people.models import Project
from hrsaas.people.services.projects import change_project, create_project


def _create(*, subject: None, data: dict[str, Any], actor: Actor, now: datetime) -> None:
    create_project(**data, actor=actor, now=now)


def _change(*, subject: Project, data: dict[str, Any], actor: Actor, now: datetime) -> None:
    change_project(project=subject, **data, actor=actor, now=now)


def _now(row: Project) -> dict[str, Any]:
    return {name: getattr(row, name) for name in ("name", "name_en", "start_date", "end_date")}


@admin.register(Project, site=tenant_site)
class ProjectAdmin(TenantAdmin):
    noun = "people.cost"
    section = Section.PEOPLE
    icon = "flag"
    empty_text = _("Projects are what cost is split over beside departments, under the codes of your ERP.")
    order = 60
    list_display = ("code", "name", "name_en", "start_date", "end_date")
    search_fields = ("code", "name", "name_en")
    ordering = ("code",)
    fields = readonly_fields = list_display

    create = ServiceAction(_("Add project"), on="list", form=forms.ProjectForm, run=_create, icon="add")
    revise = ServiceAction(
        _("Change"), on="row", form=forms.ChangeProjectForm, run=_change, initial=_now, icon="edit",
        text=_("Shares of a project that ends hold until they are replaced."),
    )  # fmt: skip
    actions_list = ("create",)
    actions_detail = ("revise",)
