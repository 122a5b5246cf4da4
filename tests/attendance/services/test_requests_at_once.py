"""Two at the same moment, with real transactions: limits hold, and what is decided is decided once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from attendance.models import (
    AttendanceMonth,
    AttendanceSettings,
    Correction,
    DayResult,
    LeaveEntry,
    MonthUnlock,
    OpenShift,
    OvertimeRequest,
    Punch,
    RosterDay,
    Shift,
    ShiftSwap,
    Status,
    Timesheet,
)
from attendance.services.corrections import NewCorrection, ask_correction
from attendance.services.day_results import compute_month
from attendance.services.leave_types import install_leave_types
from attendance.services.month_unlocks import ask_unlock
from attendance.services.months import lock_month
from attendance.services.open_shifts import open_shifts, take_open_shift
from attendance.services.overtime_effects import NewOvertime
from attendance.services.overtime_requests import ask_overtime
from attendance.services.punches import PunchRow, record_punches
from attendance.services.rosters import assign_shift, plan_roster
from attendance.services.shift_swaps import NewSwap, ask_swap
from hrsaas.access.actors import Origin
from hrsaas.access.queries.actors import actor_for_user
from hrsaas.access.rules.permissions import Role
from hrsaas.errors import DomainError
from hrsaas.people.models import OrgUnit
from hrsaas.tenancy.context import tenant_context
from tests.attendance.conftest import MARCH, _settle, at, hire_people
from tests.attendance.requests_team import Team, make_team, settle
from tests.factories import make_user

DAY = date(2026, 3, 23)


@pytest.fixture
def committed(live_db: None, tenant_a: Any, tenant_b: Any, actor: Any, now: Any) -> Team:
    """Committed hospitals in both tenants; the team is alpha's."""
    for tenant in (tenant_b, tenant_a):
        with tenant_context(tenant.id):
            _settle("healthcare", actor, now)
            team = make_team(lambda *codes: hire_people(codes, actor=actor, now=now), now)
    return team


def at_once(calls: Sequence[Callable[[], Any]], tenant: Any) -> list[str]:
    """Run them together; ``done`` or the refusal's code of each, sorted."""
    together = Barrier(len(calls))

    def run(call: Callable[[], Any]) -> str:
        try:
            with tenant_context(tenant.id):
                together.wait(timeout=10)
                call()
                return "done"
        except DomainError as error:
            return error.code
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        return sorted(pool.map(run, calls))


def ask(team: Team, minute: int, now: Any) -> Correction:
    wanted = NewCorrection(team.nurse, DAY, "out", at(f"2026-03-23T16:{minute:02}"), "忘记打卡")
    return ask_correction(wanted=wanted, actor=team["nurse"], now=now)


def test_two_corrections_cannot_pass_the_limit_together(committed, tenant_a, now):
    with tenant_context(tenant_a.id):
        AttendanceSettings.objects.update(correction_limit=1)
    calls = [lambda minute=minute: ask(committed, minute, now) for minute in (1, 2)]
    assert at_once(calls, tenant_a) == ["attendance.request.limit", "done"]
    with tenant_context(tenant_a.id):
        assert Correction.objects.count() == 1


def test_two_approvers_at_once_append_one_punch(committed, tenant_a, now):
    """The same manager in two windows: one decides, the other is told that it is decided."""
    with tenant_context(tenant_a.id):
        asked = ask(committed, 2, now)
    calls = [lambda: settle(asked, committed["boss"], now)] * 2
    outcomes = at_once_or_gone(calls, tenant_a)
    assert outcomes.count("done") == 1
    with tenant_context(tenant_a.id):
        assert Punch.objects.count() == 1
        assert Correction.objects.get().state == "approved"


def test_two_who_agree_to_an_unlocking_at_once_open_the_month_once(committed, tenant_a, actor, now):
    with tenant_context(tenant_a.id):
        other = actor_for_user(make_user(Role.HR_ADMIN, now=now), Origin())
        compute_month(month=MARCH, actor=actor, now=now)
        lock_month(month=MARCH, actor=actor, now=now)
        asked = ask_unlock(month=MARCH, reason="补卡", actor=committed["clerk"], now=now)
    calls = [lambda by=by: settle(asked, by, now) for by in (committed["hr"], other)]
    assert at_once_or_gone(calls, tenant_a).count("done") == 1
    with tenant_context(tenant_a.id):
        month = AttendanceMonth.objects.get(start_date=MARCH)
        assert (month.is_locked, month.version) == (False, 3)
        assert MonthUnlock.objects.get().state == "approved"


def test_a_month_computed_twice_at_once_has_every_day_once(committed, tenant_a, actor, now):
    """Who comes second meets rows that were not there when they looked."""
    with tenant_context(tenant_a.id):
        plan_roster(first=MARCH, end=date(2026, 4, 1), actor=actor, now=now)
    calls = [lambda: compute_month(month=MARCH, actor=actor, now=now)] * 2
    assert at_once(calls, tenant_a) == ["done", "done"]
    with tenant_context(tenant_a.id):
        assert DayResult.objects.count() == 3 * 31
        assert Timesheet.objects.count() == 3


