"""Setting up what people answer: queues, and days on which more comes in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from attendance.models import ContactQueue, ContactVolume, PromotionDay, StaffingDemand
from attendance.queries.contact_queues import CHANGE
from hrsaas.access.actors import Actor
from hrsaas.audit.services.entries import record
from hrsaas.errors import DomainError, NotFound
from hrsaas.people.models import OrgUnit

LONGEST_SECONDS = 86_400
SLOT_LENGTHS = (15, 30, 60)
# Field → lowest and highest value, both allowed.
_ZERO, _ONE, _TINY = Decimal(0), Decimal(1), Decimal("0.0001")
_RANGES: dict[str, tuple[Decimal | int, Decimal | int]] = {
    "handling_seconds": (1, LONGEST_SECONDS),
    "answer_within_seconds": (0, LONGEST_SECONDS),
    "patience_seconds": (1, LONGEST_SECONDS),
    "service_level_rate": (_ZERO, _ONE - _TINY),
    "max_occupancy_rate": (_TINY, _ONE),
    "shrinkage_rate": (_ZERO, Decimal("0.9")),
    "max_abandon_rate": (_TINY, _ONE - _TINY),
    "growth_rate": (Decimal("-0.99"), Decimal(20)),
    "digital_share_rate": (_ZERO, _ONE),
}


@dataclass(frozen=True)
class QueueFacts:
    """What ``models.ContactQueue`` keeps; rates are fractions."""

    code: str
    name: str
    unit: OrgUnit
    slot_minutes: int
    handling_seconds: int
    answer_within_seconds: int
    service_level_rate: Decimal
    name_en: str = ""
    max_occupancy_rate: Decimal = Decimal(1)
    shrinkage_rate: Decimal = Decimal(0)
    patience_seconds: int | None = None
    max_abandon_rate: Decimal | None = None
    growth_rate: Decimal = Decimal(0)
    digital_share_rate: Decimal = Decimal(0)

    def values(self) -> dict[str, Any]:
        """By field name."""
        return {name: getattr(self, name) for name in self.__dataclass_fields__}


@transaction.atomic
def add_queue(*, facts: QueueFacts, actor: Actor, now: datetime) -> ContactQueue:
    """Errors: attendance.queue.value, attendance.queue.patience, people.unit.not_found (beyond reach)."""
    actor.require(CHANGE)
    require_unit(facts.unit.id, actor)
    _require_sensible(facts)
    made: ContactQueue = ContactQueue.objects.create(**facts.values())
    record(actor=actor, action="attendance.queue.add", subject=made, new=_noted(made), now=now)
    return made


@transaction.atomic
def change_queue(*, queue: ContactQueue, facts: QueueFacts, actor: Actor, now: datetime) -> ContactQueue:
    """Later forecasts use it; what was forecast stays until then. The slot stays once there are contacts or demand.

    Errors: as ``add_queue``, attendance.queue.slots_in_use.
    """
    row: ContactQueue = ContactQueue.objects.select_for_update().get(pk=queue.pk)
    actor.require(CHANGE)
    require_unit(row.unit_id, actor)
    require_unit(facts.unit.id, actor)
    _require_sensible(facts)
    if facts.slot_minutes != row.slot_minutes and _in_use(row):
        raise DomainError(
            "attendance.queue.slots_in_use", field="slot_minutes", status=409,
            zh="该队列已有来电数据或人力需求，时段长度不能再改。请新建队列。",
            en="The queue has contacts or demand already, so its slot stays. Make a new queue.",
        )  # fmt: skip
    old = _noted(row)
    for name, value in facts.values().items():
        setattr(row, name, value)
    row.save()
    record(actor=actor, action="attendance.queue.change", subject=row, old=old, new=_noted(row), now=now)
    return row


@transaction.atomic
def remove_queue(*, queue: ContactQueue, actor: Actor, now: datetime) -> None:
    """Errors: attendance.queue.in_use."""
    row = ContactQueue.objects.select_for_update().get(pk=queue.pk)
    actor.require(CHANGE)
    require_unit(row.unit_id, actor)
    if _in_use(row):
        raise DomainError(
            "attendance.queue.in_use", status=409,
            zh="该队列已有来电数据或人力需求，不能删除。",
            en="The queue has contacts or demand already and cannot be removed.",
        )  # fmt: skip
    record(actor=actor, action="attendance.queue.remove", subject=row, old=_noted(row), now=now)
    row.delete()


@dataclass(frozen=True)
class Promotion:
    """multiplier: of an ordinary day's contacts; queue None: of all queues."""

    date: date
    multiplier: Decimal
    name: str
    name_en: str = ""
    queue: ContactQueue | None = None


