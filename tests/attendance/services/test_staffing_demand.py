"""Forecasts that are kept, and what people decide by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from attendance.models import StaffingDemand
from attendance.queries.contact_forecasts import forecast
from attendance.services.contact_queues import Promotion, change_queue, set_promotion
from attendance.services.staffing_demand import ForecastCounts, save_forecast, set_demand, withdraw_demand
from hrsaas.audit.models import Entry
from hrsaas.errors import DomainError, StaleWrite
from tests.attendance.staffing import HOURS, WEDNESDAY, bring, facts, make_queue, weeks_before

DAY = (WEDNESDAY, WEDNESDAY + timedelta(days=1))
BUSY = [0] * 9 + [400] + [0] * 14


@pytest.fixture
def queue(unit, actor, now):
    """400 calls from nine to ten on the last two Wednesdays: 20 erlangs."""
    made = make_queue(unit, actor, now)
    for day in weeks_before(1, 2):
        bring(made, day, BUSY, actor, now)
    return made


def save(queue, actor, now, first=DAY[0], end=DAY[1]):
    return save_forecast(queue=queue, first=first, end=end, actor=actor, now=now)


def test_history_becomes_people(queue, actor, now):
    assert save(queue, actor, now) == ForecastCounts(1, 0, 0, 0)
    row = StaffingDemand.objects.get()
    assert row.people == row.forecast_people == [0] * 9 + [30] + [0] * 14
    assert (row.expected[9], row.by_hand, row.version) == (400, False, 1)
    assert [one["date"] for one in row.basis["days"]] == [day.isoformat() for day in weeks_before(1, 2)]


def test_promotion_growth_and_digital_workers_count(queue, unit, actor, now):
    set_promotion(promotion=Promotion(WEDNESDAY, Decimal(10), "双十一"), actor=actor, now=now)
    wanted = facts(unit, growth_rate=Decimal("0.25"), digital_share_rate=Decimal("0.6"))
    change_queue(queue=queue, facts=wanted, actor=actor, now=now)
    queue.refresh_from_db()
    (day,) = forecast(queue, *DAY)
    assert day.contacts == 400 * 10 * Decimal("1.25") * Decimal("0.4")
    assert (day.basis["multiplier"], day.basis["growth_rate"], day.basis["digital_share_rate"]) == ("10", "0.25", "0.6")


def test_a_queue_s_own_promotion_goes_before_that_of_all(queue, actor, now):
    own = Promotion(WEDNESDAY, Decimal(3), "自有", queue=queue)
    set_promotion(promotion=own, actor=actor, now=now)
    set_promotion(promotion=replace(own, queue=None, multiplier=Decimal(10)), actor=actor, now=now)
    assert forecast(queue, *DAY)[0].contacts == 1200


def test_the_same_forecast_again_writes_nothing(queue, actor, now):
    save(queue, actor, now)
    assert save(queue, actor, now) == ForecastCounts(0, 1, 0, 0)
    assert StaffingDemand.objects.get().version == 1
    assert Entry.objects.filter(action="attendance.demand.forecast").count() == 1


def test_a_decision_by_hand_outlives_forecasts_and_can_be_taken_back(queue, actor, now):
    save(queue, actor, now)
    decided = set_demand(whose=queue, day=WEDNESDAY, people=[2] * HOURS, actor=actor, now=now)
    assert (decided.by_hand, decided.version) == (True, 2)
    bring(queue, weeks_before(1)[0], [800] * HOURS, actor, now)
    assert save(queue, actor, now) == ForecastCounts(1, 0, 1, 0)
    row = StaffingDemand.objects.get()
    assert row.people == [2] * HOURS and row.forecast_people != [2] * HOURS
    back = withdraw_demand(demand=row, actor=actor, now=now)
    assert back is not None and not back.by_hand and back.people == row.forecast_people
    assert Entry.objects.filter(action="attendance.demand.withdraw").exists()


def test_what_was_decided_without_a_forecast_goes_when_it_is_taken_back(unit, actor, now):
    row = set_demand(whose=unit, day=WEDNESDAY, people=[3] * 48, actor=actor, now=now)
    assert row.slot_minutes == 30
    assert withdraw_demand(demand=row, actor=actor, now=now) is None
    assert not StaffingDemand.objects.exists()


def test_nobody_overwrites_what_he_has_not_seen(queue, actor, now):
    save(queue, actor, now)
    set_demand(whose=queue, day=WEDNESDAY, people=[2] * HOURS, version=1, actor=actor, now=now)
    with pytest.raises(StaleWrite):
        set_demand(whose=queue, day=WEDNESDAY, people=[3] * HOURS, version=1, actor=actor, now=now)


@pytest.mark.parametrize("people", [[1] * 23, [1] * 48, [-1] * 24, [10**6] * 24])
def test_people_of_the_wrong_number_of_slots_are_refused(queue, actor, now, people):
    with pytest.raises(DomainError) as refused:
        set_demand(whose=queue, day=WEDNESDAY, people=people, actor=actor, now=now)
    assert refused.value.code == "attendance.demand.people"


def test_days_without_history_are_left_out_and_periods_are_bounded(queue, actor, now):
    week = (WEDNESDAY, WEDNESDAY + timedelta(days=7))
    assert save(queue, actor, now, *week) == ForecastCounts(1, 0, 0, 6)
    with pytest.raises(DomainError) as refused:
        save(queue, actor, now, WEDNESDAY, WEDNESDAY)
    assert refused.value.code == "attendance.demand.period"


def test_loads_beyond_sense_are_refused(queue, actor, now):
    bring(queue, weeks_before(1)[0], [1_000_000] * HOURS, actor, now)
    with pytest.raises(DomainError) as refused:
        save(queue, actor, now)
    assert refused.value.code == "attendance.demand.too_many"


def test_a_quarter_costs_as_many_statements_as_a_day(queue, actor, now):
    for offset in range(7):
        bring(queue, WEDNESDAY - timedelta(days=offset + 1), BUSY, actor, now)
    counted = []
    for days in (1, 92):
        with CaptureQueriesContext(connection) as queries:
            save(queue, actor, now, WEDNESDAY, WEDNESDAY + timedelta(days=days))
        counted.append(len(queries))
    assert counted[1] <= counted[0] + 2, counted  # rows that are there and new ones go in two statements


def test_others_units_are_not_forecast(queue, actor, now):
    with pytest.raises(DomainError) as refused:
        save(queue, replace(actor, unit_ids=frozenset()), now)
    assert refused.value.code == "people.unit.not_found"
