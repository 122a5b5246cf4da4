"""Whom the devices know: employees are put on them, who left is taken off, by commands that the devices fetch."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.db import transaction

from attendance.models import Device, DeviceCommand, DeviceUser, PunchIdentity
from attendance.queries.devices import Person, people_of, taken_numbers
from attendance.rules.device_answers import delete_user, fits_all_devices, put_user, query_log
from attendance.services.devices import CHANGE, locked
from hrsaas.access.actors import Actor
from hrsaas.audit.services.entries import record
from hrsaas.errors import DomainError
from hrsaas.tenancy.queries.tenants import current_tenant

# The first number for people whose employee number not every device can take.
FIRST_OWN_NUMBER = 90_000_001
KEPT = timedelta(days=90)
LONGEST_QUERY_DAYS = 400
Wanted = tuple[str, str]  # number on the device, command


@transaction.atomic
def sync_users(*, device: Device, full: bool = False, actor: Actor, now: datetime) -> int:
    """Queue what brings the people on the device up to date; how many commands. full: everybody once more."""
    row = locked(device.id)
    actor.require(CHANGE)
    queued = bring_users_up_to_date(row, full=full, now=now)
    record(actor=actor, action="attendance.device.send", subject=row, new={"commands": queued, "full": full}, now=now)
    return queued


def bring_users_up_to_date(device: Device, *, full: bool = False, now: datetime) -> int:
    """The same for a locked row. Constant number of statements.

    Someone whom the device itself enrolled, and whose number means nobody to us, stays on it.
    """
    people = people_of(device, now.astimezone(current_tenant().zone).date())
    pins = _numbers(people)
    wanted = {
        pins[one.employee_id]: (one, put_user(pins[one.employee_id], one.name if device.send_names else one.code))
        for one in people
    }
    there = {row.pin: row for row in device.users.all()}
    new = [(pin, text) for pin, (_one, text) in wanted.items() if full or pin not in there or there[pin].sent != text]
    gone = [pin for pin, row in there.items() if row.employee_id is not None and pin not in wanted]
    _note_users(device, wanted, [pin for pin, _text in new])
    device.users.filter(pin__in=gone).delete()
    _forget_unsent(device, [*gone, *(pin for pin, _text in new)])
    queued = queue(device, [*((pin, delete_user(pin)) for pin in gone), *new], now=now)
    device.users_synced_at = now
    device.save(update_fields=["users_synced_at", "last_command"])
    device.commands.filter(state=DeviceCommand.State.DONE, answered_at__lt=now - KEPT).delete()
    return queued


@transaction.atomic
def read_log_again(*, device: Device, first: date, last: date, actor: Actor, now: datetime) -> None:
    """Have the device send its log of the days once more; what is here already is not added twice.

    Errors: attendance.device.period.
    """
    row = locked(device.id)
    actor.require(CHANGE)
    if not timedelta(0) <= last - first <= timedelta(days=LONGEST_QUERY_DAYS):
        raise DomainError(
            "attendance.device.period", field="last", zh=f"起止日期须相差 0 至 {LONGEST_QUERY_DAYS} 天。",
            en=f"The days must be in order, at most {LONGEST_QUERY_DAYS} apart.",
        )  # fmt: skip
    begin, end = (datetime.combine(day, datetime.min.time()) for day in (first, last + timedelta(days=1)))
    queue(row, [("", query_log(begin, end))], now=now)
    row.save(update_fields=["last_command"])
    new = {"first": first, "last": last}
    record(actor=actor, action="attendance.device.read", subject=row, new=new, now=now)


def queue(device: Device, commands: Sequence[Wanted], *, now: datetime) -> int:
    """Add commands for a locked row, whose ``last_command`` the caller saves."""
    first = device.last_command + 1
    DeviceCommand.objects.bulk_create(
        DeviceCommand(device=device, number=first + at, text=text, pin=pin, queued_at=now)
        for at, (pin, text) in enumerate(commands)
    )
    device.last_command += len(commands)
    return len(commands)


def _numbers(people: Sequence[Person]) -> dict[int, str]:
    """Employee → number on devices. Who has none that every device can take is given one, for good."""
    given = {one.pin for one in people if one.pin}
    found = {
        one.employee_id: one.pin or one.code
        for one in people
        if one.pin or (fits_all_devices(one.code) and one.code not in given)
    }
    without = [one for one in people if one.employee_id not in found]
    if without:
        fresh = _free_numbers(len(without))
        PunchIdentity.objects.bulk_create(
            PunchIdentity(system=PunchIdentity.System.DEVICE, key=key, employee_id=one.employee_id)
            for one, key in zip(without, fresh, strict=True)
        )
        found |= {one.employee_id: key for one, key in zip(without, fresh, strict=True)}
    return found


def _free_numbers(count: int) -> list[str]:
    own = PunchIdentity.objects.filter(system=PunchIdentity.System.DEVICE, key__regex=r"^9[0-9]{7}$")
    highest = own.order_by("-key").values_list("key", flat=True).first()
    first = max(FIRST_OWN_NUMBER, int(highest or 0) + 1)
    taken = taken_numbers(str(first + at) for at in range(2 * count))
    free = [str(first + at) for at in range(2 * count) if str(first + at) not in taken]
    return free[:count]


def _note_users(device: Device, wanted: dict[str, tuple[Person, str]], pins: Sequence[str]) -> None:
    rows = [
        DeviceUser(device=device, pin=pin, employee_id=wanted[pin][0].employee_id, sent=wanted[pin][1]) for pin in pins
    ]
    DeviceUser.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["tenant", "device", "pin"], update_fields=["employee", "sent"]
    )


def _forget_unsent(device: Device, pins: Sequence[str]) -> None:
    """What was never fetched is overtaken by the new command."""
    device.commands.filter(state=DeviceCommand.State.QUEUED, pin__in=pins).delete()
