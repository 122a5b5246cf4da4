"""Employees in the admin: a fast list as of today, the history of one person, and what can happen to him."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from django.contrib import admin
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.admin import TabularInline
from unfold.enums import ActionVariant

from hrsaas.access.actors import Actor
from hrsaas.access.queries.actors import actor_of
from hrsaas.console.admin import TenantAdmin
from hrsaas.console.figures import money
from hrsaas.console.navigation import Section
from hrsaas.console.service_actions import ServiceAction
from hrsaas.console.sites import tenant_site
from hrsaas.people.admin import forms
from hrsaas.people.models import Assignment, Employee, OrgUnit
from hrsaas.people.queries.assignments import assignment_on
from hrsaas.people.queries.employees import find, with_assignment_on
from hrsaas.people.queries.units import subtree_ids
from hrsaas.people.queries.visibility import PAY, SENSITIVE
from hrsaas.people.rules.masks import mask_account, mask_id, mask_phone
from hrsaas.people.services import assignments, employees


def today(request: HttpRequest) -> date:
    return timezone.localdate(timezone.now(), request.tenant.zone)


def _everywhere(request: HttpRequest, permission: str) -> bool:
    """Whether the actor has the permission for all people; columns are shown to all or to none."""
    actor = actor_of(request)
    return actor.may(permission) and actor.reach(permission) is None


def _calling(service: Callable[..., Any]) -> Callable[..., None]:
    """A ServiceAction's run for a service about one employee."""

    def run(*, subject: Employee, data: dict[str, Any], actor: Actor, now: datetime) -> None:
        service(employee=subject, **forms.with_fen(data), actor=actor, now=now)

    return run


def _hire(*, subject: None, data: dict[str, Any], actor: Actor, now: datetime) -> str:
    employee = employees.hire(**forms.with_fen(data), actor=actor, now=now)
    return str(_("%(employee)s was hired.") % {"employee": employee})


def _create_digital(*, subject: None, data: dict[str, Any], actor: Actor, now: datetime) -> None:
    employees.create_digital_worker(**forms.with_fen(data), actor=actor, now=now)


def _change_details(*, subject: Employee, data: dict[str, Any], actor: Actor, now: datetime) -> None:
    employees.change_details(employee=subject, changes=forms.with_fen(data), actor=actor, now=now)


def _change_owner(*, subject: Employee, data: dict[str, Any], actor: Actor, now: datetime) -> None:
    employees.change_owner(worker=subject, owner=data["owner"], actor=actor, now=now)


def _employed(employee: Employee) -> bool:
    return employee.leave_date is None


class UnitFilter(admin.SimpleListFilter):
    """Who works in the unit, or in one below it, today."""

    title = _("org unit")
    parameter_name = "unit"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(str(unit.id), str(unit)) for unit in OrgUnit.objects.order_by("code")[:200]]

    def queryset(self, request: HttpRequest, rows: QuerySet[Employee]) -> QuerySet[Employee]:
        value = self.value() or ""
        if not value.isdecimal():
            return rows
        there = assignment_on(today(request)).filter(unit__in=subtree_ids([int(value)]))
        return rows.filter(Exists(there.filter(employee=OuterRef("pk"))))


class StatusFilter(admin.SimpleListFilter):
    title = _("status")
    parameter_name = "status"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(Employee.Status.ACTIVE, _("Employed")), (Employee.Status.LEFT, _("Left"))]

    def queryset(self, request: HttpRequest, rows: QuerySet[Employee]) -> QuerySet[Employee]:
        left = Q(leave_date__lte=today(request))
        return {Employee.Status.ACTIVE: rows.exclude(left), Employee.Status.LEFT: rows.filter(left)}.get(
            self.value(), rows
        )


class AssignmentInline(TabularInline):
    """The history of terms; it changes through the buttons above."""

    model = Assignment
    fk_name = "employee"
    extra = 0
    ordering = ("-start_date",)
    verbose_name_plural = _("assignments")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        fields = (
            "start_date",
            "end_date",
            "unit",
            "position",
            "manager",
            "work_city",
            "cost_centre",
            "employment_type",
        )
        return (*fields, "base_pay") if _everywhere(request, PAY) else fields

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return self.get_fields(request, obj)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Assignment]:
        return super().get_queryset(request).select_related("unit", "position", "manager")

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return actor_of(request).may("people.employee.view")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description=_("base pay"))
    def base_pay(self, row: Assignment) -> str:
        return money(row.base_pay_fen)


