"""Contacts per slot from a file: what telephone systems and shops export."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from attendance.services.contact_volumes import SlotCount, queues_of, record_volumes, recording_would, slot_faults
from hrsaas.access.actors import Actor
from integrations.rules.records import CONTACT_COLUMNS, ContactRow, contacts
from integrations.rules.sheets import RowError, Sheet

__all__ = ["CONTACT_COLUMNS", "check", "write"]


def check(sheet: Sheet) -> tuple[Sequence[tuple[int, ContactRow]], Sequence[RowError], Mapping[str, int]]:
    """Days that are in the file; slots of a day that it leaves out stay as they are."""
    parsed = contacts(sheet)
    rows = _counts([row for _line, row in parsed.records])
    queues = queues_of(rows)
    lines = [line for line, _row in parsed.records]
    faults = [
        RowError(lines[one.row], one.field, one.code, one.zh, one.en) for one in slot_faults(rows, queues)
    ]  # fmt: skip
    errors = sorted([*parsed.errors, *faults], key=lambda error: error.line)
    if errors:
        return parsed.records, errors, {}
    would = recording_would(rows, queues)
    counts = {"days": would.added + would.changed, "unchanged": would.unchanged}
    return parsed.records, errors, counts


def write(rows: Sequence[ContactRow], actor: Actor, now: datetime) -> Mapping[str, int]:
    done = record_volumes(rows=_counts(rows), actor=actor, now=now)
    return {"days": done.added + done.changed, "unchanged": done.unchanged}


def _counts(rows: Sequence[ContactRow]) -> list[SlotCount]:
    return [SlotCount(row.queue, row.date, row.start_minute, row.contacts) for row in rows]
