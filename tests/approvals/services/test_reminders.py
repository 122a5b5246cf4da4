"""Who can decide an overdue step gets a mail, once a day, in the own language, and nobody else does."""

from __future__ import annotations

import smtplib
from datetime import timedelta

import pytest

from hrsaas.access.models import Membership, User
from hrsaas.access.rules.permissions import Role
from hrsaas.approvals.models import ApprovalRequest
from hrsaas.approvals.services.delegations import delegate
from hrsaas.approvals.services.reminders import remind
from hrsaas.approvals.services.requests import by_manager, by_person, by_role, decide
from hrsaas.approvals.tasks import remind_approvals
from hrsaas.people.models import Employee
from hrsaas.tenancy.context import tenant_context

SOON = timedelta(hours=8)


@pytest.fixture
def late(now):
    return now + timedelta(hours=9)


def receivers(mails):
    """E-mail → how many mails."""
    assert all(len(mail.to) == 1 and not mail.cc and not mail.bcc for mail in mails)
    found = sorted(mail.to[0].removesuffix("@example.test") for mail in mails)
    assert len(found) == len(set(found)), "one mail to each"
    return found


def test_an_overdue_step_is_reminded_once_a_day(ask, now, late, mailoutbox):
    request = ask(by_manager(due_in=SOON), by_role(Role.HR_ADMIN, due_in=SOON))
    assert remind(now=now + timedelta(hours=7)) == 0
    assert remind(now=late) == 1
    assert remind(now=late + timedelta(hours=1)) == 0
    assert receivers(mailoutbox) == ["boss"]
    assert remind(now=late + timedelta(hours=24)) == 1
    assert len(mailoutbox) == 2
    first, second = request.steps.order_by("order")
    assert (first.reminded_at, second.reminded_at) == (late + timedelta(hours=24), None)


def test_every_step_is_due_after_a_day_unless_the_kind_says_else(ask, now, mailoutbox):
    ask(by_manager())
    assert remind(now=now + timedelta(hours=23)) == 0
    assert remind(now=now + timedelta(hours=24)) == 1
    assert receivers(mailoutbox) == ["boss"]


def test_a_decided_or_withdrawn_request_is_not_reminded(ask, team, now, late, mailoutbox):
    decide(request=ask(by_manager(due_in=SOON)), approve=True, comment="", actor=team.boss, now=now)
    assert remind(now=late) == 0
    assert mailoutbox == []


def test_all_holders_of_the_role_but_the_requester_and_who_has_left_are_asked(
    ask, team, person, employee, late, mailoutbox
):
    person("hr2")
    person("clerk", Role.ATTENDANCE_CLERK)
    gone = person("gone")
    User.objects.filter(pk=gone.user_id).update(is_active=False)
    left = employee("left")
    Employee.objects.filter(pk=left.pk).update(leave_date=late.date())
    User.objects.filter(pk=person("left").user_id).update(employee=left)
    ask(by_role(Role.HR_ADMIN, due_in=SOON), actor=team.hr)
    assert remind(now=late) == 1
    assert receivers(mailoutbox) == ["hr2"]


def test_deputies_of_the_day_are_asked_too_and_not_those_of_other_days(ask, team, now, late, mailoutbox):
    def lets(actor, start_day):
        start_date = late.date() + timedelta(days=start_day)
        delegate(
            to_user=User.objects.get(pk=actor.user_id), start_date=start_date, end_date=start_date + timedelta(days=1),
            actor=team.boss, now=now,
        )  # fmt: skip

    lets(team.deputy, 0)
    lets(team.hr, 1)
    lets(team.maker, 0)
    ask(by_manager(due_in=SOON))
    assert remind(now=late) == 1
    assert receivers(mailoutbox) == ["boss", "deputy"]


def test_who_gets_a_mail_is_who_has_the_request_in_the_inbox(ask, team, person, now, late, mailoutbox):
    """Against the other direction: ``inbox`` asks for one user, the mails for one step."""
    from hrsaas.access.actors import Origin
    from hrsaas.access.queries.actors import actor_for_user
    from hrsaas.approvals.queries.requests import inbox

    person("payer", Role.PAYROLL_OFFICER)
    person("auditor", Role.AUDITOR)
    delegate(
        to_user=User.objects.get(pk=team.deputy.user_id), start_date=late.date(),
        end_date=late.date() + timedelta(days=1), actor=team.hr, now=now,
    )  # fmt: skip
    ask(by_role(Role.HR_ADMIN, due_in=SOON))
    ask(by_person(team.deputy.user_id, due_in=SOON), subject=team_member("boss"))
    ask(by_role(Role.PAYROLL_OFFICER, due_in=SOON), subject=team_member("maker"))
    assert remind(now=late) == 3
    told = {mail.to[0]: mail.body.count("http://") for mail in mailoutbox}
    for user in User.objects.all():
        actor = actor_for_user(user, Origin(via="api"))
        waiting = inbox(actor, now=late).count() if actor.may("approvals.request.decide") else 0
        assert told.get(user.email, 0) == waiting, user.email


def team_member(code):
    from hrsaas.people.models import Employee

    return Employee.objects.get(code=code)