@admin.register(Employee, site=tenant_site)
class EmployeeAdmin(TenantAdmin):
    noun = "people.employee"
    person_path = "pk"
    section = Section.PEOPLE
    icon = "groups"
    empty_text = _("Nobody works here yet. Hire the first person, or import a file with everybody.")
    order = 10
    global_search = True
    list_filter = (StatusFilter, "kind", UnitFilter)
    search_fields = ("search_text",)  # get_search_results knows more
    search_help_text = _("Name, pinyin, initials, number or the last digits of the phone")
    ordering = ("pinyin", "id")
    inlines = (AssignmentInline,)

    hire = ServiceAction(_("Hire"), on="list", form=forms.HireForm, run=_hire, icon="person_add")
    create_digital = ServiceAction(
        _("Add digital worker"), on="list", form=forms.DigitalForm, run=_create_digital, icon="smart_toy"
    )
    change_details = ServiceAction(
        _("Change details"), on="row", form=forms.DetailsForm, run=_change_details, icon="edit",
        text=_("What is left empty stays as it is. The bank account needs the right to change pay."),
    )  # fmt: skip
    transfer = ServiceAction(
        _("Transfer"), on="row", form=forms.TransferForm, run=_calling(assignments.transfer), icon="move_down",
        offered=_employed, text=_("What is left empty stays as it is."),
    )  # fmt: skip
    change_pay = ServiceAction(
        _("Change pay"), on="row", form=forms.PayForm, run=_calling(assignments.change_pay), icon="payments",
        offered=_employed, permission="people.pay.change",
    )  # fmt: skip
    leave = ServiceAction(
        _("Leave the company"), on="row", form=forms.LeaveForm, run=_calling(assignments.leave), icon="logout",
        offered=_employed, variant=ActionVariant.DANGER, text=_("Assignments planned from that day on are dropped."),
    )  # fmt: skip
    rehire = ServiceAction(
        _("Hire again"), on="row", form=forms.RehireForm, run=_calling(assignments.rehire), icon="login",
        offered=lambda employee: not _employed(employee),
    )  # fmt: skip
    change_owner = ServiceAction(
        _("Change owner"), on="row", form=forms.OwnerForm, run=_change_owner, icon="swap_horiz",
        offered=lambda employee: employee.is_digital,
    )  # fmt: skip
    actions_list = ("hire", "create_digital")
    actions_detail = ("transfer", "change_pay", "change_details", "leave", "rehire", "change_owner")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Employee]:
        return with_assignment_on(super().get_queryset(request).select_related("owner"), today(request))

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Employee], search_term: str
    ) -> tuple[QuerySet[Employee], bool]:
        if not search_term.strip():
            return queryset, False
        return find(search_term, queryset), False

    def get_list_display(self, request: HttpRequest) -> tuple[str, ...]:
        columns = ("code", "name", "name_en", "unit", "position", "manager", "work_city", "hire_date", "leave_date")
        return (*columns, "base_pay") if _everywhere(request, PAY) else columns

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        clear, pay = _everywhere(request, SENSITIVE), _everywhere(request, PAY)
        return (
            "code", "name", "name_en", "pinyin", "kind", "owner", "hire_date", "leave_date",
            "phone" if clear else "masked_phone", "id_number" if clear else "masked_id_number",
            "bank_name", "bank_branch", "account_holder", "bank_account" if pay else "masked_bank_account",
        )  # fmt: skip

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return self.get_fields(request, obj)

    @admin.display(description=_("org unit"))
    def unit(self, row: Employee) -> str:
        return _of_today(row, lambda one: str(one.unit))

    @admin.display(description=_("position"))
    def position(self, row: Employee) -> str:
        return _of_today(row, lambda one: str(one.position))

    @admin.display(description=_("manager"))
    def manager(self, row: Employee) -> str:
        return _of_today(row, lambda one: one.manager.name if one.manager else "")

    @admin.display(description=_("work city"))
    def work_city(self, row: Employee) -> str:
        return _of_today(row, lambda one: one.work_city)

    @admin.display(description=_("base pay"))
    def base_pay(self, row: Employee) -> str:
        return _of_today(row, lambda one: money(one.base_pay_fen))

    @admin.display(description=_("phone"))
    def masked_phone(self, row: Employee) -> str:
        return mask_phone(row.phone)

    @admin.display(description=_("identity number"))
    def masked_id_number(self, row: Employee) -> str:
        return mask_id(row.id_number)

    @admin.display(description=_("bank account"))
    def masked_bank_account(self, row: Employee) -> str:
        return mask_account(row.bank_account)


def _of_today(row: Employee, part: Callable[[Assignment], str]) -> str:
    return part(row.assignment_on_day) if row.assignment_on_day else ""
