"""Attendance devices at the tenant's doors: what they are, what they are told, and lines of theirs that nobody could
take.
"""

from __future__ import annotations

from zoneinfo import ZoneInfo

from django.db import models
from django.utils.translation import gettext_lazy as _

from attendance.models.punch_places import PunchPlace
from attendance.rules.device_lines import Fault
from hrsaas.people.models import Employee, OrgUnit
from hrsaas.tenancy.fields import TenantForeignKey
from hrsaas.tenancy.models import TenantModel


class Device(TenantModel):
    """One device, known by its serial number.

    A device that nobody registered and that knocks is ``waiting``: nothing of it is taken until it is adopted.
    zone: of its clock, '' for the tenant's. unit: whose people it is to know, with all units below; none: everybody.
    network: addresses from which it may come, as a CIDR; '' for any. send_names: put names on its display; only for
    devices with a network, since whoever knows a serial number could ask for them.
    attlog_stamp, operlog_stamp: how far the device said that its last delivery went. clock_drift_seconds: how far its
    clock was ahead of ours when that could last be told.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting to be adopted")
        ACTIVE = "active", _("Active")
        BLOCKED = "blocked", _("Blocked")

    serial_number = models.CharField(_("serial number"), max_length=32)
    name = models.CharField(_("name"), max_length=80, blank=True)
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.WAITING)
    place = TenantForeignKey(
        PunchPlace, models.PROTECT, null=True, blank=True, related_name="devices", verbose_name=_("place")
    )
    unit = TenantForeignKey(
        OrgUnit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("unit"),
        help_text=_("Whose people the device is to know; none: everybody."),
    )  # fmt: skip
    zone = models.CharField(_("time zone of its clock"), max_length=64, blank=True)
    network = models.CharField(
        _("network"), max_length=64, blank=True,
        help_text=_("Addresses from which it may come, for example 203.0.113.0/28; empty: any."),
    )  # fmt: skip
    sync_users = models.BooleanField(_("put employees on the device"), default=False)
    send_names = models.BooleanField(_("names on its display"), default=False)
    model = models.CharField(_("model"), max_length=80, blank=True)
    firmware = models.CharField(_("firmware"), max_length=80, blank=True)
    address = models.GenericIPAddressField(_("last address"), null=True, blank=True)
    refused_address = models.GenericIPAddressField(_("refused from another network"), null=True, blank=True)
    refused_at = models.DateTimeField(_("refused at"), null=True, blank=True)
    first_seen_at = models.DateTimeField(_("first seen"), null=True, blank=True)
    last_seen_at = models.DateTimeField(_("last seen"), null=True, blank=True)
    attlog_stamp = models.CharField(_("stamp of its log"), max_length=20, blank=True)
    operlog_stamp = models.CharField(_("stamp of its operations"), max_length=20, blank=True)
    users_there = models.IntegerField(_("users on the device"), null=True, blank=True)
    logs_there = models.IntegerField(_("log entries on the device"), null=True, blank=True)
    added = models.BigIntegerField(_("punches taken"), default=0)
    repeated = models.BigIntegerField(_("punches repeated"), default=0)
    rejected = models.BigIntegerField(_("lines set aside"), default=0)
    oversized_at = models.DateTimeField(_("sent too much at once"), null=True, blank=True)
    clock_drift_seconds = models.IntegerField(_("clock ahead by (seconds)"), null=True, blank=True)
    clock_checked_at = models.DateTimeField(_("clock compared"), null=True, blank=True)
    users_synced_at = models.DateTimeField(_("employees last compared"), null=True, blank=True)
    last_command = models.IntegerField(default=0, editable=False)

    class Meta(TenantModel.Meta):
        verbose_name = _("attendance device")
        verbose_name_plural = _("attendance devices")
        ordering = ["name", "serial_number"]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "serial_number"], name="attendance_device_serial"),
            models.CheckConstraint(
                condition=models.Q(send_names=False) | ~models.Q(network=""), name="attendance_device_names"
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.serial_number

    @property
    def source(self) -> str:
        """As which its punches come."""
        return f"zk:{self.serial_number}"

    def clock_zone(self, zone: ZoneInfo) -> ZoneInfo:
        """The zone of its clock; the given one where it has none of its own."""
        return ZoneInfo(self.zone) if self.zone else zone


class DeviceLine(TenantModel):
    """A line of a device's log that became no punch, once for each text. taken_at: when it did after all."""

    class Reason(models.TextChoices):
        FORMAT = Fault.FORMAT.value, _("not readable")
        TIME = Fault.TIME.value, _("no time")
        FUTURE = Fault.FUTURE.value, _("lies in the future")
        OLD = Fault.OLD.value, _("lies years back")
        UNKNOWN_PIN = Fault.UNKNOWN_PIN.value, _("nobody has this number")

    device = TenantForeignKey(Device, models.CASCADE, related_name="lines", verbose_name=_("attendance device"))
    text = models.CharField(_("log line"), max_length=300)
    reason = models.CharField(_("reason"), max_length=12, choices=Reason)
    pin = models.CharField(_("number on the device"), max_length=24, blank=True)
    received_at = models.DateTimeField(_("received at"))
    taken_at = models.DateTimeField(_("taken at"), null=True, blank=True)

    class Meta(TenantModel.Meta):
        verbose_name = _("rejected line of a device")
        verbose_name_plural = _("rejected lines of devices")
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(fields=["tenant", "device", "text"], name="attendance_device_line_once")]
        indexes = [models.Index(fields=["tenant", "reason", "pin"], name="attendance_device_line_pin")]

    def __str__(self) -> str:
        return self.text


