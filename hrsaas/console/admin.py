"""The base of the admin's model pages: rights from the actor, rows within his reach, writes only by services."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import ERROR_FLAG
from django.db import DatabaseError, models, transaction
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin
from unfold.dataclasses import SearchResult, UnfoldAction
from unfold.decorators import action
from unfold.views import ChangeList

from hrsaas.access.actors import Actor
from hrsaas.access.queries.actors import actor_of
from hrsaas.api.conflicts import database_problem
from hrsaas.api.permissions import require_module
from hrsaas.api.scopes import within_reach
from hrsaas.console.exports import Format, export_response
from hrsaas.console.navigation import Section
from hrsaas.console.service_actions import ServiceAction
from hrsaas.errors import DomainError


class Rows(ChangeList):
    """Says "show all" only where something is left out; unfold says it always when the full count is not taken."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        if not self.query and not self.has_active_filters:
            self.full_result_count = self.result_count


class ReadOnlyAdmin(ModelAdmin):
    """Nothing may be added, changed or removed, and Django's own log stays empty: services audit."""

    list_per_page = 50
    show_full_result_count = False

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return Rows

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> None: ...

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> None: ...

    def log_deletions(self, request: HttpRequest, queryset: Any) -> None: ...

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        meta = self.model._meta
        messages.info(request, _("What was done to this entry is in the audit trail."))
        return redirect(f"admin:{meta.app_label}_{meta.model_name}_changelist")


