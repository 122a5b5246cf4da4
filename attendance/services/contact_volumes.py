"""Contacts that came in, slot by slot, as telephone systems and shops report them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from attendance.models import ContactQueue, ContactVolume
from attendance.queries.contact_queues import CHANGE
from attendance.rules.staffing import slots_per_day
from attendance.services.contact_queues import require_unit
from hrsaas.access.actors import Actor
from hrsaas.audit.services.entries import record
from hrsaas.errors import DomainError

MOST_CONTACTS = 1_000_000


@dataclass(frozen=True)
class SlotCount:
    """Contacts of one slot. queue: its code; start_minute: of the day, where a slot of the queue begins."""

    queue: str
    date: date
    start_minute: int
    contacts: int


@dataclass(frozen=True)
class SlotFault:
    """What is wrong with a count. row: its place, from 0."""

    row: int
    field: str
    code: str
    zh: str
    en: str


@dataclass(frozen=True)
class VolumeCounts:
    """Days of queues."""

    added: int
    changed: int
    unchanged: int


def queues_of(rows: Sequence[SlotCount]) -> dict[str, ContactQueue]:
    """The queues that rows name, by code."""
    return {queue.code: queue for queue in ContactQueue.objects.filter(code__in={row.queue for row in rows})}


def slot_faults(rows: Sequence[SlotCount], queues: Mapping[str, ContactQueue]) -> list[SlotFault]:
    """Unknown queues, times at which no slot begins, counts out of range, the same slot twice."""
    found, first = [], dict[tuple[str, date, int], int]()
    for place, row in enumerate(rows):
        fault = _fault(place, row, queues.get(row.queue), first.get((row.queue, row.date, row.start_minute)))
        if fault is not None:
            found.append(fault)
        first.setdefault((row.queue, row.date, row.start_minute), place)
    return found


@transaction.atomic
def record_volumes(*, rows: Sequence[SlotCount], actor: Actor, now: datetime) -> VolumeCounts:
    """Take counts in: slots that are named are set, the others of a day stay (0 on a new day). The same counts again
    change nothing. All or none: DomainError attendance.contact_volume.rows with the faults in ``extra``.
    """
    actor.require(CHANGE)
    named = ContactQueue.objects.filter(code__in={row.queue for row in rows})
    queues = {queue.code: queue for queue in named.select_for_update().order_by("id")}
    _require_faultless(slot_faults(rows, queues))
    for queue in queues.values():
        require_unit(queue.unit_id, actor)
    there = _there(queues, rows)
    wanted = _merged(rows, queues, there)
    changed = {key: contacts for key, contacts in wanted.items() if there.get(key) != contacts}
    ContactVolume.objects.bulk_create(
        [ContactVolume(queue_id=queue_id, date=day, contacts=counts) for (queue_id, day), counts in changed.items()],
        update_conflicts=True, unique_fields=["tenant", "queue", "date"], update_fields=["contacts"], batch_size=1_000,
    )  # fmt: skip
    added = len(changed.keys() - there.keys())
    counts = VolumeCounts(added, len(changed) - added, len(wanted) - len(changed))
    if changed:
        days = sorted(day for _queue, day in changed)
        new = {
            "queues": sorted(queues), "first": days[0], "last": days[-1], "added": counts.added,
            "changed": counts.changed,
        }  # fmt: skip
        record(
            actor=actor, action="attendance.contact_volume.record", subject_type="attendance.contactvolume", new=new,
            now=now,
        )  # fmt: skip
    return counts


def recording_would(rows: Sequence[SlotCount], queues: Mapping[str, ContactQueue]) -> VolumeCounts:
    """What recording faultless rows would do, in one statement."""
    there = _there(queues, rows)
    wanted = _merged(rows, queues, there)
    changed = [key for key, contacts in wanted.items() if there.get(key) != contacts]
    added = sum(key not in there for key in changed)
    return VolumeCounts(added, len(changed) - added, len(wanted) - len(changed))


_Days = dict[tuple[int, date], list[int]]


def _there(queues: Mapping[str, ContactQueue], rows: Sequence[SlotCount]) -> _Days:
    """(queue, day) → counts that are stored."""
    ids = [queue.id for queue in queues.values()]
    found = ContactVolume.objects.filter(queue__in=ids, date__in={row.date for row in rows})
    return {(queue_id, day): counts for queue_id, day, counts in found.values_list("queue_id", "date", "contacts")}


def _merged(rows: Sequence[SlotCount], queues: Mapping[str, ContactQueue], there: _Days) -> _Days:
    days: _Days = {}
    for row in rows:
        queue = queues[row.queue]
        key = (queue.id, row.date)
        if key not in days:
            days[key] = list(there.get(key) or [0] * slots_per_day(queue.slot_minutes))
        days[key][row.start_minute // queue.slot_minutes] = row.contacts
    return days


def _fault(place: int, row: SlotCount, queue: ContactQueue | None, first: int | None) -> SlotFault | None:
    code = "attendance.contact_volume"
    if queue is None:
        zh, en = f"没有代码为“{row.queue}”的队列。", f"No queue has the code '{row.queue}'."
        return SlotFault(place, "queue", f"{code}.unknown_queue", zh, en)
    if not 0 <= row.start_minute < 24 * 60 or row.start_minute % queue.slot_minutes:
        zh = f"队列 {queue.code} 按 {queue.slot_minutes} 分钟计数，没有时段从该时间开始。"
        en = f"Queue {queue.code} counts by {queue.slot_minutes} minutes; no slot begins then."
        return SlotFault(place, "slot_start", f"{code}.slot", zh, en)
    if not 0 <= row.contacts <= MOST_CONTACTS:
        zh, en = f"数量须为 0 至 {MOST_CONTACTS} 的整数。", f"The count must be a whole number of 0 to {MOST_CONTACTS}."
        return SlotFault(place, "contacts", f"{code}.count", zh, en)
    if first is not None:
        zh, en = "该时段在数据中出现了两次。", "This slot is in the data twice."
        return SlotFault(place, "slot_start", f"{code}.repeated", zh, en)
    return None


def _require_faultless(faults: Sequence[SlotFault]) -> None:
    if faults:
        rows = [
            {"row": one.row, "field": one.field, "code": one.code, "zh": one.zh, "en": one.en} for one in faults[:100]
        ]
        raise DomainError(
            "attendance.contact_volume.rows", zh=f"有 {len(faults)} 行数据有误，未写入任何数据。",
            en=f"{len(faults)} rows are wrong; nothing was written.", extra={"rows": rows},
        )  # fmt: skip
