"""Opening a locked month takes two people, also for who writes SQL."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from attendance.models import AttendanceMonth, MonthUnlock
from attendance.services.month_unlocks import ask_unlock
from hrsaas.access.models import User
from hrsaas.approvals.models import ApprovalRequest
from hrsaas.approvals.services.requests import withdraw
from hrsaas.audit.models import Entry
from hrsaas.errors import DomainError
from tests.attendance.conftest import MARCH
from tests.attendance.requests_team import settle


@pytest.fixture
def locked(team, close) -> AttendanceMonth:
    close()
    return AttendanceMonth.objects.get(start_date=MARCH)


def refusal(call) -> str:
    with pytest.raises(DomainError) as refused, transaction.atomic():
        call()
    return refused.value.code


def ask(actor, now, reason="补录打卡"):
    return ask_unlock(month=MARCH, reason=reason, actor=actor, now=now)


def test_asking_opens_nothing_and_the_second_person_opens(locked, team, now):
    unlock = ask(team["clerk"], now)
    locked.refresh_from_db()
    assert locked.is_locked
    settle(unlock, team["hr"], now)
    locked.refresh_from_db()
    unlock.refresh_from_db()
    assert (locked.is_locked, locked.digest) == (False, "")
    assert (unlock.state, unlock.decided_by_id) == ("approved", team["hr"].user_id)
    entries = Entry.objects.filter(action__in=["attendance.unlock.ask", "attendance.month.unlock"])
    assert list(entries.order_by("id").values_list("actor_label", flat=True)) == [team["clerk"].label, team["hr"].label]


def test_the_maker_cannot_check(locked, team, now):
    unlock = ask(team["hr"], now)  # the only HR admin, so that a clerk is asked
    assert refusal(lambda: settle(unlock, team["hr"], now)) == "approvals.request.own"
    settle(unlock, team["clerk"], now)
    locked.refresh_from_db()
    assert not locked.is_locked


def test_a_deputy_without_the_right_to_lock_cannot_open(locked, team, now):
    from hrsaas.approvals.services.delegations import delegate

    today = now.date()
    deputy = User.objects.get(id=team["boss"].user_id)
    delegate(
        to_user=deputy, start_date=today, end_date=today + timedelta(days=5), actor=team["hr"], now=now
    )  # fmt: skip
    unlock = ask(team["clerk"], now)
    assert refusal(lambda: settle(unlock, team["boss"], now)) == "access.not_allowed"
    locked.refresh_from_db()
    assert locked.is_locked


def test_rejected_or_taken_back_it_stays_locked_and_may_be_asked_again(locked, team, now):
    first = ask(team["clerk"], now)
    settle(first, team["hr"], now, approve=False)
    second = ask(team["clerk"], now)
    withdraw(request=ApprovalRequest.objects.get(subject_id=second.id), actor=team["clerk"], now=now)
    locked.refresh_from_db()
    assert locked.is_locked
    states = MonthUnlock.objects.order_by("id").values_list("state", flat=True)
    assert list(states) == ["rejected", "withdrawn"]
    ask(team["clerk"], now)


def test_what_asking_refuses(locked, team, actor, now):
    assert refusal(lambda: ask(team["clerk"], now, reason=" ")) == "attendance.month.reason"
    assert refusal(lambda: ask(team["nurse"], now)) == "access.not_allowed"
    assert refusal(lambda: ask(actor, now)) == "attendance.month.person_needed"
    ask(team["clerk"], now)
    assert refusal(lambda: ask(team["hr"], now)) == "attendance.month.unlock_asked"
    april = MARCH.replace(month=4)
    again = lambda: ask_unlock(month=april, reason="x", actor=team["clerk"], now=now)  # noqa: E731
    assert refusal(again) == "attendance.month.not_locked"


def test_where_nobody_else_could_agree_it_says_so(people, close, now):
    from hrsaas.access.actors import Origin
    from hrsaas.access.queries.actors import actor_for_user
    from hrsaas.access.rules.permissions import Role
    from tests.factories import make_user

    people("E1")
    close()
    alone = actor_for_user(make_user(Role.HR_ADMIN, now=now), Origin())
    assert refusal(lambda: ask(alone, now)) == "attendance.month.nobody_else"


def test_an_approval_opens_the_lock_it_was_asked_for_and_no_later_one(locked, team, close, now):
    settle(ask(team["clerk"], now), team["hr"], now)
    close(now=now + timedelta(hours=1))
    assert AttendanceMonth.objects.get(start_date=MARCH).is_locked
    assert _sql("UPDATE attendance_attendancemonth SET state = 'open', locked_at = NULL, version = version + 1")
    assert AttendanceMonth.objects.get(start_date=MARCH).is_locked


def test_the_database_itself_wants_two_people(locked, team, now):
    open_it = "UPDATE attendance_attendancemonth SET state = 'open', locked_at = NULL, version = version + 1"
    assert "two people" in _sql(open_it)
    unlock = ask(team["clerk"], now)
    assert "two people" in _sql(open_it)
    approve = "UPDATE attendance_monthunlock SET state = 'approved', decided_at = now(), decided_by_id = {}"
    assert "attendance_unlock_two_people" in _sql(approve.format(team["clerk"].user_id))
    assert "attendance_unlock_decided" in _sql(approve.format("NULL"))
    assert _sql(f"UPDATE attendance_monthunlock SET asked_by_id = {team['hr'].user_id}")
    assert _sql("DELETE FROM attendance_monthunlock")
    settle(unlock, team["hr"], now, approve=False)
    assert _sql("UPDATE attendance_monthunlock SET state = 'approved'")


def _sql(statement: str) -> str:
    """What the database says against it."""
    with pytest.raises(DatabaseError) as refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    return str(refused.value)