class TenantAdmin(ReadOnlyAdmin):
    """A tenant's rows. Register with ``@admin.register(Model, site=tenant_site)``.

    noun: as in access.rules.permissions.NOUNS; whoever may not view it does not see the page at all.
    person_path: lookup to the employee that a row is about, "pk" for employees, None where rows are about nobody.
    section, icon (Material Symbols), order: the place in the sidebar; no section, no entry.
    empty_text: what to do first, shown while there are no rows, above the buttons of the list's actions.
    global_search: rows are found by the command search, through ``search_fields``.

    To let people write, define any of these methods; each calls a service and returns the row::

        def add_service(self, *, data, actor, now): ...
        def change_service(self, *, row, data, actor, now): ...
        def remove_service(self, *, row, actor, now): ...

    Everything else is a ServiceAction.
    """

    noun: ClassVar[str]
    person_path: ClassVar[str | None] = None
    section: ClassVar[Section | None] = None
    icon: ClassVar[str] = "table_rows"
    order: ClassVar[int] = 100
    empty_text: ClassVar[Any] = ""
    global_search: ClassVar[bool] = False
    add_service: Any = None
    change_service: Any = None
    remove_service: Any = None

    def __init__(self, model: type[models.Model], admin_site: Any) -> None:
        super().__init__(model, admin_site)
        exports = {"title": _("Export"), "icon": "download", "items": ["export_csv", "export_xlsx"]}
        self.actions_list = (*self.actions_list, exports)

    # --- rights

    def actor(self, request: HttpRequest) -> Actor:
        return actor_of(request)

    def _may(self, request: HttpRequest, verb: str) -> bool:
        permission = f"{self.noun}.{verb}"
        try:
            require_module(request.tenant, permission)
        except DomainError:
            return False
        return self.actor(request).may(permission)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self._may(request, "view")

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may(request, "view")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.add_service is not None and self._may(request, "change")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.change_service is not None and self._may(request, "change")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.remove_service is not None and self._may(request, "change")

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        rows = super().get_queryset(request)
        return within_reach(rows, self.actor(request), f"{self.noun}.view", self.person_path)

    # --- service actions: shown to those who may

    def _filter_unfold_actions_by_permissions(
        self, request: HttpRequest, actions: list[UnfoldAction], object_id: Any = None
    ) -> list[UnfoldAction]:
        allowed = super()._filter_unfold_actions_by_permissions(request, actions, object_id)
        return [one for one in allowed if self._offers(request, one.method, object_id)]

    def _offers(self, request: HttpRequest, method: Any, object_id: Any) -> bool:
        service_action = getattr(method, "service_action", None)
        return service_action is None or service_action.is_offered(self, request, object_id)

    def _filter_actions_by_permissions(self, request: HttpRequest, actions: Any) -> list[Any]:
        allowed = super()._filter_actions_by_permissions(request, actions)
        return [one for one in allowed if not isinstance(one[0], ServiceAction) or one[0].is_offered(self, request)]

    # --- writes

    def save_model(self, request: HttpRequest, obj: Any, form: ModelForm[Any], change: bool) -> None:
        actor, now = self.actor(request), timezone.now()
        if change:
            row = self.change_service(row=obj, data=form.cleaned_data, actor=actor, now=now)
        else:
            row = self.add_service(data=form.cleaned_data, actor=actor, now=now)
        obj.__dict__.update(row.__dict__)  # Django goes on with its own instance

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        self.remove_service(row=obj, actor=self.actor(request), now=timezone.now())

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        """A refusal by the service is shown in the form, with what was typed."""
        if request.method != "POST":
            return super().changeform_view(request, object_id, form_url, extra_context)
        try:
            with transaction.atomic():
                return super().changeform_view(request, object_id, form_url, extra_context)
        except (DomainError, DatabaseError) as error:
            request.refusal = _refusal(error)  # type: ignore[attr-defined]  # read by get_form
        return super().changeform_view(request, object_id, form_url, extra_context)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        refusal = getattr(request, "refusal", None)
        return form if refusal is None else _refused_form(form, *refusal)

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        try:
            with transaction.atomic():
                return super().delete_view(request, object_id, extra_context)
        except (DomainError, DatabaseError) as error:
            _field, text = _refusal(error)
            messages.error(request, text)
        meta = self.model._meta
        return redirect(f"admin:{meta.app_label}_{meta.model_name}_change", object_id)

    # --- lists

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        try:
            response = super().changelist_view(request, extra_context)
        except DomainError as error:
            transaction.set_rollback(True)
            messages.error(request, error.text)
            return HttpResponseRedirect(request.get_full_path())
        if isinstance(response, TemplateResponse):
            actions = response.context_data.get("actions_list", [])
            if "cl" in response.context_data:  # all that the template of an empty list gets to see
                response.context_data["cl"].next_steps = [one for one in actions if not one.get("items")]
            if request.GET:
                _keep_filters(actions, request.GET.urlencode())
        return response

    @action(description=_("CSV"), url_path="export-csv", icon="csv")
    def export_csv(self, request: HttpRequest) -> HttpResponse:
        return self._export(request, "csv")

    @action(description=_("Excel (XLSX)"), url_path="export-xlsx", icon="table_view")
    def export_xlsx(self, request: HttpRequest) -> HttpResponse:
        return self._export(request, "xlsx")

    def export_columns(self, request: HttpRequest) -> list[Any]:
        """Those of the list; functions of a row with ``short_description`` may join them."""
        return [name for name in self.get_list_display(request) if name != "action_checkbox"]

    def _export(self, request: HttpRequest, kind: Format) -> HttpResponse:
        try:
            return export_response(self, request, kind)
        except IncorrectLookupParameters:  # as the change list does with filters that do not exist
            meta = self.model._meta
            return redirect(reverse(f"admin:{meta.app_label}_{meta.model_name}_changelist") + f"?{ERROR_FLAG}=1")

    def search_results(self, request: HttpRequest, text: str, limit: int) -> list[SearchResult]:
        """The first rows that the change list's search finds, for the command search."""
        rows, _duplicates = self.get_search_results(request, self.get_queryset(request), text)
        meta = self.model._meta
        name = f"admin:{meta.app_label}_{meta.model_name}_change"
        return [
            SearchResult(str(row), str(meta.verbose_name), reverse(name, args=[row.pk]), self.icon)
            for row in rows[:limit]
        ]


def _refusal(error: DomainError | DatabaseError) -> tuple[str | None, str]:
    """(field, text) to show, or the error again if it is a mistake of ours."""
    if isinstance(error, DomainError):
        return error.field, error.text
    problem = database_problem(error)
    if problem is None:
        raise error
    return None, problem.text


def _refused_form(form: type[ModelForm[Any]], field: str | None, text: str) -> type[ModelForm[Any]]:
    """The same form, which says no with this text."""

    def full_clean(self: Any) -> None:
        form.full_clean(self)
        self.add_error(field if field in self.fields else None, text)

    return type(form.__name__, (form,), {"full_clean": full_clean})


def _keep_filters(actions: list[Any], query: str) -> None:
    for one in actions:
        for item in one.get("items", ()):
            if item["path"].endswith(("export-csv/", "export-xlsx/")):
                item["path"] += f"?{query}"
