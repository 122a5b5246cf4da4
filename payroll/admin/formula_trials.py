"""Trying a formula out on a person, beside the editor."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from hrsaas.console.admin import TenantAdmin
from hrsaas.console.forms import RowField, ServiceForm
from hrsaas.errors import DomainError
from hrsaas.people.models import Employee
from payroll.admin.explanation_trees import readable
from payroll.admin.languages import language
from payroll.models import PayItem, PayScheme
from payroll.services.pay_items import try_formula

Page = dict[str, Any] | None


class MonthInput(forms.TextInput):
    input_type = "month"


class TryForm(ServiceForm):
    """Whom and when; the rest comes from the editor."""

    employee = RowField(label=_("Person"), queryset=Employee.objects.filter(kind=Employee.Kind.HUMAN))
    month = forms.DateField(label=_("Month"), input_formats=["%Y-%m"], widget=MonthInput)
    code = forms.RegexField(r"^[a-z][a-z0-9_]*$", max_length=60, widget=forms.HiddenInput)
    scheme = forms.ModelChoiceField(queryset=PayScheme.objects.all(), required=False, widget=forms.HiddenInput)
    formula = forms.CharField(max_length=4_000, strip=False, widget=forms.HiddenInput)
    type = forms.ChoiceField(choices=PayItem.Type, required=False, widget=forms.HiddenInput)

    def clean_type(self) -> str:
        return self.cleaned_data["type"] or PayItem.Type.NUMBER


class FormulaTrialAdmin(TenantAdmin):
    """The panel below the form, and the address that it asks."""

    change_form_outer_after_template = "payroll/formula_try.html"

    @property
    def media(self) -> forms.Media:
        return super().media + TryForm().media + forms.Media(js=["payroll/formula_try.js"])

    def get_urls(self) -> list[URLPattern]:
        page = self.admin_site.admin_view(require_POST(self.try_view))
        return [path("try/", page, name="payroll_payitem_try"), *super().get_urls()]

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Page = None) -> HttpResponse:
        return super().add_view(request, form_url, self._with_trial(request, extra_context))

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Page = None
    ) -> HttpResponse:
        return super().change_view(request, object_id, form_url, self._with_trial(request, extra_context))

    def try_view(self, request: HttpRequest) -> HttpResponse:
        """The part of a page that shows what the formula gives the person, or why it gives nothing."""
        if not self._may_try(request):
            raise PermissionDenied
        form = TryForm(request.POST)
        context = self._tried(request, form) if form.is_valid() else {"errors": _complaints(form)}
        return TemplateResponse(request, "payroll/formula_result.html", context)

    def _tried(self, request: HttpRequest, form: TryForm) -> dict[str, Any]:
        given = form.cleaned_data
        try:
            tree = try_formula(**given, actor=self.actor(request), now=timezone.now())
        except DomainError as error:
            own = {"zh": error.zh, "en": error.en}
            return {"errors": [one[language()] for one in error.extra.get("errors", [own])]}
        return {"tree": readable(tree, language()), "person": given["employee"], "month": given["month"]}

    def _with_trial(self, request: HttpRequest, page: Page) -> dict[str, Any]:
        last_month = timezone.localdate().replace(day=1) - timedelta(days=1)
        form = TryForm(initial={"month": f"{last_month:%Y-%m}"}) if self._may_try(request) else None
        return {**(page or {}), "try_form": form}

    def _may_try(self, request: HttpRequest) -> bool:
        return self._may(request, "view") and self.actor(request).may("payroll.payslip.view")


def _complaints(form: TryForm) -> list[str]:
    return [
        f"{form.fields[name].label or name}: {text}" for name, texts in form.errors.items() for text in texts
    ]  # fmt: skip
