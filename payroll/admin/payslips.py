"""Payslips with their lines, and why each line is what it is."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from hrsaas.access.actors import Actor
from hrsaas.console.admin import TenantAdmin
from hrsaas.console.figures import money
from hrsaas.console.filters import month_filter
from hrsaas.console.forms import ServiceForm
from hrsaas.console.navigation import Section
from hrsaas.console.service_actions import ServiceAction
from hrsaas.console.sites import tenant_site
from payroll.admin.explanation_trees import readable
from payroll.admin.languages import language
from payroll.admin.manual_amounts import PayslipAmountForm, may_be_set, set_of_payslip
from payroll.admin.money import grouped
from payroll.admin.payment_holds import CHANGE, SlipHoldForm, hold_of_payslip
from payroll.admin.recalculations import recalculate_payslips
from payroll.api.payslips import pdf_response
from payroll.models import PayRun, Payslip
from payroll.queries.explanations import explained
from payroll.queries.manual_amounts import listed
from payroll.queries.payslips import lines
from payroll.rules.formula import Type
from payroll.rules.item_values import kind_of, shown_value
from payroll.services.payslip_receipts import confirm_payslip, dispute_payslip, print_payslip, read_payslip

OFFERED = 60
SOUND, FAULTY = "sound", "faulty"


def _item_column(place: int, item: dict[str, Any]) -> Callable[[Payslip], Decimal | str | None]:
    """A column of the export: the amount of one item as a number; what is no number as people read it."""

    def amount(slip: Payslip) -> Decimal | str | None:
        value = slip.amounts[place]
        if kind_of(item) != Type.NUMBER:
            return shown_value(item, value, slip.texts, language())
        return None if value is None else Decimal(value).scaleb(-item["scale"])

    amount.short_description = item["name" if language() == "zh" else "name_en"]  # type: ignore[attr-defined]
    amount.__name__ = item["code"]
    return amount


def _shown(line: dict[str, Any], here: str) -> str:
    return grouped(line["amount"]) if line["type"] == Type.NUMBER or line["value"] is None else line[here]


class HasError(admin.SimpleListFilter):
    title = _("errors")
    parameter_name = "error"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", _("With errors")), ("no", _("Without errors"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return queryset.filter(error__isnull=self.value() == "no") if self.value() else queryset


class RunFilter(admin.SimpleListFilter):
    """The latest runs, also under the address that the run's page links to."""

    title = _("pay run")
    parameter_name = "run__id__exact"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        runs = PayRun.objects.select_related("group").order_by("-month", "id")[:OFFERED]
        return [(str(run.pk), str(run)) for run in runs]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        value = self.value() or ""
        return queryset.filter(run=int(value)) if value.isdecimal() else queryset


class LayoutForm(ServiceForm):
    layout = forms.ChoiceField(
        label=_("Layout"), choices=[("a4", _("A page of A4 each")), ("envelope", _("For window envelopes"))]
    )


class DisputeForm(ServiceForm):
    text = forms.CharField(label=_("What is wrong"), max_length=2_000, widget=forms.Textarea(attrs={"rows": 4}))


def _pdf(*, subject: Payslip, data: dict[str, Any], actor: Actor, now: datetime) -> HttpResponse:
    return pdf_response(print_payslip(slip=subject, layout=data["layout"], actor=actor, now=now), subject)


def _confirm(*, subject: Payslip, data: dict[str, Any], actor: Actor, now: datetime) -> None:
    confirm_payslip(slip=subject, actor=actor, now=now)


def _dispute(*, subject: Payslip, data: dict[str, Any], actor: Actor, now: datetime) -> None:
    dispute_payslip(slip=subject, text=data["text"], actor=actor, now=now)


