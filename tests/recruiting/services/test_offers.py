"""From an offer to an employee: approved by somebody else, hired once, with assignment and probation goals."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from hrsaas.access.rules.permissions import ROLE_PERMISSIONS, Role
from hrsaas.people.models import Employee
from hrsaas.tenancy.context import tenant_context
from performance.models import Goal
from recruiting.models import Application, Candidate, Offer
from recruiting.services.candidates import advance, reject
from recruiting.services.offers import accept_offer, decline_offer, send_offer, submit_offer
from recruiting.services.refusals import add_months


def test_acceptance_hires_with_assignment_and_probation_goals(alpha):
    application = alpha.application(phone="13812345678")
    employee = accept_offer(offer=alpha.sent(application), code="E100", **alpha.by)
    terms = employee.assignments.get()
    assert (employee.name, employee.phone, employee.hire_date) == ("王小明", "13812345678", date(2026, 4, 15))
    assert (terms.unit, terms.position, terms.base_pay_fen) == (
        alpha.organisation.shop, alpha.organisation.cashier, 800_000,
    )  # fmt: skip
    goals = {goal.kpi.code: goal for goal in Goal.objects.filter(employee=employee).select_related("kpi")}
    assert goals.keys() == {"ai_resolution_rate", "csat"}
    csat = goals["csat"]
    assert (csat.floor, csat.target, csat.stretch) == (Decimal("3.8"), Decimal("4.2"), Decimal("4.5"))
    assert (csat.start_date, csat.end_date) == (date(2026, 4, 15), date(2026, 7, 15))
    offer, candidate = Offer.objects.get(), Candidate.objects.get()
    assert (offer.state, offer.employee, candidate.state, candidate.employee) == (
        "accepted", employee, "hired", employee,
    )  # fmt: skip
    assert Application.objects.get().state == "hired"


def test_a_recruiter_needs_no_other_right_to_hire_by_an_approved_offer(alpha):
    recruiter = replace(alpha.recruiter, permissions=ROLE_PERMISSIONS[Role.RECRUITER])
    employee = accept_offer(offer=alpha.sent(alpha.application()), code="E1", actor=recruiter, now=alpha.now)
    assert Goal.objects.filter(employee=employee).count() == 2


def test_a_number_that_is_taken_hires_nobody_and_leaves_the_offer_open(alpha, refused):
    accept_offer(offer=alpha.sent(alpha.application()), code="E1", **alpha.by)
    offer = alpha.sent(alpha.application("李小红"))
    with refused("people.employee.code_taken"):
        accept_offer(offer=offer, code="E1", **alpha.by)
    assert (Employee.objects.count(), Offer.objects.get(pk=offer.pk).state) == (1, "sent")


def test_an_offer_is_sent_only_after_somebody_else_approved_it(alpha, refused):
    offer = alpha.draft(alpha.application())
    with refused("recruiting.offer.state"):
        send_offer(offer=offer, **alpha.by)
    submit_offer(offer=offer, **alpha.by)
    with refused("approvals.request.own"):
        alpha.decide(offer, actor=alpha.recruiter)
    alpha.decide(offer, approve=False)
    assert Offer.objects.get().state == "draft"


@pytest.mark.parametrize("verb", [submit_offer, send_offer, decline_offer])
def test_an_accepted_offer_takes_no_other_step(alpha, refused, verb):
    offer = alpha.sent(alpha.application())
    accept_offer(offer=offer, code="E1", **alpha.by)
    with refused("recruiting.offer.state"):
        verb(offer=offer, **alpha.by)
    with refused("recruiting.offer.state"):
        accept_offer(offer=offer, code="E2", **alpha.by)


def test_after_a_declined_offer_there_may_be_another(alpha, refused):
    offer = alpha.sent(alpha.application())
    with refused("recruiting.application.state"):
        alpha.draft(Application.objects.get())
    decline_offer(offer=offer, **alpha.by)
    application = Application.objects.select_related("candidate", "profile").get()
    assert application.state == "interview"
    alpha.draft(application)
    with refused("recruiting.offer.open"):
        alpha.draft(application)


def test_applications_move_forward_and_a_rejection_needs_a_reason(alpha, refused):
    application = advance(application=alpha.application(), state="interview", **alpha.by)
    with refused("recruiting.application.state"):
        advance(application=application, state="screening", **alpha.by)
    with refused("recruiting.text.missing"):
        reject(application=application, reason=" ", **alpha.by)
    assert reject(application=application, reason="经验不足", **alpha.by).state == "rejected"
    with refused("recruiting.application.state"):
        alpha.draft(application)


def test_one_tenants_offer_is_nothing_in_the_other(alpha, beta, tenant_b):
    offer = alpha.sent(alpha.application())
    with tenant_context(tenant_b.id), pytest.raises(Offer.DoesNotExist):
        accept_offer(offer=offer, code="E1", actor=beta.recruiter, now=beta.now)
    with tenant_context(tenant_b.id):
        assert (Employee.objects.count(), Candidate.objects.count()) == (0, 0)


@pytest.mark.parametrize(
    ("day", "months", "end"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2026, 10, 15), 3, date(2027, 1, 15)),
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
        (date(2026, 4, 1), 6, date(2026, 10, 1)),
    ],
)
def test_probation_ends_on_the_same_day_of_a_later_month_or_its_last(day, months, end):
    assert add_months(day, months) == end
