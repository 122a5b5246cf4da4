"""From asking for a roster to having it: search as a job, cancel, conflict, apply, discard; two tenants."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from attendance.models import AttendanceMonth, RosterBatch, RosterDay, RosterProposal, Shift
from attendance.queries.roster_problems import Need, Order, Wish
from attendance.queries.roster_proposals import preview
from attendance.services.roster_copies import undo_batch
from attendance.services.roster_proposals import (
    JOB,
    apply_proposal,
    discard_proposal,
    finish,
    plan,
    propose_roster,
    search_on,
)
from attendance.services.roster_publications import publish_roster
from attendance.services.rosters import assign_shift
from hrsaas.access.actors import Actor
from hrsaas.errors import DomainError, NotFound
from hrsaas.jobs.models import Job
from hrsaas.jobs.services.jobs import cancel
from hrsaas.people.models import OrgUnit
from hrsaas.tenancy.context import tenant_context

FIRST, END = date(2026, 3, 2), date(2026, 3, 9)
State = RosterProposal.State


@pytest.fixture
def shift(hospital):
    return Shift.objects.order_by("start_minute").first()


@pytest.fixture
def staff(people):
    return people("N1", "N2", "N3")


@pytest.fixture
def propose(staff, unit, shift, actor, now):
    def ask(**given):
        order = {"needs": (Need(shift.id, 1),), **given.pop("order", {})}
        asked = {"unit": unit, "first": FIRST, "end": END, "seconds": 6, **given}
        return propose_roster(**asked, order=Order(**order), actor=actor, now=now, publish=False)

    return ask


def search(row):
    """The steps of the job, as a worker does them."""
    for seconds in plan(row.id):
        search_on(proposal_id=row.id, seconds=seconds)
    finish(proposal_id=row.id)
    row.refresh_from_db()
    return row


def test_a_proposal_covers_what_is_needed_and_is_proven_the_best(propose, shift):
    row = search(propose())
    assert (row.state, row.cost, row.bound, row.gap_percent, row.findings) == (State.READY, 0, 0, 0.0, [])
    assert [sum(cell == shift.id for cell in day) for day in zip(*row.lines)] == [1] * 7
    assert row.changes == 7


def test_it_is_searched_in_slices_by_a_job_that_counts_cost_bound_and_gap(propose):
    row = propose(order={"needs": (Need(Shift.objects.first().id, 9),)}, seconds=12)
    assert plan(row.id) == [5, 5, 2]
    assert Job.objects.get(id=row.job_id).kind == JOB
    counts = [search_on(proposal_id=row.id, seconds=seconds).counts for seconds in plan(row.id)]
    row.refresh_from_db()
    assert sum(one.get("cost", 0) for one in counts) == row.cost > 0
    assert sum(one.get("bound", 0) for one in counts) == row.bound


def test_applying_writes_every_day_of_everybody_and_keeps_what_was_set_by_hand(propose, staff, shift, unit, actor, now):
    assign_shift(employee=staff[0], day=FIRST, shift=None, actor=actor, now=now)
    row = apply_proposal(proposal=search(propose()), actor=actor, now=now)
    assert (row.state, row.decided_by) == (State.APPLIED, actor.label)
    days = RosterDay.objects.filter(date__gte=FIRST, date__lt=END)
    assert days.count() == 21
    assert days.filter(shift=shift).count() == 7
    assert list(days.filter(by_hand=True).values_list("employee", "date", "shift")) == [(staff[0].id, FIRST, None)]


def test_what_it_changes_after_publication_is_told_and_can_be_taken_back(propose, shift, unit, actor, now):
    first = apply_proposal(proposal=search(propose()), actor=actor, now=now)
    assert RosterBatch.objects.get().changes.filter(published=False).count() == RosterDay.objects.count() == 21
    publish_roster(unit=unit, first=FIRST, end=END, reason="x", actor=actor, now=now)
    stood = dict(RosterDay.objects.values_list("id", "shift"))
    absent = next(one for one, line in zip(first.employee_ids, first.lines) if line[0] == shift.id)
    again = search(propose(order={"absences": ((absent, FIRST.isoformat()),), "change_weight": 5}))
    apply_proposal(proposal=again, actor=actor, now=now)
    step = RosterBatch.objects.latest("id")
    told = {(one.employee_id, one.old_shift_id, one.new_shift_id) for one in step.changes.filter(published=True)}
    (other,) = {one for one, _old, _new in told} - {absent}
    assert (step.kind, step.changes.count()) == ("proposal", 2)
    assert told == {(absent, shift.id, None), (other, None, shift.id)}
    undo_batch(batch=step, actor=actor, now=now)
    assert dict(RosterDay.objects.values_list("id", "shift")) == stood


def test_a_proposal_that_no_longer_fits_is_refused_and_nothing_is_written(propose, staff, shift, actor, now):
    row = search(propose())
    worker = next(one for one, line in zip(row.employee_ids, row.lines) if line[0] == shift.id)
    person = next(one for one in staff if one.id == worker)
    assign_shift(employee=person, day=FIRST, shift=None, actor=actor, now=now)
    before = RosterDay.objects.count()
    with pytest.raises(DomainError) as refused:
        apply_proposal(proposal=row, actor=actor, now=now)
    assert refused.value.code == "attendance.proposal.stale"
    assert refused.value.extra["findings"] == [{"rule": "fixed", "employee": worker, "days": ["2026-03-02"]}]
    assert RosterDay.objects.count() == before


def test_a_proposal_is_decided_once(propose, actor, now):
    row = discard_proposal(proposal=search(propose()), actor=actor, now=now)
    assert row.state == State.DISCARDED
    with pytest.raises(DomainError) as refused:
        apply_proposal(proposal=row, actor=actor, now=now)
    assert refused.value.code == "attendance.proposal.not_ready"


def test_rules_that_contradict_each_other_are_named(propose, staff, shift, actor, now):
    for day in range(4):
        assign_shift(employee=staff[1], day=FIRST + timedelta(days=day), shift=shift, actor=actor, now=now)
    row = search(propose(order={"max_on": 2}))
    assert row.state == State.IMPOSSIBLE
    assert {one["employee"] for one in row.findings} == {staff[1].id}
    assert {one["rule"]: len(one["days"]) for one in row.findings} == {"fixed": 3, "max_on": 0}


def test_too_few_people_are_a_finding_with_shift_and_day(propose, shift):
    row = search(propose(order={"needs": (Need(shift.id, 0), Need(shift.id, 4, weekday=2))}))
    short, why = row.findings
    assert short == {"rule": "cover", "shift": shift.id, "days": ["2026-03-04"], "missing": 1}
    assert why["needs"] == [{"day": "2026-03-04", "shift": shift.id, "required": 4}]
    assert (why["rule"], why["because"]) == ("cover_conflict", [])


def test_a_shift_that_cannot_be_filled_says_whose_rules_stand_against_it(propose, staff, shift, actor, now):
    assign_shift(employee=staff[0], day=FIRST, shift=None, actor=actor, now=now)
    row = search(propose(order={"needs": (Need(shift.id, 3, weekday=0),)}))
    assert row.findings[-1]["because"] == [{"rule": "fixed", "employee": staff[0].id, "days": ["2026-03-02"]}]
    assert str(staff[0]) in preview(row).findings[-1]


def test_an_absence_is_planned_around_with_the_fewest_changes(propose, shift, actor, now):
    first = apply_proposal(proposal=search(propose()), actor=actor, now=now)
    absent = next(one for one, line in zip(first.employee_ids, first.lines) if line[0] == shift.id)
    row = search(propose(order={"absences": ((absent, FIRST.isoformat()),), "change_weight": 5}))
    assert row.changes == 2
    apply_proposal(proposal=row, actor=actor, now=now)
    free = RosterDay.objects.get(employee_id=absent, date=FIRST)
    assert free.shift is None


def test_a_wish_is_kept_where_it_costs_nobody(propose, staff, shift):
    wish = Wish(staff[2].id, "2026-03-05", shift.id, 3, wanted=True)
    row = search(propose(order={"wishes": (wish,)}))
    assert row.lines[row.employee_ids.index(staff[2].id)][3] == shift.id


def test_cancelling_leaves_the_best_so_far_to_decide_on(propose, actor, now):
    row = propose()
    search_on(proposal_id=row.id, seconds=3)
    Job.objects.filter(id=row.job_id).update(state=Job.State.QUEUED)
    cancel(job=Job.objects.get(id=row.job_id), actor=actor, now=now)
    row.refresh_from_db()
    assert (row.state, row.cost) == (State.READY, 0)


def test_cancelling_before_there_is_a_roster_leaves_nothing(propose, actor, now):
    row = propose()
    cancel(job=Job.objects.get(id=row.job_id), actor=actor, now=now)
    row.refresh_from_db()
    assert row.state == State.FAILED


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"end": FIRST}, "attendance.proposal.size"),
        ({"end": FIRST + timedelta(days=93)}, "attendance.proposal.size"),
        ({"seconds": 601}, "attendance.proposal.size"),
        ({"order": {"needs": ()}}, "attendance.proposal.needs"),
        ({"order": {"needs": (Need(0, 1),)}}, "attendance.proposal.needs"),
        ({"first": date(2020, 1, 1), "end": date(2020, 2, 1)}, "attendance.proposal.people"),
    ],
)
def test_what_is_too_large_or_says_nothing_is_refused(propose, given, code):
    with pytest.raises(DomainError) as refused:
        propose(**given)
    assert refused.value.code == code
    assert not RosterProposal.objects.exists()


def test_a_locked_month_takes_no_proposal(propose, now):
    month = AttendanceMonth.objects.create(start_date=date(2026, 3, 1))
    AttendanceMonth.objects.filter(id=month.id).update(state="locked", locked_at=now, locked_by="x", digest="0" * 64)
    with pytest.raises(DomainError) as refused:
        propose()
    assert refused.value.code == "attendance.month.locked"


def test_another_units_people_are_not_there_for_a_manager(propose, staff, unit, shift, now):
    manager = Actor("m", frozenset({"attendance.roster.change", "attendance.roster.view"}), unit_ids=frozenset({0}))
    with pytest.raises(NotFound):
        propose_roster(unit=unit, first=FIRST, end=END, order=Order(needs=(Need(shift.id, 1),)), actor=manager, now=now)


def test_the_other_tenant_sees_no_proposal_and_keeps_its_roster(propose, tenant_b, actor, now):
    with tenant_context(tenant_b.id):
        before = list(RosterDay.objects.values_list("id", flat=True))
    apply_proposal(proposal=search(propose()), actor=actor, now=now)
    with tenant_context(tenant_b.id):
        assert not RosterProposal.objects.exists()
        assert list(RosterDay.objects.values_list("id", flat=True)) == before
        assert OrgUnit.objects.count() == 1
