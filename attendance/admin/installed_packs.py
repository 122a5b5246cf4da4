"""Industry templates in the admin: gallery, preview, installation, comparison with a newer version, upgrade."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import FieldDoesNotExist
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from attendance.models import AttendanceSettings, InstalledPack, Rotation, Shift
from attendance.packs.leave_packs import shipped_types
from attendance.packs.lint import Finding
from attendance.packs.loader import list_packs, load_pack, pack_title
from attendance.packs.overviews import overview
from attendance.packs.parts import ShiftPart, Text
from attendance.rules.reasons import clock
from attendance.rules.template_merge import Difference, Outcome
from attendance.services.pack_upgrades import compare_pack, upgrade_pack
from attendance.services.setups import CHANGE, install_pack
from hrsaas.access.actors import Actor
from hrsaas.access.queries.actors import actor_of
from hrsaas.console.admin import TenantAdmin
from hrsaas.console.forms import ServiceForm
from hrsaas.console.navigation import Section
from hrsaas.console.service_actions import ServiceAction
from hrsaas.console.sites import tenant_site
from hrsaas.errors import DomainError
from hrsaas.languages import in_chinese

VIEW = "attendance.setup.view"
MODELS: dict[str, Any] = {"shift": Shift, "rotation": Rotation, "settings": AttendanceSettings}
OUTCOMES = {
    Outcome.ADDED: _("new in the template"),
    Outcome.TAKEN: _("will be taken over"),
    Outcome.KEPT: _("your own, stays"),
    Outcome.CONFLICT: _("changed by both: yours stays unless you choose otherwise"),
    Outcome.RETIRED: _("no longer in the template, stays"),
    Outcome.LOCKED: _("stays: locked months were computed with it"),
}
LEVELS = {"error": _("not lawful"), "known": _("not lawful by itself"), "warning": _("to know")}
REGIMES = {
    "standard": _("Standard hours"),
    "flexible": _("Flexible regime"),
    "part_time": _("Part time"),
    "comprehensive/week": _("Comprehensive, by the week"),
    "comprehensive/month": _("Comprehensive, by the month"),
    "comprehensive/quarter": _("Comprehensive, by the quarter"),
    "comprehensive/year": _("Comprehensive, by the year"),
}
BASES = {
    "punch": _("by punch"), "approval": _("by approval"), "smaller": _("the smaller of punch and approval")
}  # fmt: skip


def said(text: Text) -> str:
    """The text in the active language."""
    return text.zh if in_chinese() else text.en


class UpgradeForm(ServiceForm):
    take = forms.MultipleChoiceField(
        label=_("Take the template's value for"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("Where both you and the template changed a value, yours stays unless it is ticked here."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(item.key, shown(item)) for item in _conflicts(self.subject)]
        self.fields["take"].choices = choices  # type: ignore[attr-defined]
        if not choices:
            del self.fields["take"]


def _conflicts(installed: InstalledPack) -> list[Difference]:
    return [item for item in compare_pack(installed=installed).differences if item.outcome == Outcome.CONFLICT]


def _upgrade(*, subject: InstalledPack, data: dict[str, Any], actor: Actor, now: datetime) -> str:
    done = upgrade_pack(installed=subject, take=data.get("take", ()), actor=actor, now=now)
    return gettext("Version %(version)s is installed.") % {"version": done.pack.version}


def _may_upgrade(installed: InstalledPack) -> bool:
    return installed.code in list_packs() and compare_pack(installed=installed).is_newer


def shown(item: Difference) -> str:
    """A difference in words, for example "Shift M · late grace (minutes): 5 → 3"."""
    if not item.field:
        return row_title(item.row)
    own, new = (shown_value(item.field, value) for value in (item.own, item.new))
    return f"{row_title(item.row)} · {field_title(item.row, item.field)}: {own} → {new}"


def row_title(row: str) -> str:
    kind, _colon, code = row.partition(":")
    return f"{capfirst(MODELS[kind]._meta.verbose_name)} {code}".strip()


def field_title(row: str, field: str) -> str:
    try:
        return str(MODELS[row.partition(":")[0]]._meta.get_field(field).verbose_name)
    except FieldDoesNotExist:
        return field


def shown_value(field: str, value: Any) -> str:
    if value is None or value == "" or value == []:
        return "–"
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if field.endswith("_minute"):
        return clock(value)
    if isinstance(value, list):
        return " ".join(_part(item) for item in value)
    return str(value)


def _part(item: Any) -> str:
    return "/".join(str(value) for value in item.values()) if isinstance(item, dict) else str(item) or "–"


@admin.register(InstalledPack, site=tenant_site)
class InstalledPackAdmin(TenantAdmin):
    noun = "attendance.setup"
    section = Section.TIME_SETUP
    icon = "library_books"
    empty_text = _("No template yet. Look at those that there are, and install the one of your industry.")
    order = 20
    list_display = ("title", "version", "newest", "changed_at")
    list_display_links = ("title",)
    fields = readonly_fields = ("title", "version", "newest", "calendar", "changed_at", "differences", "findings")
    upgrade = ServiceAction(
        _("Upgrade"), on="row", form=UpgradeForm, run=_upgrade, icon="upgrade", offered=_may_upgrade,
        text=_("Takes what is new in the template. What you changed yourself stays."),
    )  # fmt: skip
    actions_detail = ("upgrade",)

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view
        return [
            path("gallery/", view(self.gallery_view), name="attendance_installedpack_gallery"),
            path("gallery/<slug:code>/", view(self.preview_view), name="attendance_installedpack_preview"),
            *super().get_urls(),
        ]

    @admin.display(description=_("industry template"), ordering="code")
    def title(self, row: InstalledPack) -> str:
        return pack_title(row.code)

    @admin.display(description=_("newest version"))
    def newest(self, row: InstalledPack) -> str:
        return str(load_pack(row.code).version) if row.code in list_packs() else "–"

    @admin.display(description=_("compared with the newest version"))
    def differences(self, row: InstalledPack) -> str:
        try:
            found = compare_pack(installed=row)
        except DomainError as error:
            return str(error.text)
        lines = [(str(OUTCOMES[item.outcome]), shown(item)) for item in found.differences]
        return _list(lines) if lines else gettext("Everything is as in the template.")

    @admin.display(description=_("is it lawful?"))
    def findings(self, row: InstalledPack) -> str:
        if row.code not in list_packs():
            return "–"
        lines = finding_lines(overview(row.code).findings)
        return _list(lines) if lines else gettext("Nothing was found.")

    def gallery_view(self, request: HttpRequest) -> HttpResponse:
        """All templates with regime, rosters and what the lint says."""
        actor_of(request).require(VIEW)
        installed = dict(InstalledPack.objects.values_list("code", "version"))
        cards = [_card(code, installed.get(code)) for code in list_packs()]
        return self._page(request, "attendance/pack_gallery.html", _("Industry templates"), cards=cards)

    def preview_view(self, request: HttpRequest, code: str) -> HttpResponse:
        """One template in full, with what installing it would change."""
        actor = actor_of(request)
        actor.require(VIEW)
        if code not in list_packs():
            raise Http404
        pack = load_pack(code)
        facts = {
            **_card(code, None), "shifts": [_shift_line(shift) for shift in pack.shifts], "overtime": _overtime(code),
            "tiers": [said(tier.name) for tier in pack.lateness.tiers], "kpis": [said(kpi) for kpi in pack.kpis],
            "facts": [said(fact.name) for fact in pack.shift_facts], "source": said(pack.source),
            "leave": [said(part.name) for part in shipped_types() if part.code in pack.leave_types],
            "may_install": actor.may(CHANGE), "install": reverse("admin:attendance_attendancesettings_install"),
        }  # fmt: skip
        if facts["may_install"]:
            facts["changes"] = install_pack(code=code, actor=actor, now=timezone.now(), preview=True)
        return self._page(request, "attendance/pack_preview.html", facts["name"], **facts)

    def _page(self, request: HttpRequest, template: str, title: Any, **context: Any) -> HttpResponse:
        facts = {**self.admin_site.each_context(request), "opts": self.opts, "title": title, **context}
        return TemplateResponse(request, template, facts)


def finding_lines(findings: tuple[Finding, ...]) -> list[tuple[str, str]]:
    """Level and text of each finding, with what to do about it."""
    lines = []
    for found in findings:
        text = found.zh if in_chinese() else found.en
        note = f" {said(found.note)}" if found.note else ""
        lines.append((str(LEVELS[found.level]), f"{text}{note}"))
    return lines


def _list(lines: list[tuple[str, str]]) -> str:
    return format_html("<ul>{}</ul>", format_html_join("", "<li><strong>{}</strong> {}</li>", lines))


def _card(code: str, installed: int | None) -> dict[str, Any]:
    found = overview(code)
    rosters = [
        {
            "code": roster.code, "name": said(roster.name), "regime": REGIMES[roster.regime], "days": roster.days,
            "hours": f"{float(roster.hours):.1f}", "crews": roster.crews,
        }
        for roster in found.rosters
    ]  # fmt: skip
    return {
        "code": code, "name": said(found.pack.name), "description": said(found.pack.description), "rosters": rosters,
        "regime": REGIMES[found.regime], "version": found.pack.version, "installed": installed,
        "findings": finding_lines(found.findings), "known": any(one.level == "known" for one in found.findings),
        "url": reverse("admin:attendance_installedpack_preview", args=[code]),
    }  # fmt: skip


def _shift_line(part: ShiftPart) -> dict[str, str]:
    times = [(item.start, item.end) for item in part.segments] or [part.bounds]
    breaks = [(item.start, item.end) for item in part.breaks]
    return {"code": part.code, "name": said(part.name), "times": _times(times), "breaks": _times(breaks) or "–"}


def _times(spans: list[tuple[int, int]]) -> str:
    return " · ".join(f"{clock(start)}–{clock(end)}" for start, end in spans)


def _overtime(code: str) -> str:
    part = load_pack(code).overtime
    text = gettext("%(basis)s, from %(minimum)s minutes, in steps of %(step)s minutes") % {
        "basis": BASES[part.basis], "minimum": part.minimum_minutes, "step": part.step_minutes,
    }  # fmt: skip
    if part.time_off is None:
        return text
    off = gettext("or as time off within %(months)s months") % {"months": part.time_off.expires_after_months}
    return f"{text}, {off}"