class DeviceCommand(TenantModel):
    """Something that a device is to do. It asks for its commands, and answers each with a number (0 and more: done).

    number: how the device knows it. attempts: how often it was handed out.
    """

    class State(models.TextChoices):
        QUEUED = "queued", _("Queued")
        SENT = "sent", _("Sent")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")

    device = TenantForeignKey(Device, models.CASCADE, related_name="commands", verbose_name=_("attendance device"))
    number = models.IntegerField(_("command number"))
    text = models.CharField(_("command"), max_length=400)
    pin = models.CharField(_("number on the device"), max_length=24, blank=True)
    state = models.CharField(_("state"), max_length=6, choices=State, default=State.QUEUED)
    attempts = models.SmallIntegerField(_("attempts"), default=0)
    result = models.IntegerField(_("result"), null=True, blank=True)
    queued_at = models.DateTimeField(_("queued at"))
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)

    class Meta(TenantModel.Meta):
        verbose_name = _("command to a device")
        verbose_name_plural = _("commands to devices")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "device", "number"], name="attendance_device_command_number")
        ]
        indexes = [models.Index(fields=["tenant", "device", "state", "number"], name="attendance_device_command_due")]

    def __str__(self) -> str:
        return f"{self.number} {self.text}"


class DeviceUser(TenantModel):
    """Somebody who is on a device. employee: none where the number means nobody to us. sent: the command that put the
    person there last; '' where the device told us, or where the command failed.
    """

    device = TenantForeignKey(Device, models.CASCADE, related_name="users", verbose_name=_("attendance device"))
    pin = models.CharField(_("number on the device"), max_length=24)
    employee = TenantForeignKey(
        Employee, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("employee")
    )
    sent = models.CharField(max_length=400, blank=True, editable=False)

    class Meta(TenantModel.Meta):
        verbose_name = _("user of a device")
        verbose_name_plural = _("users of devices")
        ordering = ["pin"]
        constraints = [models.UniqueConstraint(fields=["tenant", "device", "pin"], name="attendance_device_user_once")]
        indexes = [models.Index(fields=["tenant", "employee"], name="attendance_device_user_person")]

    def __str__(self) -> str:
        return self.pin
