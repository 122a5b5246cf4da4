"""Punches and their deliveries in the admin."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action

from attendance.admin.punch_voids import VoidForm, ask_from_form, preview_from_form
from attendance.models import Punch, PunchBatch
from hrsaas.console.admin import TenantAdmin
from hrsaas.console.navigation import Section
from hrsaas.console.service_actions import ServiceAction
from hrsaas.console.sites import tenant_site


@admin.register(Punch, site=tenant_site)
class PunchAdmin(TenantAdmin):
    noun = "attendance.punch"
    person_path = "employee"
    section = Section.TIME
    icon = "fingerprint"
    empty_text = _("Punches come from devices, from phones and by the API, or from a file.")
    order = 20
    list_display = ("employee", "punched_at", "source", "trust")
    list_filter = ("trust",)
    list_select_related = ("employee",)
    search_fields = ("employee__search_text",)
    date_hierarchy = "punched_at"
    ordering = ("-id",)
    fields = readonly_fields = ("employee", "punched_at", "source", "trust", "batch", "is_void")
    void = ServiceAction(
        _("Void the punch"), on="row", form=VoidForm, run=ask_from_form, preview=preview_from_form,
        permission="attendance.request.change", icon="block",
        text=_("The wrong punch stays, marked; the days no longer count it once this is approved."),
    )  # fmt: skip
    actions_list = ("bring",)
    actions_detail = ("void",)

    @action(description=_("Import punches"), url_path="bring", icon="upload", permissions=["bring"])
    def bring(self, request: HttpRequest) -> HttpResponse:
        return redirect(f"{reverse('admin:integrations_import_upload')}?kind=punches")

    def has_bring_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return self.actor(request).may("integrations.import.apply")

    @admin.display(description=_("voided"), boolean=True)
    def is_void(self, row: Punch) -> bool:
        return bool(row.voidings.filter(state="approved").exists())


@admin.register(PunchBatch, site=tenant_site)
class PunchBatchAdmin(TenantAdmin):
    noun = "attendance.punch"
    section = Section.TIME
    icon = "inbox"
    empty_text = _("Each delivery of a device or file is listed here with what became of its punches.")
    order = 40
    list_display = ("received_at", "source", "device", "added", "repeated", "unknown", "late")
    list_select_related = ("device",)
    list_filter = ("source",)
    fields = readonly_fields = list_display
