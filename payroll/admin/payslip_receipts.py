"""Who read and confirmed the own payslip, and disputes with their answers."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from hrsaas.access.actors import Actor
from hrsaas.console.admin import TenantAdmin
from hrsaas.console.forms import ServiceForm
from hrsaas.console.navigation import Section
from hrsaas.console.service_actions import ServiceAction
from hrsaas.console.sites import tenant_site
from payroll.models import PayslipDispute, PayslipReceipt
from payroll.services.payslip_receipts import answer_dispute


class AnswerForm(ServiceForm):
    answer = forms.CharField(label=_("Answer"), max_length=2_000, widget=forms.Textarea(attrs={"rows": 4}))


def _answer(*, subject: PayslipDispute, data: dict[str, Any], actor: Actor, now: datetime) -> None:
    answer_dispute(dispute=subject, answer=data["answer"], actor=actor, now=now)


@admin.register(PayslipDispute, site=tenant_site)
class PayslipDisputeAdmin(TenantAdmin):
    noun = "payroll.payslip"
    person_path = "payslip__employee"
    section = Section.PAY
    icon = "contact_support"
    empty_text = _("Employees say here what they find wrong with their payslips.")
    order = 22
    list_display = ("payslip", "month", "text", "raised_at", "answered_by", "answered_at")
    list_select_related = ("payslip__run",)
    list_filter = (("answered_at", admin.EmptyFieldListFilter),)
    search_fields = ("payslip__employee_code", "payslip__employee_name")
    ordering = ("-raised_at", "-id")
    fields = readonly_fields = (
        "payslip", "month", "text", "raised_at", "raised_from", "answer_text", "answered_by", "answered_at",
    )  # fmt: skip

    answer = ServiceAction(
        _("Answer"), on="row", permission="payroll.run.change", form=AnswerForm, run=_answer, icon="reply",
        offered=lambda dispute: dispute.is_open,
    )  # fmt: skip
    actions_detail = ("answer",)

    @admin.display(description=_("month"), ordering="payslip__run__month")
    def month(self, dispute: PayslipDispute) -> str:
        return f"{dispute.payslip.run.month:%Y-%m}"

    @admin.display(description=_("answer"))
    def answer_text(self, dispute: PayslipDispute) -> str:
        return dispute.answer or "–"


@admin.register(PayslipReceipt, site=tenant_site)
class PayslipReceiptAdmin(TenantAdmin):
    noun = "payroll.payslip"
    person_path = "payslip__employee"
    section = Section.PAY
    icon = "mark_email_read"
    empty_text = _("It is noted here when employees read and confirm their payslips.")
    order = 21
    list_display = ("payslip", "month", "read_at", "read_from", "confirmed_at", "confirmed_from")
    list_select_related = ("payslip__run",)
    list_filter = (("confirmed_at", admin.EmptyFieldListFilter),)
    search_fields = ("payslip__employee_code", "payslip__employee_name")
    ordering = ("-read_at", "-id")
    fields = readonly_fields = ("payslip", "month", "read_at", "read_from", "confirmed_at", "confirmed_from")

    @admin.display(description=_("month"), ordering="payslip__run__month")
    def month(self, receipt: PayslipReceipt) -> str:
        return f"{receipt.payslip.run.month:%Y-%m}"
