"""The audit trail in the admin: to be read and exported."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from hrsaas.audit.models import Entry
from hrsaas.console.admin import TenantAdmin
from hrsaas.console.navigation import Section
from hrsaas.console.sites import tenant_site


@admin.register(Entry, site=tenant_site)
class EntryAdmin(TenantAdmin):
    noun = "audit.entry"
    section = Section.ADMINISTRATION
    icon = "policy"
    order = 70
    list_display = ("at", "actor_label", "action", "subject", "via", "ip")
    list_filter = ("via", "actor_kind")
    search_fields = ("action", "actor_label", "subject_type", "request_id")
    ordering = ("-id",)
    fields = (
        "at", "actor_label", "actor_kind", "actor_user_id", "action", "subject_type", "subject_id", "old", "new",
        "via", "ip", "request_id",
    )  # fmt: skip

    @admin.display(description=_("subject"))
    def subject(self, entry: Entry) -> str:
        return f"{entry.subject_type} {entry.subject_id or ''}".strip()
