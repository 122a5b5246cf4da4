"""Setting queues and promotion days up."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from attendance.models import ContactQueue, PromotionDay
from attendance.services.contact_queues import (
    Promotion,
    add_queue,
    change_queue,
    remove_promotion,
    remove_queue,
    set_promotion,
)
from hrsaas.audit.models import Entry
from hrsaas.errors import DomainError, NotAllowed
from hrsaas.tenancy.context import tenant_context
from tests.attendance.staffing import WEDNESDAY, bring, facts, make_queue


def test_a_queue_is_added_changed_and_removed_with_a_trail(unit, tenant_b, actor, now):
    queue = make_queue(unit, actor, now)
    changed = change_queue(queue=queue, facts=facts(unit, handling_seconds=240), actor=actor, now=now)
    assert (changed.handling_seconds, str(changed)) == (240, "HOT 热线")
    with tenant_context(tenant_b.id):
        assert not ContactQueue.objects.exists()
    remove_queue(queue=queue, actor=actor, now=now)
    assert not ContactQueue.objects.exists()
    actions = Entry.objects.filter(action__startswith="attendance.queue").order_by("id")
    assert [one.action.rpartition(".")[2] for one in actions] == ["add", "change", "remove"]
    assert actions[1].old["handling_seconds"] == 180


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("slot_minutes", 20), ("handling_seconds", 0), ("answer_within_seconds", -1),
        ("service_level_rate", Decimal(1)),
        ("max_occupancy_rate", Decimal(0)), ("shrinkage_rate", Decimal("0.95")), ("growth_rate", Decimal(-1)),
        ("digital_share_rate", Decimal("1.1")),
    ],
)  # fmt: skip
def test_values_that_make_no_sense_are_refused_by_name(unit, actor, now, field, value):
    with pytest.raises(DomainError) as refused:
        add_queue(facts=facts(unit, **{field: value}), actor=actor, now=now)
    assert (refused.value.code, refused.value.field) == ("attendance.queue.value", field)


def test_patience_goes_with_the_share_that_may_hang_up(unit, actor, now):
    with pytest.raises(DomainError) as refused:
        make_queue(unit, actor, now, patience_seconds=60)
    assert refused.value.code == "attendance.queue.patience"


def test_the_slot_stays_and_the_queue_too_once_contacts_are_there(unit, actor, now):
    queue = make_queue(unit, actor, now)
    bring(queue, WEDNESDAY, [1], actor, now)
    with pytest.raises(DomainError) as refused:
        change_queue(queue=queue, facts=facts(unit, slot_minutes=30), actor=actor, now=now)
    assert refused.value.code == "attendance.queue.slots_in_use"
    with pytest.raises(DomainError) as refused:
        remove_queue(queue=queue, actor=actor, now=now)
    assert refused.value.code == "attendance.queue.in_use"


def test_a_promotion_day_is_set_once_per_queue_and_for_all(unit, actor, now):
    queue = make_queue(unit, actor, now)
    for_all = Promotion(WEDNESDAY, Decimal(10), "双十一", "Double 11")
    set_promotion(promotion=for_all, actor=actor, now=now)
    row = set_promotion(promotion=replace(for_all, multiplier=Decimal(8)), actor=actor, now=now)
    set_promotion(promotion=replace(for_all, queue=queue, multiplier=Decimal(12)), actor=actor, now=now)
    assert sorted(PromotionDay.objects.values_list("multiplier", flat=True)) == [8, 12]
    remove_promotion(promotion=row, actor=actor, now=now)
    assert PromotionDay.objects.get().queue == queue
    with pytest.raises(DomainError) as refused:
        set_promotion(promotion=replace(for_all, multiplier=Decimal(0)), actor=actor, now=now)
    assert refused.value.code == "attendance.promotion.multiplier"


def test_a_manager_sets_up_the_own_units_only(unit, actor, now):
    nobodys = replace(actor, unit_ids=frozenset())
    own = replace(actor, unit_ids=frozenset({unit.id}))
    with pytest.raises(DomainError) as refused:
        make_queue(unit, nobodys, now)
    assert refused.value.code == "people.unit.not_found"
    queue = make_queue(unit, own, now)
    with pytest.raises(DomainError) as refused:
        set_promotion(promotion=Promotion(WEDNESDAY, Decimal(2), "促销"), actor=own, now=now)
    assert refused.value.code == "attendance.promotion.whole_tenant"
    set_promotion(promotion=Promotion(WEDNESDAY, Decimal(2), "促销", queue=queue), actor=own, now=now)
    with pytest.raises(NotAllowed):
        remove_queue(queue=queue, actor=replace(own, permissions=frozenset()), now=now)
