"""The audit trail in the admin: to be read and exported."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import admin
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _

from hrsaas.audit.models import Entry
from hrsaas.audit.titles import kind_title, title_of
from hrsaas.console.admin import TenantAdmin
from hrsaas.console.navigation import Section
from hrsaas.console.sites import tenant_site


@admin.register(Entry, site=tenant_site)
class EntryAdmin(TenantAdmin):
    noun = "audit.entry"
    section = Section.ADMINISTRATION
    icon = "policy"
    order = 70
    list_display = ("at", "actor_label", "what", "subject", "via", "ip")
    list_filter = ("via", "actor_kind")
    search_fields = ("action", "actor_label", "subject_type", "request_id")
    ordering = ("-id",)
    fields = (
        "at", "actor_label", "actor_kind", "actor_user_id", "what", "subject", "before", "after", "via", "ip",
        "request_id",
    )  # fmt: skip
    readonly_fields = ("what", "subject", "before", "after")

    @admin.display(description=_("action"), ordering="action")
    def what(self, entry: Entry) -> str:
        """In words, with the stable code below, which is what one searches and filters by."""
        words = title_of(entry.action, entry.subject_type)
        return format_html('{}<div class="font-mono text-subtle text-xs">{}</div>', words, entry.action)

    @admin.display(description=_("subject"))
    def subject(self, entry: Entry) -> str:
        return f"{kind_title(entry.subject_type)} {entry.subject_id or ''}".strip() or "–"

    @admin.display(description=_("before"))
    def before(self, entry: Entry) -> str:
        return _facts(entry.old)

    @admin.display(description=_("after"))
    def after(self, entry: Entry) -> str:
        return _facts(entry.new)


def _facts(facts: dict[str, Any] | None) -> str:
    """One line per field, by the name it is stored by; nested values as JSON."""
    if not facts:
        return "–"
    lines = ((name, value if isinstance(value, str) else _json(value)) for name, value in facts.items())
    row = '<tr><td class="align-top font-mono pr-4">{}</td><td class="break-all">{}</td></tr>'
    return format_html("<table>{}</table>", format_html_join("", row, lines))


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
