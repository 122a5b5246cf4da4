"""Punches and their deliveries in the admin."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

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
    empty_text = _("Punches come from devices by the API, or from a file: import it under “Imports”.")
    order = 20
    list_display = ("employee", "punched_at", "source", "trust")
    list_filter = ("trust",)
    list_select_related = ("employee",)
    search_fields = ("employee__search_text",)
    date_hierarchy = "punched_at"
    ordering = ("-id",)
    fields = readonly_fields = ("employee", "punched_at", "source", "trust", "batch", "is_void")
    void = ServiceAction(
        _("Void"), on="row", form=VoidForm, run=ask_from_form, preview=preview_from_form,
        permission="attendance.request.change", icon="block",
        text=_("The wrong punch stays, marked; the days no longer count it once this is approved."),
    )  # fmt: skip
    actions_detail = ("void",)

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
