"""Demand against the roster, and what it means for shifts."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from attendance.models import RosterDay, Shift
from attendance.queries.staffing_demand import shift_cover, staffing_cover
from attendance.services.rosters import assign_shift
from attendance.services.staffing_demand import set_demand
from hrsaas.people.models import OrgUnit
from hrsaas.people.services.units import create_unit
from hrsaas.tenancy.context import tenant_context
from tests.attendance.staffing import make_queue

FIRST, END = date(2026, 3, 2), date(2026, 3, 3)


def shift(code: str) -> Shift:
    return Shift.objects.get(code=code)


@pytest.fixture
def rostered(people, actor, now):
    """Two on the day shift, one on the night before and one on the night of the day."""
    found = people("E1", "E2", "E3", "E4")
    plan = [(0, "D", FIRST), (1, "D", FIRST), (2, "N", FIRST - timedelta(days=1)), (3, "N", FIRST)]
    for place, code, day in plan:
        assign_shift(employee=found[place], day=day, shift=shift(code), actor=actor, now=now)
    return found


@pytest.fixture
def wanted(unit, actor, now):
    """Two in every half hour."""
    return set_demand(whose=unit, day=FIRST, people=[2] * 48, actor=actor, now=now)


def test_who_is_there_is_counted_slot_by_slot_over_midnight(unit, rostered, wanted):
    found = staffing_cover(unit, FIRST, END)
    night, day = shift("N").build(), shift("D").build()
    assert night.end_minute > 1440, "the shift of this test goes over midnight"
    present = found.on_shift[0]
    assert present[0] == 1, "the night that began the day before"
    assert present[(night.end_minute - 1440) // 30] <= 2
    assert present[day.start_minute // 30 + 1] == 2
    assert present[47] == 1
    assert found.present_minutes.sum() == 2 * day.due_minutes + night.due_minutes, "neither has a paid break"


def test_gaps_name_slot_and_number(unit, rostered, wanted):
    gaps = staffing_cover(unit, FIRST, END).gaps()
    assert (gaps[0].date, gaps[0].start_minute, gaps[0].end_minute) == (FIRST, 0, 30)
    assert (gaps[0].wanted, gaps[0].on_shift, gaps[0].missing) == (2, 1.0, 1.0)


def test_units_below_count_and_others_do_not(unit, rostered, wanted, actor, now):
    top = create_unit(code="TOP", name="总部", actor=actor, now=now)
    other = create_unit(code="O", name="其他", actor=actor, now=now)
    OrgUnit.objects.filter(pk=unit.pk).update(parent=top)
    assert staffing_cover(top, FIRST, END).wanted.sum() == 96
    assert staffing_cover(top, FIRST, END).present_minutes.sum() > 0
    assert staffing_cover(other, FIRST, END).present_minutes.sum() == 0


def test_demand_of_queues_and_of_the_unit_add_up_on_the_finest_slots(unit, wanted, actor, now):
    queue = make_queue(unit, actor, now, slot_minutes=15)
    set_demand(whose=queue, day=FIRST, people=[1, 0] * 48, actor=actor, now=now)
    found = staffing_cover(unit, FIRST, END)
    assert found.slot_minutes == 15
    assert found.wanted[0, :4].tolist() == [3, 2, 3, 2]


def test_nothing_is_wanted_where_nobody_asked(unit, rostered, tenant_b):
    found = staffing_cover(unit, FIRST, END)
    assert (found.wanted.shape, found.gaps()) == ((1, 48), [])
    with tenant_context(tenant_b.id):
        theirs = staffing_cover(OrgUnit.objects.get(code="U"), FIRST, END)
        assert theirs.present_minutes.sum() == 0


def test_a_quarter_costs_as_many_statements_as_a_day(unit, rostered, wanted):
    for days in (1, 92):
        with CaptureQueriesContext(connection) as queries:
            staffing_cover(unit, FIRST, FIRST + timedelta(days=days))
        assert len(queries) == 4


def test_shifts_are_filled_so_that_all_slots_are_covered(unit, rostered, wanted, actor, now):
    three = list(Shift.objects.filter(code__in=["A", "P", "N"]))
    found = shift_cover(unit, FIRST, END, three)
    people = {code: sum(count for (_day, id_), count in found.items() if id_ == shift(code).id) for code in "APN"}
    assert people == {"A": 2, "P": 2, "N": 2}, people
    assert {day for day, _shift in found} == {FIRST}


def test_the_night_before_counts_and_the_days_to_be_planned_do_not(unit, rostered, actor, now):
    set_demand(whose=unit, day=FIRST, people=[1] * 12 + [0] * 36, actor=actor, now=now)
    assert shift_cover(unit, FIRST, END, [shift("N"), shift("D")]) == {}
    set_demand(whose=unit, day=FIRST, people=[0] * 20 + [2] * 4 + [0] * 24, actor=actor, now=now)
    assert shift_cover(unit, FIRST, END, [shift("D")]) == {(FIRST, shift("D").id): 2}
    assert RosterDay.objects.filter(date=FIRST).count() == 3
