"""Registering attendance devices, changing and blocking them."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.db import transaction

from attendance.models import Device, PunchPlace
from hrsaas.access.actors import Actor
from hrsaas.audit.services.entries import record
from hrsaas.errors import DomainError, NotFound
from hrsaas.people.models import OrgUnit

CHANGE = "attendance.setup.change"
SERIAL = re.compile(r"[A-Za-z0-9_-]{3,32}")


@dataclass(frozen=True)
class DeviceFacts:
    """What people say about a device; see ``models.Device``."""

    name: str = ""
    place: PunchPlace | None = None
    unit: OrgUnit | None = None
    zone: str = ""
    network: str = ""
    sync_users: bool = False
    send_names: bool = False


@transaction.atomic
def register_device(*, serial_number: str, facts: DeviceFacts, actor: Actor, now: datetime) -> Device:
    """Make a device known, or adopt one that waits; from now on its punches are taken.

    Errors: attendance.device.{serial,exists,zone,network,names}.
    """
    serial = serial_number.strip()
    found = Device.objects.select_for_update(no_key=True).filter(serial_number=serial).first()
    actor.require(CHANGE)
    if not SERIAL.fullmatch(serial):
        raise _wrong("serial", "serial_number", "序列号为 3 至 32 个字母、数字、- 或 _。",
                     "A serial number has 3 to 32 letters, digits, - or _.")  # fmt: skip
    if found is not None and found.state != Device.State.WAITING:
        raise _wrong("exists", "serial_number", "该设备已登记。", "This device is registered already.", status=409)
    _check(facts)
    device = found or Device(serial_number=serial)
    device.state = Device.State.ACTIVE
    _assign(device, facts)
    device.save()
    record(actor=actor, action="attendance.device.add", subject=device, new=_shown(device), now=now)
    return device


@transaction.atomic
def change_device(*, device: Device, facts: DeviceFacts, actor: Actor, now: datetime) -> Device:
    """Errors: attendance.device.{zone,network,names}."""
    row = locked(device.id)
    actor.require(CHANGE)
    _check(facts)
    old = _shown(row)
    _assign(row, facts)
    row.save()
    record(actor=actor, action="attendance.device.change", subject=row, old=old, new=_shown(row), now=now)
    return row


@transaction.atomic
def block_device(*, device: Device, actor: Actor, now: datetime) -> Device:
    """Take nothing of the device any more; it keeps what it has, and delivers it when it is allowed again."""
    return _move(device, Device.State.BLOCKED, "deactivate", actor, now)


@transaction.atomic
def unblock_device(*, device: Device, actor: Actor, now: datetime) -> Device:
    """Take its punches (again)."""
    return _move(device, Device.State.ACTIVE, "activate", actor, now)


def locked(device_id: int) -> Device:
    """The row, for whoever changes it. NotFound."""
    row: Device | None = Device.objects.select_for_update(no_key=True).filter(id=device_id).first()
    if row is None:
        raise NotFound("attendance.device", device_id)
    return row


def _move(device: Device, state: Device.State, verb: str, actor: Actor, now: datetime) -> Device:
    row = locked(device.id)
    actor.require(CHANGE)
    if row.state == state:
        return row
    old, row.state = {"state": row.state}, state
    row.save(update_fields=["state"])
    record(actor=actor, action=f"attendance.device.{verb}", subject=row, old=old, new={"state": state}, now=now)
    return row


def _check(facts: DeviceFacts) -> None:
    try:
        if facts.zone:
            ZoneInfo(facts.zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise _wrong("zone", "zone", f"没有时区“{facts.zone}”，请写成 Asia/Shanghai。",
                     f"There is no time zone '{facts.zone}'; write Asia/Shanghai.") from None  # fmt: skip
    try:
        if facts.network:
            ipaddress.ip_network(facts.network)
    except ValueError:
        raise _wrong("network", "network", "网段须写成 203.0.113.0/28。",
                     "Write the network as 203.0.113.0/28.") from None  # fmt: skip
    if facts.send_names and not facts.network:
        raise _wrong("names", "send_names", "须先填写设备所在网段，才能向其发送姓名。",
                     "Names go only to devices with a network: fill it in first.")  # fmt: skip


def _assign(device: Device, facts: DeviceFacts) -> None:
    for field in fields(facts):
        setattr(device, field.name, getattr(facts, field.name))


def _shown(device: Device) -> dict[str, Any]:
    values = asdict(DeviceFacts()) | {name: getattr(device, name) for name in ("name", "zone", "network")}
    return values | {
        "place": device.place_id, "unit": device.unit_id, "sync_users": device.sync_users,
        "send_names": device.send_names, "state": device.state, "serial_number": device.serial_number,
    }  # fmt: skip


def _wrong(word: str, field: str, zh: str, en: str, *, status: int = 400) -> DomainError:
    return DomainError(f"attendance.device.{word}", field=field, zh=zh, en=en, status=status)
