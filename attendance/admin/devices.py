"""Attendance devices in the admin: register and adopt, change, block; what was set aside, what they were told."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.timesince import timesince
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display
from unfold.enums import ActionVariant

from attendance.models import Device, DeviceCommand, DeviceLine, PunchIdentity, PunchPlace
from attendance.services.device_push import take_lines_again
from attendance.services.device_users import read_log_again, sync_users
from attendance.services.devices import DeviceFacts, block_device, change_device, register_device, unblock_device
from attendance.services.punch_identities import remove_identity, set_identity
from hrsaas.access.actors import Actor
from hrsaas.console.admin import TenantAdmin
from hrsaas.console.forms import RowField, ServiceForm
from hrsaas.console.navigation import Section
from hrsaas.console.service_actions import ServiceAction
from hrsaas.console.sites import tenant_site
from hrsaas.people.models import Employee, OrgUnit

SHOWN = 30
# A device asks for commands every ten seconds.
SILENT_AFTER = timedelta(minutes=5)
# A clock that is off by more than this makes people late.
DRIFT_SECONDS = 60


class FactsForm(ServiceForm):
    name = forms.CharField(label=_("Name"), max_length=80, required=False)
    place = forms.ModelChoiceField(PunchPlace.objects.all(), label=_("Place"), required=False)
    unit = forms.ModelChoiceField(
        OrgUnit.objects.order_by("code"), label=_("Unit"), required=False,
        help_text=_("Whose people the device is to know; none: everybody."),
    )  # fmt: skip
    zone = forms.CharField(
        label=_("Time zone of its clock"), max_length=64, required=False,
        help_text=_("For example Asia/Shanghai; empty: the company's."),
    )  # fmt: skip
    network = forms.CharField(
        label=_("Network"), max_length=64, required=False,
        help_text=_("Addresses from which it may come, for example 203.0.113.0/28; empty: any."),
    )  # fmt: skip
    sync_users = forms.BooleanField(label=_("Put employees on the device"), required=False)
    send_names = forms.BooleanField(
        label=_("Names on its display"), required=False,
        help_text=_("Else the employee numbers. Only for devices with a network."),
    )  # fmt: skip


class RegisterForm(FactsForm):
    serial_number = forms.CharField(
        label=_("Serial number"), max_length=32, help_text=_("On the back of the device, and in its menu."),
    )  # fmt: skip
    field_order = ("serial_number", *FactsForm.base_fields)


class SyncForm(ServiceForm):
    full = forms.BooleanField(label=_("Everybody once more, not only what changed"), required=False)


class PeriodForm(ServiceForm):
    first = forms.DateField(label=_("From"), widget=forms.DateInput)
    last = forms.DateField(label=_("Until"), widget=forms.DateInput)


class IdentityForm(ServiceForm):
    system = forms.ChoiceField(label=_("System"), choices=PunchIdentity.System.choices)
    key = forms.CharField(label=_("Number or name there"), max_length=64)
    employee = RowField(Employee.objects.all(), label=_("Employee"))


def _register(*, subject: None, data: dict[str, Any], actor: Actor, now: datetime) -> HttpResponse:
    serial = data.pop("serial_number")
    made = register_device(serial_number=serial, facts=DeviceFacts(**data), actor=actor, now=now)
    return redirect("admin:attendance_device_change", made.pk)


def _adopt(*, subject: Device, data: dict[str, Any], actor: Actor, now: datetime) -> None:
    register_device(serial_number=subject.serial_number, facts=DeviceFacts(**data), actor=actor, now=now)


def _change(*, subject: Device, data: dict[str, Any], actor: Actor, now: datetime) -> None:
    change_device(device=subject, facts=DeviceFacts(**data), actor=actor, now=now)


def _block(*, subject: Device, data: dict[str, Any], actor: Actor, now: datetime) -> None:
    block_device(device=subject, actor=actor, now=now)


def _unblock(*, subject: Device, data: dict[str, Any], actor: Actor, now: datetime) -> None:
    unblock_device(device=subject, actor=actor, now=now)


def _sync(*, subject: Device, data: dict[str, Any], actor: Actor, now: datetime) -> str:
    queued = sync_users(device=subject, full=data["full"], actor=actor, now=now)
    return str(_("%(count)s commands queued.") % {"count": queued})


def _read(*, subject: Device, data: dict[str, Any], actor: Actor, now: datetime) -> None:
    read_log_again(device=subject, **data, actor=actor, now=now)


def _take(*, subject: Device, data: dict[str, Any], actor: Actor, now: datetime) -> str:
    taken = take_lines_again(device=subject, actor=actor, now=now)
    return str(_("%(count)s lines taken.") % {"count": taken})


def _facts(device: Device) -> dict[str, Any]:
    return {name: getattr(device, name) for name in asdict(DeviceFacts())}


def _last_month(device: Device) -> dict[str, Any]:
    today = timezone.localdate()
    return {"first": (today - timedelta(days=31)).isoformat(), "last": today.isoformat()}


def _active(device: Device) -> bool:
    return device.state == Device.State.ACTIVE


class _DeviceRowsAdmin(TenantAdmin):
    noun = "attendance.setup"
    section = Section.TIME_SETUP


@admin.register(Device, site=tenant_site)
class DeviceAdmin(_DeviceRowsAdmin):
    icon = "door_sensor"
    order = 150
    empty_text = _(
        "Register a device by its serial number, then point it at this address. One that knocks unregistered appears "
        "here too, to be adopted."
    )
    list_display = ("__str__", "serial_number", "state_shown", "seen", "place", "added", "set_aside", "clock")
    list_select_related = ("place",)
    list_filter = ("state", "place")
    search_fields = ("name", "serial_number")
    fields = readonly_fields = (
        "serial_number", "name", "state", "seen", "place", "unit", "zone", "network", "sync_users", "send_names",
        "model", "firmware", "address", "refused", "users_there", "logs_there", "added", "repeated", "rejected",
        "clock", "oversized_at", "users_synced_at", "attlog_stamp", "lines_shown", "commands_shown",
    )  # fmt: skip

    register = ServiceAction(_("Register a device"), on="list", form=RegisterForm, run=_register, icon="add")
    adopt = ServiceAction(
        _("Adopt"), on="row", form=FactsForm, run=_adopt, icon="add_task", initial=_facts,
        offered=lambda row: row.state == Device.State.WAITING,
        text=_("Compare the serial number with the one on the device. From now on its punches are taken."),
    )  # fmt: skip
    edit = ServiceAction(_("Change"), on="row", form=FactsForm, run=_change, icon="edit", initial=_facts)
    sync = ServiceAction(
        _("Compare employees"), on="row", form=SyncForm, run=_sync, icon="sync", offered=_active,
        text=_("Queues commands that put employees on the device and take off who left. It fetches them by itself."),
    )  # fmt: skip
    read = ServiceAction(
        _("Read the log again"), on="row", form=PeriodForm, run=_read, icon="history", offered=_active,
        initial=_last_month, text=_("The device sends the log of these days once more; nothing is added twice."),
    )  # fmt: skip
    take = ServiceAction(
        _("Try rejected lines again"), on="row", run=_take, icon="redo",
        offered=lambda row: row.lines.filter(taken_at=None).exists(),
        text=_("After a number was given to somebody, or the time zone was put right."),
    )  # fmt: skip
    block = ServiceAction(
        _("Block"), on="row", run=_block, icon="block", variant=ActionVariant.DANGER,
        offered=lambda row: row.state != Device.State.BLOCKED,
        text=_("Nothing of it is taken any more; it keeps what it has."),
    )  # fmt: skip
    unblock = ServiceAction(
        _("Allow again"), on="row", run=_unblock, icon="check",
        offered=lambda row: row.state == Device.State.BLOCKED,
    )  # fmt: skip
    actions_list = ("register",)
    actions_detail = ("adopt", "edit", "sync", "read", "take", "block", "unblock")

    @display(description=_("state"), ordering="state", label={
        Device.State.ACTIVE.label: "success", Device.State.WAITING.label: "warning",
        Device.State.BLOCKED.label: "danger",
    })  # fmt: skip
    def state_shown(self, row: Device) -> Any:
        return row.get_state_display()

    @admin.display(description=_("last seen"), ordering="last_seen_at")
    def seen(self, row: Device) -> str:
        if row.last_seen_at is None:
            return str(_("never"))
        if timezone.now() - row.last_seen_at < SILENT_AFTER:
            return str(_("just now"))
        return str(_("%(time)s ago") % {"time": timesince(row.last_seen_at, depth=1)})

    @admin.display(description=_("clock"), ordering="clock_drift_seconds")
    def clock(self, row: Device) -> str:
        drift = row.clock_drift_seconds
        if drift is None or abs(drift) <= DRIFT_SECONDS:
            return "–" if drift is None else str(_("right"))
        text = _("%(minutes)s minutes ahead") if drift > 0 else _("%(minutes)s minutes behind")
        return str(text % {"minutes": round(abs(drift) / 60)})

    @admin.display(description=_("lines set aside"), ordering="rejected")
    def set_aside(self, row: Device) -> int:
        return row.rejected

    @admin.display(description=_("refused from another network"))
    def refused(self, row: Device) -> str:
        if row.refused_at is None:
            return "–"
        return f"{row.refused_address} · {_when(row.refused_at)}"

    @admin.display(description=_("rejected lines"))
    def lines_shown(self, row: Device) -> str:
        lines = row.lines.filter(taken_at=None).order_by("-id")[:SHOWN]
        cells = ((_when(one.received_at), one.get_reason_display(), one.text) for one in lines)
        return _table((_("received at"), _("reason"), _("log line")), cells)

    @admin.display(description=_("commands"))
    def commands_shown(self, row: Device) -> str:
        cells = (
            (one.number, one.get_state_display(), one.text, "" if one.result is None else one.result)
            for one in row.commands.order_by("-number")[:SHOWN]
        )
        return _table((_("command number"), _("state"), _("command"), _("result")), cells)


@admin.register(DeviceLine, site=tenant_site)
class DeviceLineAdmin(_DeviceRowsAdmin):
    icon = "rule"
    order = 160
    empty_text = _("Lines of devices that became no punch are listed here with the reason.")
    list_display = ("device", "received_at", "reason", "pin", "text", "taken_at")
    list_select_related = ("device",)
    list_filter = ("reason", "device")
    search_fields = ("pin", "text")
    fields = readonly_fields = list_display


@admin.register(PunchIdentity, site=tenant_site)
class PunchIdentityAdmin(_DeviceRowsAdmin):
    icon = "badge"
    order = 170
    empty_text = _("People go by their employee numbers. Say here who has another number or name somewhere.")
    list_display = ("employee", "system", "key")
    list_select_related = ("employee",)
    list_filter = ("system",)
    search_fields = ("key", "employee__search_text")
    fields = readonly_fields = list_display
    add_one = ServiceAction(
        _("Set a number"), on="list", form=IdentityForm, icon="add",
        run=lambda *, subject, data, actor, now: set_identity(**data, actor=actor, now=now) and None,
    )  # fmt: skip
    actions_list = ("add_one",)

    def remove_service(self, *, row: PunchIdentity, actor: Actor, now: datetime) -> None:
        remove_identity(identity=row, actor=actor, now=now)


@admin.register(DeviceCommand, site=tenant_site)
class DeviceCommandAdmin(_DeviceRowsAdmin):
    section = None  # reached from the device
    list_display = ("device", "number", "state", "text", "result", "queued_at", "answered_at")
    list_select_related = ("device",)
    list_filter = ("state", "device")
    fields = readonly_fields = (*list_display, "attempts", "sent_at")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).order_by("-id")


def _when(instant: datetime) -> str:
    return date_format(timezone.localtime(instant), "SHORT_DATETIME_FORMAT")


def _table(heads: Iterable[Any], lines: Iterable[tuple[Any, ...]]) -> str:
    rows = list(lines)
    if not rows:
        return "–"
    head = format_html_join("", '<th class="px-3 py-1 text-left">{}</th>', ((name,) for name in heads))
    body = format_html_join("", "<tr>{}</tr>", ((_cells(row),) for row in rows))
    return format_html('<div class="overflow-x-auto"><table><tr>{}</tr>{}</table></div>', head, body)


def _cells(row: tuple[Any, ...]) -> str:
    return format_html_join("", '<td class="px-3 py-1">{}</td>', ((cell,) for cell in row))
