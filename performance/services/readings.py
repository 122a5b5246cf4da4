"""Taking readings in, from people, files and systems."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

from django.db import transaction

from hrsaas.access.actors import Actor
from hrsaas.audit.services.entries import record
from hrsaas.errors import DomainError, NotFound
from performance.models import Goal, Reading
from performance.queries.goals import Addressed, addressed
from performance.queries.months import require_open
from performance.queries.people import reachable_ids
from performance.services.months import begin_months
from performance.services.refusals import require_figure

CHANGE = "performance.reading.change"
MANUAL = "manual"
LONGEST_SOURCE = 40


class ReadingRow(NamedTuple):
    """The value of a KPI (by code) for an employee (by number) in a month (its first day)."""

    employee_code: str
    kpi: str
    month: date
    value: Decimal


@dataclass(frozen=True)
class ReadingCounts:
    """added + repeated = rows; repeated: the value is the one that counts already."""

    added: int
    repeated: int


@dataclass(frozen=True)
class _Fault:
    row: int
    field: str
    code: str
    zh: str
    en: str


@transaction.atomic
def record_readings(*, rows: Sequence[ReadingRow], source: str, actor: Actor, now: datetime) -> ReadingCounts:
    """Add readings to the goals that count in the rows' months: all, or none if a row is wrong.

    The same delivery twice adds nothing; the number of statements does not grow with the rows. Errors:
    performance.reading.source, performance.month.locked, performance.reading.rows with every fault in
    ``extra["rows"]`` (performance.reading.{employee_unknown,kpi_unknown,no_goal,several_goals,twice},
    performance.kpi.{not_a_number,range}, performance.month.not_first_day).
    """
    actor.require(CHANGE)
    _check_source(source)
    _raise_rows(list(_value_faults(rows)))
    months = {row.month for row in rows}
    begin_months(months)
    require_open(months)
    found = addressed([(row.employee_code, row.kpi, row.month) for row in rows])
    reachable = reachable_ids(actor, CHANGE, {one.employee_id for one in found if one.employee_id is not None})
    _raise_rows(list(_address_faults(rows, found, reachable)))
    goals = [(one.goal_id, one.place) for one in found if one.goal_id and one.value != rows[one.place].value]
    new = [
        Reading(
            goal_id=goal_id, value=rows[place].value, source=source, recorded_at=now, recorded_by=actor.label[:200]
        )
        for goal_id, place in goals
    ]  # fmt: skip
    Reading.objects.bulk_create(new)
    if new:
        facts = {"source": source, "added": len(new), "sha256": _digest(rows)}
        record(actor=actor, action="performance.reading.record", subject_type="performance.reading", new=facts, now=now)
    return ReadingCounts(len(new), len(rows) - len(new))


@transaction.atomic
def record_reading(*, goal: Goal, value: Decimal, actor: Actor, now: datetime, source: str = MANUAL) -> Reading:
    """One reading of one goal. Errors: performance.kpi.{not_a_number,range}, performance.month.locked."""
    actor.require(CHANGE)
    if not reachable_ids(actor, CHANGE, [goal.employee_id]):
        raise NotFound("performance.goal")
    _check_source(source)
    require_figure(value, "value")
    require_open([goal.month])
    reading: Reading = Reading.objects.create(
        goal=goal, value=value, source=source, recorded_at=now, recorded_by=actor.label[:200]
    )
    facts = {"goal_id": goal.id, "value": str(value), "source": source}
    record(actor=actor, action="performance.reading.record", subject=reading, new=facts, now=now)
    return reading


def _check_source(source: str) -> None:
    if not source.strip() or len(source) > LONGEST_SOURCE or not source.isprintable():
        raise DomainError(
            "performance.reading.source", field="source",
            zh=f"请填写读数来源，不超过 {LONGEST_SOURCE} 个字符。",
            en=f"Say where the readings come from, in at most {LONGEST_SOURCE} characters.",
        )  # fmt: skip


def _value_faults(rows: Sequence[ReadingRow]) -> Iterator[_Fault]:
    for place, row in enumerate(rows):
        if row.month.day != 1:
            yield _Fault(
                place, "month", "performance.month.not_first_day",
                "请给出月份的第一天。", "Give the first day of the month.",
            )  # fmt: skip
        try:
            require_figure(row.value, "value")
        except DomainError as error:
            yield _Fault(place, "value", error.code, error.zh, error.en)


def _address_faults(rows: Sequence[ReadingRow], found: Sequence[Addressed], reachable: set[int]) -> Iterator[_Fault]:
    seen: set[int] = set()
    previous = -1
    for one in found:
        if one.place == previous:
            yield _fault(rows, one.place, "kpi", "several_goals")
        elif one.employee_id not in reachable:
            yield _fault(rows, one.place, "employee_code", "employee_unknown")
        elif one.kpi_id is None:
            yield _fault(rows, one.place, "kpi", "kpi_unknown")
        elif one.goal_id is None:
            yield _fault(rows, one.place, "kpi", "no_goal")
        elif one.goal_id in seen:
            yield _fault(rows, one.place, "kpi", "twice")
        previous = one.place
        seen.add(one.goal_id or 0)


_TEXTS = {
    "employee_unknown": ("找不到工号 {0.employee_code}。", "There is no employee {0.employee_code}."),
    "kpi_unknown": ("指标库中没有 {0.kpi}。", "The library has no KPI {0.kpi}."),
    "no_goal": (
        "{0.employee_code} 在 {0.month:%Y-%m} 没有指标 {0.kpi} 的目标。",
        "{0.employee_code} has no goal for {0.kpi} in {0.month:%Y-%m}.",
    ),
    "several_goals": (
        "{0.employee_code} 在 {0.month:%Y-%m} 有多个 {0.kpi} 目标，请在目标上直接录入。",
        "{0.employee_code} has several goals for {0.kpi} in {0.month:%Y-%m}; record the value at the goal itself.",
    ),
    "twice": ("同一目标在文件中出现了两次。", "The same goal appears twice."),
}


def _fault(rows: Sequence[ReadingRow], place: int, field: str, kind: str) -> _Fault:
    zh, en = (text.format(rows[place]) for text in _TEXTS[kind])
    return _Fault(place, field, f"performance.reading.{kind}", zh, en)


def _raise_rows(faults: Sequence[_Fault]) -> None:
    if faults:
        count = len({fault.row for fault in faults})
        raise DomainError(
            "performance.reading.rows", position=faults[0].row,
            zh=f"有 {count} 行存在错误，未写入任何数据。", en=f"{count} rows have errors; nothing was written.",
            extra={"rows": [asdict(fault) for fault in faults]},
        )  # fmt: skip


def _digest(rows: Sequence[ReadingRow]) -> str:
    text = "\n".join(f"{row.employee_code} {row.kpi} {row.month} {row.value}" for row in rows)
    return hashlib.sha256(text.encode()).hexdigest()