@transaction.atomic
def set_promotion(*, promotion: Promotion, actor: Actor, now: datetime) -> PromotionDay:
    """Say that a day brings a multiple, past or to come; a day that is there is replaced. For all queues: only who
    reaches the whole company. Errors: attendance.promotion.multiplier.
    """
    actor.require(CHANGE)
    _require_queue(promotion.queue, actor)
    if not Decimal("0.001") <= promotion.multiplier <= 100:
        raise DomainError(
            "attendance.promotion.multiplier", field="multiplier",
            zh="倍数须大于 0，至多 100。", en="The multiplier must be above 0 and at most 100.",
        )  # fmt: skip
    found = PromotionDay.objects.select_for_update().filter(date=promotion.date, queue=promotion.queue).first()
    old = None if found is None else {"multiplier": found.multiplier, "name": found.name}
    row: PromotionDay
    row, _made = PromotionDay.objects.update_or_create(
        date=promotion.date, queue=promotion.queue,
        defaults={"multiplier": promotion.multiplier, "name": promotion.name, "name_en": promotion.name_en},
    )  # fmt: skip
    new = {"date": row.date, "queue_id": row.queue_id, "multiplier": row.multiplier, "name": row.name}
    record(actor=actor, action="attendance.promotion.set", subject=row, old=old, new=new, now=now)
    return row


@transaction.atomic
def remove_promotion(*, promotion: PromotionDay, actor: Actor, now: datetime) -> None:
    """An ordinary day again; forecasts change when they are made anew."""
    actor.require(CHANGE)
    _require_queue(promotion.queue, actor)
    old = {"date": promotion.date, "queue_id": promotion.queue_id, "multiplier": promotion.multiplier}
    record(actor=actor, action="attendance.promotion.remove", subject=promotion, old=old, now=now)
    promotion.delete()


def require_unit(unit_id: int, actor: Actor) -> None:
    """Raise NotFound for a unit beyond the actor's reach."""
    reach = actor.reach(CHANGE)
    if reach is not None and unit_id not in reach:
        raise NotFound("people.unit", unit_id)


def _require_queue(queue: ContactQueue | None, actor: Actor) -> None:
    if queue is not None:
        require_unit(queue.unit_id, actor)
    elif actor.reach(CHANGE) is not None:
        raise DomainError(
            "attendance.promotion.whole_tenant", field="queue", status=403,
            zh="适用于全部队列的促销日请由考勤专员设置；您可以为自己的队列设置。",
            en="A promotion of all queues is for the attendance clerk to set; choose a queue of yours.",
        )  # fmt: skip


def _require_sensible(facts: QueueFacts) -> None:
    if facts.slot_minutes not in SLOT_LENGTHS:
        raise _wrong("slot_minutes", "15", "60")
    for name, (low, high) in _RANGES.items():
        value = getattr(facts, name)
        if value is not None and not low <= value <= high:
            raise _wrong(name, str(low), str(high))
    if (facts.patience_seconds is None) != (facts.max_abandon_rate is None):
        raise DomainError(
            "attendance.queue.patience", field="max_abandon_rate",
            zh="平均耐心时间与可放弃比例须同时填写或同时留空。",
            en="Give the mean patience and the share that may hang up, or neither.",
        )  # fmt: skip


def _wrong(field: str, low: str, high: str) -> DomainError:
    return DomainError(
        "attendance.queue.value", field=field,
        zh=f"请填写 {low} 至 {high} 之间的数值。", en=f"Give a value of {low} to {high}.",
    )  # fmt: skip


def _in_use(queue: ContactQueue) -> bool:
    return any(model.objects.filter(queue=queue).exists() for model in (ContactVolume, StaffingDemand))


def _noted(queue: ContactQueue) -> dict[str, Any]:
    names = [name for name in QueueFacts.__dataclass_fields__ if name != "unit"]
    return {"unit_id": queue.unit_id, **{name: getattr(queue, name) for name in names}}