def test_the_mail_is_in_the_readers_language_with_a_link_into_the_own_tenant(ask, team, person, late, mailoutbox):
    person("hr2")
    User.objects.filter(email="hr2@example.test").update(language="zh-hans")
    request = ask(by_role(Role.HR_ADMIN, due_in=SOON), salary="12345", id_number="310101199001011234")
    remind(now=late)
    texts = {mail.to[0].split("@")[0]: mail for mail in mailoutbox}
    english, chinese = texts["hr"], texts["hr2"]
    assert english.subject == "Alpha Retail: waiting for your decision (1)"
    assert "Offer, requested by maker on 2026-04-01 09:00, due on 2026-04-01 17:00" in english.body
    assert chinese.subject == "阿尔法零售：有待您审批的事项（1）"
    assert "录用" in chinese.body and "maker" in chinese.body and "2026-04-01 17:00" in chinese.body
    link = f"http://alpha.hr.test:8000/admin/approvals/approvalrequest/{request.pk}/change/"
    for mail in (english, chinese):
        assert link in mail.body
        assert mail.from_email == "noreply@hr.test"
        assert "12345" not in mail.body and "310101" not in mail.body


@pytest.mark.parametrize("step", [by_role(Role.HR_ADMIN), by_manager()], ids=["admin", "api"])
def test_the_link_opens_the_request_where_the_approver_works(step, ask, now, mailoutbox, client_for, in_alpha):
    """HR works in the admin; managers, who may not enter it, with the tenant's own apps at the API."""
    ask(step)
    assert remind(now=now + timedelta(days=2)) == 1
    (mail,) = mailoutbox
    (path,) = (line.split(":8000")[1] for line in mail.body.splitlines() if line.startswith("http"))
    approver = client_for(in_alpha, User.objects.get(email=mail.to[0]))
    assert approver.get(path).status_code == 200


def test_many_overdue_requests_make_one_mail_and_the_same_number_of_queries(
    ask, employee, now, late, mailoutbox, django_assert_max_num_queries
):
    ask(by_manager(due_in=SOON))
    for number in range(10):
        ask(by_manager(due_in=SOON), subject=employee(f"e{number}"))
    with django_assert_max_num_queries(9):
        assert remind(now=late) == 11
    assert receivers(mailoutbox) == ["boss"]
    assert mailoutbox[0].body.count("http://") == 11
    assert "(11)" in mailoutbox[0].subject


class Refusing:
    """A mail server for locmem's place: refuses some addresses, or everything."""

    def __init__(self, monkeypatch, refused=(), down=False):
        from django.core.mail.backends.locmem import EmailBackend

        send = EmailBackend.send_messages

        def refuse(backend, messages):
            if down:
                raise ConnectionRefusedError
            for message in messages:
                if message.to[0] in refused:
                    raise smtplib.SMTPRecipientsRefused({message.to[0]: (550, b"unknown")})
            return send(backend, messages)

        monkeypatch.setattr(EmailBackend, "send_messages", refuse)


def test_a_mail_server_that_is_down_costs_an_hour_not_the_reminder(ask, late, mailoutbox, monkeypatch):
    request = ask(by_manager(due_in=SOON))
    with monkeypatch.context() as while_down:
        Refusing(while_down, down=True)
        assert remind(now=late) == 0
    assert request.steps.get().reminded_at is None
    assert remind(now=late + timedelta(hours=1)) == 1
    assert receivers(mailoutbox) == ["boss"]


def test_an_address_that_the_server_refuses_does_not_keep_the_others_waiting(
    ask, person, late, mailoutbox, monkeypatch
):
    person("hr2")
    Refusing(monkeypatch, refused=["hr@example.test"])
    ask(by_role(Role.HR_ADMIN, due_in=SOON))
    assert remind(now=late) == 1
    assert receivers(mailoutbox) == ["hr2"]


def test_the_log_names_no_address(ask, late, caplog, monkeypatch):
    Refusing(monkeypatch, refused=["boss@example.test"])
    ask(by_manager(due_in=SOON))
    with caplog.at_level("INFO"):
        assert remind(now=late) == 0
    assert "refused the reminder" in caplog.text and "example.test" not in caplog.text


def test_a_step_that_nobody_can_decide_is_said_in_the_log_once_a_day(ask, team, late, caplog, mailoutbox):
    Membership.objects.filter(role=Role.PAYROLL_OFFICER).delete()
    ask(by_role(Role.PAYROLL_OFFICER, due_in=SOON))
    for hour in range(3):
        assert remind(now=late + timedelta(hours=hour)) == 0
    assert caplog.text.count("nobody can decide") == 1
    assert mailoutbox == []


def test_reminders_stay_within_the_tenant(ask, now, tenant_b, mailoutbox):
    ask(by_manager(due_in=SOON))
    with tenant_context(tenant_b.id):
        assert remind(now=now + timedelta(days=1)) == 0
    assert mailoutbox == []


def test_the_periodic_task_goes_through_all_tenants(db, ask, person, tenant_b, now, mailoutbox):
    ask(by_manager())
    person("other", tenant_id=tenant_b.id)
    remind_approvals()
    assert receivers(mailoutbox) == ["boss"]
    with tenant_context(1):
        assert ApprovalRequest.objects.get().steps.get().reminded_at is not None
