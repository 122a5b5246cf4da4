"""Nobody decides his own request; steps are decided in order by who was asked; the outcome is part of the decision."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from hrsaas.access.models import User
from hrsaas.access.rules.permissions import Role
from hrsaas.approvals.kinds import ApprovalKind, register
from hrsaas.approvals.models import ApprovalRequest, ApprovalStep
from hrsaas.approvals.queries.requests import inbox
from hrsaas.approvals.services.delegations import delegate, end_delegation
from hrsaas.approvals.services.requests import by_manager, by_person, by_role, decide, withdraw
from hrsaas.audit.models import Entry
from hrsaas.errors import DomainError, NotAllowed
from hrsaas.tenancy.context import tenant_context
from tests.approvals.conftest import KIND


@pytest.fixture
def say(now):
    def make(request, actor, approve=True, comment=""):
        return decide(request=request, approve=approve, comment=comment, actor=actor, now=now)

    return make


def refused(code):
    return pytest.raises(DomainError, check=lambda error: error.code == code)


def test_steps_are_decided_in_their_order_and_the_last_approval_runs_the_outcome(ask, say, team, outcomes, now):
    request = ask(by_manager(), by_role(Role.HR_ADMIN))
    assert list(inbox(team.hr, now=now)) == []
    assert list(inbox(team.boss, now=now)) == [request]
    with refused("approvals.request.not_yours"):
        say(request, team.hr)
    assert say(request, team.boss, comment="fine").state == "pending"
    assert outcomes == []
    assert list(inbox(team.hr, now=now)) == [request]
    done = say(request, team.hr)
    assert (done.state, done.finished_at, outcomes) == ("approved", now, [("approved", "approved")])
    first, second = request.steps.order_by("order")
    assert (first.state, first.decided_by_id, first.comment) == ("approved", team.boss.user_id, "fine")
    assert (second.state, second.decided_by_id) == ("approved", team.hr.user_id)
    actions = list(Entry.objects.order_by("id").values_list("action", flat=True))
    assert actions == [f"approvals.{KIND}.{verb}" for verb in ("submit", "approve", "approve")]


def test_a_rejection_ends_the_request_at_once(ask, say, team, outcomes):
    request = ask(by_manager(), by_role(Role.HR_ADMIN))
    assert say(request, team.boss, approve=False, comment="no").state == "rejected"
    assert outcomes == [("rejected", "rejected")]
    assert list(request.steps.order_by("order").values_list("state", flat=True)) == ["rejected", "skipped"]
    with refused("approvals.request.finished"):
        say(request, team.hr)


def test_the_maker_is_never_the_checker_even_with_the_role(ask, say, team):
    request = ask(by_role(Role.HR_ADMIN), actor=team.hr)
    with refused("approvals.request.own"):
        say(request, team.hr)


def test_the_database_refuses_a_maker_who_decides(ask, team, now):
    request = ask(by_role(Role.HR_ADMIN), actor=team.hr)
    with pytest.raises(IntegrityError, match="approvals_step_maker_checker"), transaction.atomic():
        request.steps.update(state="approved", decided_by_id=team.hr.user_id, decided_at=now)


def test_the_requester_cannot_be_named_as_decider(ask, team):
    with refused("approvals.request.own_step"):
        ask(by_person(team.maker.user_id))


def test_a_named_person_decides(ask, say, team):
    request = ask(by_person(team.deputy.user_id))
    with refused("approvals.request.not_yours"):
        say(request, team.boss)
    assert say(request, team.deputy).state == "approved"


def test_who_has_no_manager_is_decided_by_an_hr_admin(ask, say, team):
    request = ask(by_manager(), actor=team.boss)
    assert request.steps.get().role == "hr_admin"
    assert say(request, team.hr).state == "approved"


def test_the_manager_of_another_employee_can_be_asked(ask, team):
    request = ask(by_manager(employee_id=team.maker.employee_id), actor=team.hr)
    assert request.steps.get().user_id == team.boss.user_id


def test_a_delegate_decides_for_the_manager_on_the_days_of_the_delegation(ask, say, team, now):
    request = ask(by_manager())
    today = now.date()
    delegation = delegate(
        to_user=User.objects.get(id=team.deputy.user_id), start_date=today, end_date=today + timedelta(days=1),
        actor=team.boss, now=now,
    )  # fmt: skip
    assert list(inbox(team.deputy, now=now)) == [request]
    assert list(inbox(team.deputy, now=now + timedelta(days=1))) == []
    assert say(request, team.deputy).state == "approved"
    step = request.steps.get()
    assert (step.user_id, step.decided_by_id) == (team.boss.user_id, team.deputy.user_id)
    end_delegation(delegation=delegation, actor=team.boss, now=now)
    assert list(inbox(team.deputy, now=now)) == []


def test_the_maker_cannot_decide_as_his_managers_delegate(ask, say, team, now):
    request = ask(by_manager())
    maker = User.objects.get(id=team.maker.user_id)
    today = now.date()
    delegate(to_user=maker, start_date=today, end_date=today + timedelta(days=9), actor=team.boss, now=now)
    assert list(inbox(team.maker, now=now)) == []
    with refused("approvals.request.own"):
        say(request, team.maker)


def test_a_delegation_can_be_given_and_ended_only_by_the_one_it_is_for(team, now):
    deputy, today = User.objects.get(id=team.deputy.user_id), now.date()
    with refused("approvals.delegation.self"):
        delegate(to_user=deputy, start_date=today, end_date=today + timedelta(days=1), actor=team.deputy, now=now)
    with refused("approvals.delegation.dates"):
        delegate(to_user=deputy, start_date=today, end_date=today, actor=team.boss, now=now)
    given = delegate(to_user=deputy, start_date=today, end_date=today + timedelta(days=1), actor=team.boss, now=now)
    with pytest.raises(NotAllowed):
        end_delegation(delegation=given, actor=team.deputy, now=now)


def test_deciding_needs_the_permission_as_well(ask, say, team):
    request = ask(by_manager())
    with pytest.raises(NotAllowed):
        say(request, replace(team.boss, permissions=frozenset({"approvals.request.view"})))


def test_a_second_request_about_the_same_waits_for_the_first(ask, say, team):
    request = ask(by_manager())
    with refused("approvals.request.pending"):
        ask(by_manager())
    say(request, team.boss)
    assert ask(by_manager()).state == "pending"


def test_the_requester_alone_withdraws(ask, say, team, outcomes, now):
    request = ask(by_manager())
    with refused("approvals.request.not_requester"):
        withdraw(request=request, actor=team.boss, now=now)
    assert withdraw(request=request, actor=team.maker, now=now).state == "withdrawn"
    assert outcomes == [("rejected", "withdrawn")]


def test_an_outcome_that_fails_leaves_the_request_undecided(ask, say, team):
    def fail(request, actor, now):
        raise DomainError("test.refused", zh="不行", en="No")

    register(ApprovalKind(KIND, "录用", "Offer", fail, fail))
    request = ask(by_manager())
    with refused("test.refused"), transaction.atomic():
        say(request, team.boss)
    request.refresh_from_db()
    assert (request.state, request.steps.get().state) == ("pending", "waiting")


def test_another_tenant_sees_and_decides_nothing(ask, say, team, person, tenant_b, now):
    request = ask(by_role(Role.HR_ADMIN))
    stranger = person("hr", tenant_id=tenant_b.id)
    with tenant_context(tenant_b.id):
        assert list(inbox(stranger, now=now)) == []
        assert not ApprovalRequest.across_tenants.exists()
        assert not ApprovalStep.across_tenants.exists()
        with pytest.raises(ApprovalRequest.DoesNotExist):
            say(request, stranger)


def test_an_inbox_costs_the_same_however_many_wait(ask, team, employee, now, django_assert_num_queries):
    for number in range(5):
        ask(by_manager(), subject=employee(f"e{number}"))
    with django_assert_num_queries(3):
        assert len(inbox(team.boss, now=now)) == 5
