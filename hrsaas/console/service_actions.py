"""Buttons of the admin that call a service: a form page if it needs input, else a question, then the call."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Literal

from django.contrib import messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, models, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from unfold.enums import ActionVariant

from hrsaas.access.queries.actors import actor_of
from hrsaas.api.conflicts import database_problem
from hrsaas.console.forms import ServiceForm
from hrsaas.errors import DomainError

if TYPE_CHECKING:
    from hrsaas.console.admin import TenantAdmin

Outcome = str | HttpResponseBase | None


@dataclass(frozen=True)
class Todo:
    """A sentence that says what is to be done, and where: (title, address)."""

    text: str
    links: Sequence[tuple[str, str]]


class ServiceAction:
    """Declare it in a TenantAdmin and name it in ``actions_list``, ``actions_detail``, ``actions_row`` or ``actions``::

        transfer = ServiceAction(_("Transfer"), on="row", form=TransferForm, run=transfer_from_form)
        actions_detail = ["transfer"]

    run(*, subject, data, actor, now): calls the service. subject is the row (on="row"), the selected rows
    (on="selection") or None (on="list"); data is the form's cleaned_data. It returns a sentence to show, a response
    (for example a redirect to a job's page), or None.
    verb: of the admin's noun; permission: the whole permission, where it is another noun's.
    offered: whether the button makes sense for a row; the service still decides.
    initial: first values of the form for a row; the page's address may give others, ?field=value. text: a sentence
    above the form. first: what has to be done before, for a row. preview: called like run by a second button; it says
    what running would do, writes nothing, and the form stays as it was filled in.
    """

    def __init__(
        self,
        title: Any,
        *,
        on: Literal["list", "row", "selection"],
        run: Callable[..., Outcome],
        form: type[ServiceForm] = ServiceForm,
        verb: str = "change",
        permission: str | None = None,
        icon: str | None = None,
        variant: ActionVariant = ActionVariant.DEFAULT,
        text: Any = "",
        offered: Callable[[Any], bool] | None = None,
        initial: Callable[[Any], Mapping[str, Any]] | None = None,
        first: Callable[[Any], Todo | None] | None = None,
        preview: Callable[..., str] | None = None,
    ) -> None:
        self.title = self.short_description = title
        self.on, self.run, self.form = on, run, form
        self.verb, self.permission = verb, permission
        self.icon, self.variant, self.text = icon, variant, text
        self.offered, self.initial, self.first, self.preview = offered, initial, first, preview
        self.name = ""

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = self.__name__ = name

    def __get__(self, model_admin: TenantAdmin | None, owner: type) -> Any:
        if model_admin is None:
            return self
        page = partial(self._page, model_admin)
        for name in ("short_description", "icon", "variant"):
            setattr(page, name, getattr(self, name))
        page.service_action = self  # type: ignore[attr-defined]
        page.attrs = {}  # type: ignore[attr-defined]
        return page

    def __call__(self, model_admin: TenantAdmin, request: HttpRequest, rows: models.QuerySet[Any]) -> HttpResponseBase:
        """Django's own actions, on the ticked rows."""
        posted = request.POST if "confirmed" in request.POST else None
        return self._answer(model_admin, request, rows, posted)

    def permission_of(self, model_admin: TenantAdmin) -> str:
        return self.permission or f"{model_admin.noun}.{self.verb}"

    def is_offered(self, model_admin: TenantAdmin, request: HttpRequest, object_id: str | None = None) -> bool:
        """Whether to show the button."""
        if not actor_of(request).may(self.permission_of(model_admin)):
            return False
        if self.offered is None or object_id is None:
            return True
        row = model_admin.get_object(request, str(object_id))
        return row is not None and self.offered(row)

    def _page(self, model_admin: TenantAdmin, request: HttpRequest, object_id: str | None = None) -> HttpResponseBase:
        subject = None
        if self.on == "row":
            subject = model_admin.get_object(request, str(object_id))
            if subject is None:
                raise Http404
        posted = request.POST if request.method == "POST" else None
        return self._answer(model_admin, request, subject, posted)

    def _answer(self, model_admin: TenantAdmin, request: HttpRequest, subject: Any, posted: Any) -> HttpResponseBase:
        if not actor_of(request).may(self.permission_of(model_admin)):
            raise PermissionDenied
        initial = dict(self.initial(subject)) if self.initial is not None and self.on == "row" else {}
        initial.update({name: value for name, value in request.GET.items() if name in self.form.base_fields})
        files = request.FILES if posted is not None else None
        form = self.form(posted, files, subject=subject, initial=initial)
        only_look = self.preview is not None and posted is not None and "_preview" in posted
        shown: Outcome = None
        if form.is_valid():
            done = self._run(request, subject, form, self.preview if only_look else self.run)
            if done is not None and not only_look:
                return self._leave(model_admin, request, subject, done[0])
            shown = done and done[0]
        return self._render(model_admin, request, subject, form, str(shown or ""))

    def _run(
        self, request: HttpRequest, subject: Any, form: ServiceForm, run: Callable[..., Outcome] | None
    ) -> tuple[Outcome] | None:
        """The service's outcome, or None with the refusal noted in the form; then nothing was written."""
        assert run is not None
        try:
            with transaction.atomic():
                return (run(subject=subject, data=form.cleaned_data, actor=actor_of(request), now=timezone.now()),)
        except DomainError as error:
            form.add_error(error.field if error.field in form.fields else None, error.text)
        except DatabaseError as error:
            problem = database_problem(error)
            if problem is None:
                raise
            form.add_error(None, problem.text)
        return None

    def _leave(
        self, model_admin: TenantAdmin, request: HttpRequest, subject: Any, outcome: Outcome
    ) -> HttpResponseBase:
        if isinstance(outcome, HttpResponseBase):  # files are streamed
            return outcome
        messages.success(request, outcome or self.title)
        meta = model_admin.model._meta
        if self.on == "row" and model_admin.get_object(request, str(subject.pk)) is not None:
            return redirect(f"admin:{meta.app_label}_{meta.model_name}_change", subject.pk)
        return redirect(f"admin:{meta.app_label}_{meta.model_name}_changelist")

    def _render(
        self, model_admin: TenantAdmin, request: HttpRequest, subject: Any, form: ServiceForm, shown: str = ""
    ) -> HttpResponse:
        meta, row = model_admin.model._meta, subject if self.on == "row" else None
        page = f"admin:{meta.app_label}_{meta.model_name}"
        context = {
            **model_admin.admin_site.each_context(request),
            "opts": meta,
            "title": self.title,
            "subtitle": None if row is None else str(row),
            "text": self.text,
            "todo": None if row is None or self.first is None else self.first(row),
            "form": form,
            "may_preview": self.preview is not None,
            "shown": shown,
            "danger": self.variant is ActionVariant.DANGER,
            "selected": [row.pk for row in subject] if self.on == "selection" else [],
            "checkbox_name": ACTION_CHECKBOX_NAME,
            "action_name": self.name,
            "back": reverse(f"{page}_changelist") if row is None else reverse(f"{page}_change", args=[row.pk]),
            "media": form.media,
        }
        return TemplateResponse(request, "console/service_form.html", context)
