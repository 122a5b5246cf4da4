"""A tenant's site with admins over real models, to test the base classes themselves."""

from __future__ import annotations

from typing import Any

from django import forms
from django.urls import include, path
from django.utils.html import format_html

from hrsaas.console.admin import TenantAdmin
from hrsaas.console.forms import RowField, ServiceForm
from hrsaas.console.navigation import Section
from hrsaas.console.service_actions import ServiceAction
from hrsaas.console.sites import TenantSite
from hrsaas.errors import DomainError
from hrsaas.people.models import Employee, OrgUnit
from hrsaas.people.services.units import create_unit
from hrsaas.urls import operator

site = TenantSite()


class RenameForm(ServiceForm):
    name = forms.CharField(max_length=20)
    day = forms.DateField(required=False)
    parent = RowField(queryset=OrgUnit.objects.all(), required=False)
    kinds = forms.MultipleChoiceField(
        choices=[("a", "Kind a"), ("b", "Kind b")], required=False, widget=forms.CheckboxSelectMultiple
    )


def rename(*, subject: Any, data: dict[str, Any], actor: Any, now: Any) -> str:
    subject.name = data["name"]
    subject.save(update_fields=["name"])
    if data["name"] == "refused":
        raise DomainError("probe.no", zh="不能用这个名字。", en="Not this name.", field="name")
    return f"Now called {subject.name}"


def count(*, subject: Any, data: dict[str, Any], actor: Any, now: Any) -> str:
    return f"{subject.count()} counted"


def clash(*, subject: Any, data: dict[str, Any], actor: Any, now: Any) -> None:
    OrgUnit.objects.create(code="twice", name="One")
    OrgUnit.objects.create(code="twice", name="Two")


def may_rename(unit: OrgUnit) -> bool:
    return unit.code != "fixed"


class UnitAdmin(TenantAdmin):
    noun = "people.unit"
    section = Section.PEOPLE
    global_search = True
    list_display = ("code", "name", "marked")
    list_filter = ("code",)
    search_fields = ("name",)
    fields = ("code", "name")
    actions = ("count_them",)
    actions_list = ("clash_now",)
    actions_detail = ("rename_it", "for_payroll")
    rename_it = ServiceAction("Rename", on="row", form=RenameForm, run=rename, offered=may_rename)
    for_payroll = ServiceAction("Pay", on="row", run=rename, permission="payroll.run.approve")
    count_them = ServiceAction("Count", on="selection", run=count, verb="view")
    clash_now = ServiceAction("Clash", on="list", run=clash)

    def marked(self, unit: OrgUnit) -> str:
        return format_html("<b>{}</b>", unit.name)

    def add_service(self, *, data: dict[str, Any], actor: Any, now: Any) -> OrgUnit:
        if data["code"] == "refused":
            raise DomainError("probe.no", zh="不能用这个代码。", en="Not this code.", field="code")
        return create_unit(code=data["code"], name=data["name"], actor=actor, now=now)


class EmployeeAdmin(TenantAdmin):
    noun = "people.employee"
    person_path = "pk"
    section = Section.PEOPLE
    list_display = ("code", "name", "hire_date", "kind")


site.register(OrgUnit, UnitAdmin)
site.register(Employee, EmployeeAdmin)

urlpatterns = [
    path("", include("hrsaas.urls.probes")),
    path("i18n/", include("django.conf.urls.i18n")),
    path("admin/", site.urls),
]
handler403, handler404, handler500 = operator.handler403, operator.handler404, operator.handler500
