"""What devices say and ask by the push protocol. They have no session: the serial number, the network it may come
from and the limits decide.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import F

from attendance.models import Device, DeviceCommand, DeviceLine, DeviceUser, PunchIdentity
from attendance.queries.devices import ids_of
from attendance.queries.punch_identities import codes_of
from attendance.rules.device_answers import command_lines, handshake
from attendance.rules.device_lines import (
    BadLine,
    Fault,
    Log,
    LogLine,
    clock_drift,
    read_info,
    read_log,
    read_options,
    read_results,
    read_users,
)
from attendance.rules.punch_places import Trust
from attendance.services.device_users import bring_users_up_to_date
from attendance.services.devices import CHANGE, SERIAL, locked
from attendance.services.punches import PunchRow, record_punches
from hrsaas.access.actors import Actor, Origin
from hrsaas.audit.services.entries import record
from hrsaas.tenancy.queries.tenants import current_tenant

# Nobody who makes up serial numbers fills our tables.
MOST_WAITING, MOST_LINES = 50, 1_000
SEEN_EVERY, ONLINE = timedelta(seconds=30), timedelta(seconds=60)
COMMANDS_AT_ONCE, MOST_ATTEMPTS = 50, 5
ANSWER_WITHIN, USERS_EVERY = timedelta(minutes=10), timedelta(hours=6)


@transaction.atomic
def admit(*, serial: str, address: str | None, now: datetime) -> Device | None:
    """The registered, active device that calls, locked; None for all others. An unknown one is noted to be adopted."""
    if not SERIAL.fullmatch(serial):
        return None
    device: Device | None = Device.objects.select_for_update(no_key=True).filter(serial_number=serial).first()
    if device is None:
        _note_unknown(serial, address, now)
        return None
    if device.state == Device.State.ACTIVE and not _from_its_network(device, address):
        device.refused_address, device.refused_at = address, now
        device.save(update_fields=["refused_address", "refused_at"])
        return None
    if device.last_seen_at is None or now - device.last_seen_at >= SEEN_EVERY or device.address != address:
        Device.objects.filter(id=device.id).update(last_seen_at=now, address=address)
    return device if device.state == Device.State.ACTIVE else None


def greet(*, device: Device, old: bool, now: datetime) -> str:
    """The options that the device works by."""
    return handshake(
        device.serial_number, attlog_stamp=device.attlog_stamp, operlog_stamp=device.operlog_stamp,
        zone=_zone(device), now=now, old=old,
    )  # fmt: skip


@transaction.atomic
def take_log(*, device: Device, body: bytes, stamp: str, origin: Origin, now: datetime) -> int:
    """Punches, in any order and as often as it likes; how many lines there were. device: as ``admit`` gave it.

    Bad lines are kept apart for the clerk, and never keep the others back.
    """
    log = read_log(body, zone=_zone(device), now=now)
    unknown = _take(device, log.lines, origin, now)
    _set_aside(device, [*log.bad, *unknown], now)
    _note_clock(device, log, now)
    device.attlog_stamp = stamp or device.attlog_stamp
    device.save(update_fields=["attlog_stamp", "clock_drift_seconds", "clock_checked_at"])
    return log.count


@transaction.atomic
def take_users(*, device: Device, body: bytes, stamp: str) -> int:
    """Who is on the device, as far as numbers go; how many lines there were."""
    count, pins = read_users(body)
    codes = codes_of(PunchIdentity.System.DEVICE, pins)
    ids = ids_of(codes.values())
    rows = [DeviceUser(device=device, pin=pin, employee_id=ids.get(codes.get(pin, ""))) for pin in pins]
    DeviceUser.objects.bulk_create(rows, ignore_conflicts=True)
    if stamp:
        Device.objects.filter(id=device.id).update(operlog_stamp=stamp)
    return count


@transaction.atomic
def note_options(*, device: Device, body: bytes) -> None:
    """Model and firmware."""
    options = read_options(body)
    device.model = options.get("DeviceName", device.model)
    device.firmware = options.get("FirmVer", device.firmware)
    device.save(update_fields=["model", "firmware"])


@transaction.atomic
def next_commands(*, device: Device, info: str, now: datetime) -> str:
    """What the device is to do next. A command whose answer does not come is handed out again, five times at most."""
    if info:
        _note_info(device, info)
    if device.sync_users and (device.users_synced_at is None or now - device.users_synced_at >= USERS_EVERY):
        bring_users_up_to_date(device, now=now)
    late = device.commands.filter(state=DeviceCommand.State.SENT, sent_at__lt=now - ANSWER_WITHIN)
    late.filter(attempts__gte=MOST_ATTEMPTS).update(state=DeviceCommand.State.FAILED)
    late.filter(attempts__lt=MOST_ATTEMPTS).update(state=DeviceCommand.State.QUEUED)
    due = device.commands.filter(state=DeviceCommand.State.QUEUED).order_by("number")[:COMMANDS_AT_ONCE]
    commands = list(due.values_list("number", "text"))
    device.commands.filter(number__in=[number for number, _text in commands]).update(
        state=DeviceCommand.State.SENT, sent_at=now, attempts=F("attempts") + 1
    )
    return command_lines(commands)


@transaction.atomic
def take_results(*, device: Device, body: bytes, now: datetime) -> None:
    """What became of commands. Somebody who could not be put on the device is tried again with the next comparison."""
    results = read_results(body)
    asked = device.commands.filter(number__in=results, state=DeviceCommand.State.SENT)
    answered = list(asked.select_for_update(no_key=True))
    for command in answered:
        command.result, command.answered_at = results[command.number], now
        command.state = DeviceCommand.State.DONE if results[command.number] >= 0 else DeviceCommand.State.FAILED
    DeviceCommand.objects.bulk_update(answered, ["result", "answered_at", "state"])
    failed = [one.pin for one in answered if one.state == DeviceCommand.State.FAILED and one.pin]
    device.users.filter(pin__in=failed).update(sent="")


def note_oversized(*, device: Device, now: datetime) -> None:
    """More than one delivery may hold: refused, and the clerk sees it."""
    Device.objects.filter(id=device.id).update(oversized_at=now)


@transaction.atomic
def take_lines_again(*, device: Device, actor: Actor, now: datetime) -> int:
    """Try lines that were set aside once more, say after a number was given to somebody; how many were taken."""
    row = locked(device.id)
    actor.require(CHANGE)
    kept = {line.text: line for line in row.lines.filter(taken_at=None)}
    log = read_log("\n".join(kept).encode(), zone=_zone(row), now=now)
    still = {bad.text for bad in _take(row, log.lines, actor.origin, now)}
    taken = [kept[line.text].id for line in log.lines if line.text in kept and line.text not in still]
    row.lines.filter(id__in=taken).update(taken_at=now)
    new = {"lines": len(kept), "taken": len(taken)}
    record(actor=actor, action="attendance.device.record", subject=row, new=new, now=now)
    return len(taken)


def _take(device: Device, lines: Sequence[LogLine], origin: Origin, now: datetime) -> list[BadLine]:
    """Record the punches of people we know; the lines of the others."""
    codes = codes_of(PunchIdentity.System.DEVICE, {line.pin for line in lines})
    rows = [PunchRow(codes[line.pin], line.punched_at, Trust.DEVICE) for line in lines if line.pin in codes]
    if rows:
        actor = _as_actor(device, origin)
        counts = record_punches(rows=rows, source=device.source, actor=actor, now=now, device=device)
        _count(device, {"added": counts.added, "repeated": counts.repeated})
    return [BadLine(line.text, Fault.UNKNOWN_PIN, line.pin) for line in lines if line.pin not in codes]


def _set_aside(device: Device, bad: Sequence[BadLine], now: datetime) -> None:
    """Each text once. A device full of rubbish is counted on, and no longer kept."""
    if not bad:
        return
    room = max(0, MOST_LINES - device.lines.filter(taken_at=None).count())
    unique = list({one.text: one for one in bad}.values())
    there = set(device.lines.filter(text__in=[one.text for one in unique]).values_list("text", flat=True))
    new = [one for one in unique if one.text not in there]
    DeviceLine.objects.bulk_create(
        (
            DeviceLine(device=device, text=one.text, reason=one.fault, pin=one.pin, received_at=now)
            for one in new[:room]
        ),
        ignore_conflicts=True,
    )
    _count(device, {"rejected": len(new)})


def _note_clock(device: Device, log: Log, now: datetime) -> None:
    """Read off single fresh punches; a pile says nothing but of a clock that is ahead."""
    was_online = device.last_seen_at is not None and now - device.last_seen_at <= ONLINE and log.count == 1
    if log.lines:
        drift = clock_drift(max(line.punched_at for line in log.lines), now, was_online=was_online)
        if drift is not None:
            device.clock_drift_seconds, device.clock_checked_at = drift, now


def _note_info(device: Device, info: str) -> None:
    firmware, users, logs = read_info(info)
    told = {"firmware": firmware or device.firmware, "users_there": users, "logs_there": logs}
    if any(getattr(device, name) != value for name, value in told.items()):
        Device.objects.filter(id=device.id).update(**told)


def _note_unknown(serial: str, address: str | None, now: datetime) -> None:
    if Device.objects.filter(state=Device.State.WAITING).count() >= MOST_WAITING:
        return
    Device.objects.bulk_create(
        [Device(serial_number=serial, first_seen_at=now, last_seen_at=now, address=address)], ignore_conflicts=True
    )


def _from_its_network(device: Device, address: str | None) -> bool:
    if not device.network:
        return True
    try:
        return ipaddress.ip_address(address or "") in ipaddress.ip_network(device.network)
    except ValueError:
        return False


def _as_actor(device: Device, origin: Origin) -> Actor:
    """The device itself, which may bring punches and nothing else."""
    permissions = frozenset({"attendance.punch.change"})
    return Actor(label=f"device {device.serial_number}", permissions=permissions, kind="system", origin=origin)


def _count(device: Device, more: Mapping[str, int]) -> None:
    Device.objects.filter(id=device.id).update(**{name: F(name) + number for name, number in more.items()})


def _zone(device: Device) -> ZoneInfo:
    return device.clock_zone(current_tenant().zone)