def test_two_late_punches_of_a_person_at_once_both_count(committed, tenant_a, actor, now):
    """One row holds all days of the month: who writes second must have seen what the first counted."""
    with tenant_context(tenant_a.id):
        plan_roster(first=MARCH, end=date(2026, 4, 1), actor=actor, now=now)
        compute_month(month=MARCH, actor=actor, now=now)
        days = list(DayResult.objects.filter(employee=committed.nurse, shift__isnull=False).order_by("date")[:8])

    def punch(day: date) -> None:
        rows = [PunchRow(committed.nurse.code, at(f"{day}T12:00"))]
        record_punches(rows=rows, source=str(day), actor=actor, now=now)

    assert at_once([lambda day=one.date: punch(day) for one in days], tenant_a) == ["done"] * 8
    with tenant_context(tenant_a.id):
        assert DayResult.objects.filter(employee=committed.nurse, status=Status.MISSING_PUNCH).count() > 2
        again = compute_month(month=MARCH, actor=actor, now=now)
        assert (again.days_written, again.timesheets_written) == (0, 0), "all of it had been counted"


def at_once_or_gone(calls: Sequence[Callable[[], Any]], tenant: Any) -> list[str]:
    """As ``at_once``; who comes too late may also find nothing that waits any more."""
    from hrsaas.approvals.models import ApprovalRequest

    def patient(call: Callable[[], Any]) -> Callable[[], Any]:
        def run() -> None:
            try:
                call()
            except ApprovalRequest.DoesNotExist as error:
                raise DomainError("approvals.request.finished", zh="", en="") from error

        return run

    outcomes = at_once([patient(call) for call in calls], tenant)
    assert set(outcomes) == {"done", "approvals.request.finished"}
    return outcomes


def test_one_open_shift_is_taken_by_one_of_two(committed, tenant_a, actor, now):
    with tenant_context(tenant_a.id):
        unit, shift = OrgUnit.objects.get(code="U"), Shift.objects.get(code="A")
        (row,) = open_shifts(unit=unit, day=date(2026, 4, 6), shift=shift, actor=actor, now=now)
    calls = [
        lambda name=name: take_open_shift(
            open_shift=row, employee=getattr(committed, name), actor=committed[name], now=now
        )
        for name in ("nurse", "mate")
    ]
    assert at_once(calls, tenant_a) == ["attendance.open_shift.gone", "done"]
    with tenant_context(tenant_a.id):
        assert RosterDay.objects.count() == 1
        assert OpenShift.objects.get().taken_by_id in (committed.nurse.id, committed.mate.id)


def test_two_approvers_at_once_credit_time_off_once(committed, tenant_a, actor, now):
    """The same manager in two windows, and the month computed meanwhile: one lot, one entry."""
    with tenant_context(tenant_a.id):
        install_leave_types(actor=actor, now=now)
        day = date(2026, 3, 28)
        assign_shift(employee=committed.nurse, day=day, shift=None, actor=actor, now=now)
        rows = [PunchRow("E1", at("2026-03-28T09:00")), PunchRow("E1", at("2026-03-28T13:00"))]
        record_punches(rows=rows, source="door", actor=actor, now=now)
        compute_month(month=MARCH, actor=actor, now=now)
        wanted = NewOvertime(committed.nurse, day, 540, 720, compensation="time_off", reason="手术")
        asked = ask_overtime(asked=wanted, actor=committed["nurse"], now=now)
    calls = [lambda: settle(asked, committed["boss"], now)] * 2
    assert at_once_or_gone(calls, tenant_a).count("done") == 1
    at_once([lambda: compute_month(month=MARCH, actor=actor, now=now)] * 2, tenant_a)
    with tenant_context(tenant_a.id):
        assert list(LeaveEntry.objects.values_list("kind", "amount")) == [("overtime", 180)]
        assert OvertimeRequest.objects.get().state == "approved"


def test_two_requests_for_the_same_overtime_at_once_leave_one(committed, tenant_a, now):
    wanted = NewOvertime(committed.nurse, date(2026, 4, 2), minutes=60, reason="手术")
    calls = [lambda: ask_overtime(asked=wanted, actor=committed["nurse"], now=now)] * 2
    assert at_once(calls, tenant_a) == ["attendance.request.twice", "done"]


def test_of_two_swaps_of_one_shift_approved_at_once_one_is_done_and_one_fails(committed, tenant_a, actor, now):
    """Both asked to swap their shifts of the same day: done twice it would be as before."""
    day = date(2026, 4, 6)
    with tenant_context(tenant_a.id):
        shift = Shift.objects.get(code="A")
        assign_shift(employee=committed.nurse, day=day, shift=shift, actor=actor, now=now)
        assign_shift(employee=committed.mate, day=day, shift=Shift.objects.get(code="N"), actor=actor, now=now)
        pairs = (("nurse", committed.nurse, committed.mate), ("mate", committed.mate, committed.nurse))
        swaps = []
        for name, one, other in pairs:
            wanted = NewSwap(one, other, day, day, reason="换班")
            swaps.append(ask_swap(asked=wanted, actor=committed[name], now=now))
            settle(swaps[-1], committed["mate" if name == "nurse" else "nurse"], now)
    calls = [lambda swap=swap: settle(swap, committed["boss"], now) for swap in swaps]
    assert at_once(calls, tenant_a) == ["done", "done"]
    with tenant_context(tenant_a.id):
        assert sorted(ShiftSwap.objects.values_list("state", flat=True)) == ["approved", "failed"]
        rows = RosterDay.objects.filter(date=day).select_related("shift")
        assert {row.employee_id: row.shift.code for row in rows} == {committed.nurse.pk: "N", committed.mate.pk: "A"}
