"""Org units and positions in the admin."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import admin
from django.db.models import Count, F, Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from hrsaas.access.actors import Actor
from hrsaas.console.admin import TenantAdmin
from hrsaas.console.navigation import Section
from hrsaas.console.service_actions import ServiceAction
from hrsaas.console.sites import tenant_site
from hrsaas.people.admin import forms
from hrsaas.people.admin.employees import today
from hrsaas.people.models import OrgUnit, Position
from hrsaas.people.services import units


def _create_unit(*, subject: None, data: dict[str, Any], actor: Actor, now: datetime) -> None:
    units.create_unit(**data, actor=actor, now=now)


def _rename_unit(*, subject: OrgUnit, data: dict[str, Any], actor: Actor, now: datetime) -> None:
    units.rename_unit(unit=subject, **data, actor=actor, now=now)


def _move_unit(*, subject: OrgUnit, data: dict[str, Any], actor: Actor, now: datetime) -> None:
    units.move_unit(unit=subject, **data, actor=actor, now=now)


def _create_position(*, subject: None, data: dict[str, Any], actor: Actor, now: datetime) -> None:
    units.create_position(**data, actor=actor, now=now)


def _rename_position(*, subject: Position, data: dict[str, Any], actor: Actor, now: datetime) -> None:
    units.rename_position(position=subject, **data, actor=actor, now=now)


def _names(row: OrgUnit | Position) -> dict[str, str]:
    return {"name": row.name, "name_en": row.name_en}


@admin.register(OrgUnit, site=tenant_site)
class OrgUnitAdmin(TenantAdmin):
    noun = "people.unit"
    section = Section.PEOPLE
    icon = "account_tree"
    empty_text = _("Create the company first, then what is below it. An import of people creates missing units too.")
    order = 20
    global_search = True
    list_display = ("code", "name", "name_en", "parent", "headcount")
    list_select_related = ("parent",)
    search_fields = ("code", "name", "name_en")
    ordering = ("code",)
    fields = readonly_fields = ("code", "name", "name_en", "parent", "headcount")

    create = ServiceAction(_("Add org unit"), on="list", form=forms.UnitForm, run=_create_unit, icon="add")
    rename = ServiceAction(_("Rename"), on="row", form=forms.RenameForm, run=_rename_unit, initial=_names, icon="edit")
    move = ServiceAction(
        _("Move"), on="row", form=forms.MoveForm, run=_move_unit, icon="move_down",
        initial=lambda unit: {"parent": unit.parent_id}, text=_("Everything below the unit moves along."),
    )  # fmt: skip
    actions_list = ("create",)
    actions_detail = ("rename", "move")

    def get_queryset(self, request: HttpRequest) -> QuerySet[OrgUnit]:
        day = today(request)
        not_over = Q(assignments__end_date=None) | Q(assignments__end_date__gt=day)
        holding = Count("assignments", filter=not_over & Q(assignments__start_date__lte=day))
        return super().get_queryset(request).annotate(held=holding)

    @admin.display(description=_("headcount"), ordering=F("held"))
    def headcount(self, row: OrgUnit) -> int:
        return row.held  # type: ignore[attr-defined,no-any-return]  # annotated by get_queryset


@admin.register(Position, site=tenant_site)
class PositionAdmin(TenantAdmin):
    noun = "people.unit"
    section = Section.PEOPLE
    icon = "badge"
    empty_text = _("Positions are what people work as: shop assistant, nurse, accountant.")
    order = 30
    list_display = ("code", "name", "name_en")
    search_fields = ("code", "name", "name_en")
    ordering = ("code",)
    fields = readonly_fields = ("code", "name", "name_en")

    create = ServiceAction(_("Add position"), on="list", form=forms.PositionForm, run=_create_position, icon="add")
    rename = ServiceAction(
        _("Rename"), on="row", form=forms.RenameForm, run=_rename_position, initial=_names, icon="edit"
    )
    actions_list = ("create",)
    actions_detail = ("rename",)
