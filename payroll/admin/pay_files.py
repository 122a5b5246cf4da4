"""Files of pay runs: how far they are, who is left out, download."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.http import FileResponse
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _
from unfold.enums import ActionVariant

from hrsaas.access.actors import Actor
from hrsaas.console.admin import TenantAdmin
from hrsaas.console.figures import money
from hrsaas.console.forms import ServiceForm
from hrsaas.console.navigation import Section
from hrsaas.console.service_actions import ServiceAction
from hrsaas.console.sites import tenant_site
from hrsaas.languages import in_chinese
from payroll.api.pay_files import file_response
from payroll.models import PayFile
from payroll.services.payments import void_file


class VoidForm(ServiceForm):
    reason = forms.CharField(label=_("Reason"), max_length=2_000, widget=forms.Textarea(attrs={"rows": 3}))


def _void(*, subject: PayFile, data: dict[str, Any], actor: Actor, now: datetime) -> None:
    void_file(file=subject, reason=data["reason"], actor=actor, now=now)


def _download(*, subject: PayFile, data: dict[str, Any], actor: Actor, now: datetime) -> FileResponse:
    return file_response(subject, actor, now)


@admin.register(PayFile, site=tenant_site)
class PayFileAdmin(TenantAdmin):
    noun = "payroll.file"
    section = Section.PAY
    icon = "folder_zip"
    empty_text = _("Payslips, bank file, tax workbook and voucher are made on the page of a locked pay run.")
    order = 15
    list_display = ("file_name", "kind", "state", "row_count", "amount", "created_by", "created_at", "expires_at")
    list_filter = ("kind", "state")
    search_fields = ("file_name",)
    list_select_related = ("run",)
    ordering = ("-created_at", "-id")
    fields = readonly_fields = (
        "file_name", "kind", "run", "state", "progress", "row_count", "amount", "size", "people_to_look_at",
        "created_by", "created_at", "expires_at",
    )  # fmt: skip

    download = ServiceAction(
        _("Download"), on="row", run=_download, icon="download",
        offered=lambda file: file.state == PayFile.State.READY,
        text=_("The file holds personal data. The download is noted in the audit trail."),
    )  # fmt: skip
    void = ServiceAction(
        _("Declare void"), on="row", form=VoidForm, run=_void, icon="block", variant=ActionVariant.DANGER,
        offered=lambda file: file.state == PayFile.State.READY and file.kind == PayFile.Kind.BANK,
        text=_("Only if no bank got the file: another one may then pay the same people."),
    )  # fmt: skip
    actions_detail = ("download", "void")

    @admin.display(description=_("control sum (yuan)"))
    def amount(self, file: PayFile) -> str:
        return money(file.amount_fen)

    @admin.display(description=_("progress"))
    def progress(self, file: PayFile) -> str:
        if file.job_id is None:
            return "–"
        return format_html('<a href="{}">{}</a>', reverse("admin:jobs_job_change", args=[file.job_id]), _("Job"))

    @admin.display(description=_("people to look at"))
    def people_to_look_at(self, file: PayFile) -> str:
        language = "zh" if in_chinese() else "en"
        rows = ((one["code"], one["name"], one[language]) for one in file.notes)
        return format_html_join("", "<div>{} {}: {}</div>", rows) or "–"
