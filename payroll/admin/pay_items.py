"""Pay items with a formula editor that checks while one types."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from unfold.widgets import INPUT_CLASSES, UnfoldAdminTextareaWidget

from hrsaas.access.actors import Actor
from hrsaas.console.admin import TenantAdmin
from hrsaas.console.forms import ServiceForm
from hrsaas.console.navigation import Section
from hrsaas.console.service_actions import ServiceAction
from hrsaas.console.sites import tenant_site
from hrsaas.tenancy.languages import localized
from payroll.admin.formula_trials import FormulaTrialAdmin
from payroll.admin.languages import language
from payroll.admin.what_ifs import WHAT_IF
from payroll.models import PayInput, PayItem, PayScheme
from payroll.packs.pay_items import INDUSTRIES, RUNS, pay_item_pack
from payroll.queries.formula_names import FormulaNames
from payroll.queries.pay_schemes import default_scheme
from payroll.services.pay_items import FIELDS, remove_item, save_item
from payroll.services.pay_schemes import install_pack


class FormulaWidget(UnfoldAdminTextareaWidget):
    """A text area that completes names, and asks the API what is wrong with its formula."""

    template_name = "payroll/formula_widget.html"

    class Media:
        js = ("payroll/formula_editor.js",)
        css = {"all": ("payroll/formula_editor.css",)}

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        addresses = {"check": reverse("pay-item-formula-check"), "words": reverse("pay-item-words")}
        facts = {**addresses, "language": language(), "search_class": " ".join(INPUT_CLASSES)}
        return super().get_context(name, value, {**(attrs or {}), **facts})


class PayItemForm(forms.ModelForm):
    formula = forms.CharField(label=_("Formula"), widget=FormulaWidget, max_length=4_000, strip=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "type" in self.fields:
            self.fields["type"].required = False
        if self.instance.pk and "formula" in self.fields:
            item = self.instance
            self.initial["formula"] = FormulaNames().shown(item, language())
            self.fields["formula"].widget.attrs.update(code=item.code, scheme=item.scheme_id)

    def clean_type(self) -> str:
        return self.cleaned_data["type"] or PayItem.Type.NUMBER

    def _post_clean(self) -> None:
        """The service checks and saves; the form changes no row of its own."""


class PackForm(ServiceForm):
    pack = forms.ChoiceField(
        label=_("Pay item pack"), choices=lambda: [(code, _pack_name(code)) for code in (*INDUSTRIES, *RUNS)]
    )


def _pack_name(code: str) -> str:
    return str(getattr(pay_item_pack(code).name, language()))


def _install(*, subject: None, data: dict[str, Any], actor: Actor, now: datetime) -> None:
    install_pack(code=data["pack"], actor=actor, now=now)


@admin.register(PayItem, site=tenant_site)
class PayItemAdmin(FormulaTrialAdmin):
    noun = "payroll.item"
    section = Section.PAY
    icon = "functions"
    empty_text = _(
        "Install the pay item pack of your industry and change it to your rules, or write items of your own."
    )
    order = 30
    form = PayItemForm
    list_display = ("order", "code", "name_here", "category", "formula_here", "is_shown", "is_active")
    list_display_links = ("code", "name_here")
    list_filter = ("scheme", "category", "type", "is_active")
    list_select_related = ("scheme",)
    search_fields = ("code", "name", "name_en")
    fields = (
        "scheme",
        "code",
        "name",
        "name_en",
        "category",
        "order",
        "type",
        "scale",
        "rounding",
        "formula",
        "is_shown",
    )

    install = ServiceAction(_("Install a pay item pack"), on="list", form=PackForm, run=_install, icon="download")
    what_if = WHAT_IF
    actions_list = ("install",)
    actions_detail = ("what_if",)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("scheme", "code", "type", "scale") if obj is not None else ()

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {"scheme": default_scheme(), **super().get_changeform_initial_data(request)}

    def add_service(self, *, data: dict[str, Any], actor: Actor, now: datetime) -> PayItem:
        return self._save(data["code"], data["scheme"], data, actor, now)

    def change_service(self, *, row: PayItem, data: dict[str, Any], actor: Actor, now: datetime) -> PayItem:
        return self._save(row.code, row.scheme, data, actor, now)

    def remove_service(self, *, row: PayItem, actor: Actor, now: datetime) -> None:
        remove_item(code=row.code, scheme=row.scheme, actor=actor, now=now)

    def _save(self, code: str, scheme: PayScheme, data: dict[str, Any], actor: Actor, now: datetime) -> PayItem:
        changes = {name: value for name, value in data.items() if name in FIELDS}
        return save_item(code=code, formula=data["formula"], changes=changes, scheme=scheme, actor=actor, now=now)

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        self.names = FormulaNames()
        return super().changelist_view(request, extra_context)

    @admin.display(description=_("name"), ordering="name")
    def name_here(self, item: PayItem) -> str:
        return item.name if language() == "zh" else item.name_en

    @admin.display(description=_("formula"))
    def formula_here(self, item: PayItem) -> str:
        names = getattr(self, "names", None) or FormulaNames()
        return names.read(item, language())


@admin.register(PayInput, site=tenant_site)
class PayInputAdmin(TenantAdmin):
    noun = "payroll.item"
    section = Section.PAY
    icon = "input"
    empty_text = _("Pay inputs come with a pay item pack: install one under “Pay items”.")
    order = 40
    list_display = ("code", "name", "name_en", "type", "unit_here", "source", "default")
    list_filter = ("source", "type")
    search_fields = ("code", "name", "name_en")
    fields = readonly_fields = ("code", "name", "name_en", "type", "unit_here", "scale", "default", "source")

    @admin.display(description=_("unit of measure"))
    def unit_here(self, row: PayInput) -> str:
        return localized(row.unit, row.unit_en)
