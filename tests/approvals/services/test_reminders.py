"""Overdue steps are noted, once a day, and only those that are to be decided now."""

from __future__ import annotations

from datetime import timedelta

from hrsaas.access.rules.permissions import Role
from hrsaas.approvals.services.reminders import remind
from hrsaas.approvals.services.requests import by_manager, by_role
from hrsaas.tenancy.context import tenant_context


def test_an_overdue_step_is_reminded_once_a_day(ask, now):
    request = ask(by_manager(due_in=timedelta(hours=8)), by_role(Role.HR_ADMIN, due_in=timedelta(hours=8)))
    late = now + timedelta(hours=9)
    assert remind(now=now + timedelta(hours=7)) == 0
    assert remind(now=late) == 1
    assert remind(now=late + timedelta(hours=1)) == 0
    assert remind(now=late + timedelta(hours=24)) == 1
    first, second = request.steps.order_by("order")
    assert (first.reminded_at, second.reminded_at) == (late + timedelta(hours=24), None)


def test_reminders_stay_within_the_tenant(ask, now, tenant_b):
    ask(by_manager(due_in=timedelta(hours=8)))
    with tenant_context(tenant_b.id):
        assert remind(now=now + timedelta(days=1)) == 0