@admin.register(Payslip, site=tenant_site)
class PayslipAdmin(TenantAdmin):
    noun = "payroll.payslip"
    person_path = "employee"
    section = Section.PAY
    icon = "receipt_long"
    empty_text = _("Payslips are made by a pay run.")
    order = 20
    list_display = ("employee_code", "employee_name", "month", "unit", "gross", "tax", "net", "is_sound")
    list_select_related = ("run", "unit")
    list_filter = (RunFilter, month_filter("run__month"), ("unit", admin.RelatedOnlyFieldListFilter), HasError)
    search_fields = ("employee_code", "employee_name")
    ordering = ("run", "employee_code")

    recalculate = ServiceAction(
        _("Recalculate the chosen people"), on="selection", permission="payroll.run.change", run=recalculate_payslips,
        text=_("At once, by the formulas that the run has."),
    )  # fmt: skip
    actions = ("recalculate",)
    set_amount = ServiceAction(
        _("Set an amount by hand"), on="row", permission="payroll.run.change", form=PayslipAmountForm,
        run=set_of_payslip, icon="edit_note", offered=lambda slip: may_be_set(slip.run),
        text=_("It counts instead of the formula, and must be acknowledged in the review."),
    )  # fmt: skip
    hold = ServiceAction(
        _("Hold the payment"), on="row", permission=CHANGE, form=SlipHoldForm, run=hold_of_payslip,
        icon="pause_circle", text=_("It stays out of bank files until it is released."),
    )  # fmt: skip
    pdf = ServiceAction(_("PDF"), on="row", verb="view", form=LayoutForm, run=_pdf, icon="picture_as_pdf")
    confirm = ServiceAction(
        _("Confirm my payslip"), on="row", verb="view", run=_confirm, icon="task_alt",
        text=_("You agree with this payslip. The time is noted."),
    )  # fmt: skip
    dispute = ServiceAction(
        _("Dispute my payslip"), on="row", verb="view", form=DisputeForm, run=_dispute, icon="contact_support"
    )
    actions_detail = ("set_amount", "hold", "pdf", "confirm", "dispute")

    def export_columns(self, request: HttpRequest) -> list[Any]:
        """With a column for each item where the payslips of one run are listed."""
        chosen = request.GET.get(RunFilter.parameter_name, "")
        runs = PayRun.objects.select_related("formula_set").filter(pk=int(chosen) if chosen.isdecimal() else None)
        version = next((run.formula_set for run in runs), None)
        items = [] if version is None else [_item_column(at, item) for at, item in enumerate(version.items)]
        *columns, state = super().export_columns(request)
        return [*columns, *items, state]

    def get_urls(self) -> list[URLPattern]:
        page = self.admin_site.admin_view(self.explanation_view)
        address = "<int:object_id>/explain/<slug:code>/"
        return [path(address, page, name="payroll_payslip_explain"), *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        slip = self._found(request, object_id)
        here, actor = language(), self.actor(request)
        if slip.run.state in PayRun.CLOSED and slip.employee_id == actor.employee_id:
            read_payslip(slip=slip, actor=actor, now=timezone.now())
        context = {
            **self.admin_site.each_context(request),
            "opts": self.model._meta,
            "title": f"{slip} · {slip.run.month:%Y-%m}",
            "slip": slip,
            "buttons": _buttons(slip, actor),
            "receipt": slip.receipts.first(),
            "disputes": list(slip.disputes.all()),
            "sums": [(_("gross"), money(slip.gross_fen)), (_("income tax"), money(slip.tax_fen)),
                     (_("net"), money(slip.net_fen)), (_("cost of employment"), money(slip.cost_fen))],
            "errors": [one[here] for one in slip.error or ()],
            "warnings": [one[here] for one in slip.warnings or ()],
            "manual": [
                (item["name" if here == "zh" else "name_en"], money(row.amount_fen), money(row.formula_fen), row,
                 actor.may("payroll.run.view"))
                for row, item in listed(slip)
            ],
            "lines": [
                ({**line, "amount": _shown(line, here)}, line["name" if here == "zh" else "name_en"])
                for line in lines(slip)
            ],
        }  # fmt: skip
        return TemplateResponse(request, "payroll/payslip.html", context)

    def explanation_view(self, request: HttpRequest, object_id: int, code: str) -> HttpResponse:
        slip = self._found(request, object_id)
        tree = readable(explained(slip, code), language())
        context = {
            **self.admin_site.each_context(request),
            "opts": self.model._meta,
            "title": f"{tree['label']} · {slip} · {slip.run.month:%Y-%m}",
            "slip": slip,
            "tree": tree,
            "back": reverse("admin:payroll_payslip_change", args=[slip.pk]),
        }
        return TemplateResponse(request, "payroll/explanation.html", context)

    def _found(self, request: HttpRequest, object_id: Any) -> Payslip:
        slip = self.get_object(request, str(object_id)) if self.has_view_permission(request) else None
        if slip is None:
            raise Http404
        return Payslip.objects.select_related("run__formula_set", "run__group", "unit", "position").get(pk=slip.pk)

    @admin.display(description=_("month"), ordering="run__month")
    def month(self, slip: Payslip) -> str:
        return f"{slip.run.month:%Y-%m}"

    @admin.display(description=_("gross (yuan)"), ordering="gross_fen")
    def gross(self, slip: Payslip) -> str:
        return money(slip.gross_fen)

    @admin.display(description=_("income tax (yuan)"), ordering="tax_fen")
    def tax(self, slip: Payslip) -> str:
        return money(slip.tax_fen)

    @admin.display(description=_("net (yuan)"), ordering="net_fen")
    def net(self, slip: Payslip) -> str:
        return money(slip.net_fen)

    @display(description=_("state"), label={FAULTY: "danger", SOUND: "success"})
    def is_sound(self, slip: Payslip) -> tuple[str, Any]:
        return (SOUND, _("Sound")) if slip.error is None else (FAULTY, _("With errors"))


def _buttons(slip: Payslip, actor: Actor) -> list[tuple[Any, str]]:
    """(title, address) of what this person may do with a payslip."""
    if slip.run.state not in PayRun.CLOSED:
        may_set = may_be_set(slip.run) and actor.may("payroll.run.change")
        address = reverse("admin:payroll_payslip_set_amount", args=[slip.pk])
        return [(_("Set an amount by hand"), address)] if may_set else []
    is_own = slip.employee_id == actor.employee_id
    titles = {"pdf": _("PDF")} if is_own or actor.may(CHANGE) else {}
    if actor.may(CHANGE):
        titles |= {"hold": _("Hold the payment")}
    if is_own:
        titles |= {"confirm": _("Confirm my payslip"), "dispute": _("Dispute my payslip")}
    return [(title, reverse(f"admin:payroll_payslip_{name}", args=[slip.pk])) for name, title in titles.items()]
