"""Leave in the admin: types, balances with their ledger, requests, the team calendar."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

from attendance.admin.leave_balances import lot_title
from attendance.models import LeaveLot, LeaveRequest, LeaveType
from attendance.queries.leave_balances import OPEN
from attendance.queries.overtime_approvals import CREDITED
from attendance.services.leave_grants import bring_up_to_date
from hrsaas.people.models import OrgUnit
from hrsaas.people.services.units import create_unit
from tests.attendance.admin.test_pages import ADMIN, browser, text  # noqa: F401  # a fixture


@pytest.fixture
def granted(people, leave_types, actor, now):
    found = people("E1", "E2")
    bring_up_to_date(on=date(2026, 4, 1), actor=actor, now=now)
    return found


@pytest.mark.parametrize("page", ["leavetype", "leavelot", "leaveentry", "leaverequest", "leaverequest/calendar"])
def test_every_page_opens_in_few_queries(page, browser, granted):  # noqa: F811
    client = browser()
    text(client.get(f"{ADMIN}{page}/"))
    with CaptureQueriesContext(connection) as queries:
        text(client.get(f"{ADMIN}{page}/"))
    assert len(queries) <= 25


def ask(client, leave_types, **more):
    data = {
        "employee": "E1", "leave_type": leave_types["annual"].pk, "first_date": "2026-04-13",
        "last_date": "2026-04-14", "first_part": "full", "last_part": "full", **more,
    }  # fmt: skip
    return client.post(f"{ADMIN}leaverequest/ask/", data, follow=True)


def test_a_leave_is_asked_for_after_a_look_at_its_effect(browser, granted, leave_types):  # noqa: F811
    client = browser()
    seen = text(ask(client, leave_types, _preview="1"))
    assert "Balance after it: 3 days." in seen
    assert 'value="2026-04-14"' in seen  # the form stays as it was filled in
    assert not LeaveRequest.objects.exists()
    text(ask(client, leave_types))
    request = LeaveRequest.objects.get()
    assert (request.amount, request.state) == (2000, "pending")
    calendar = text(client.get(f"{ADMIN}leaverequest/calendar/", {"month": "2026-04"}))
    assert calendar.count(f"leaverequest/{request.pk}/change") == 2
    assert "This overlaps with" in text(ask(client, leave_types))


def test_a_balance_is_adjusted_with_a_reason_and_shows_its_movements(browser, granted, leave_types):  # noqa: F811
    client = browser()
    data = {
        "employee": "E1",
        "leave_type": leave_types["annual"].pk,
        "amount": "-1.5",
        "on": "2026-04-02",
        "reason": "x",
    }
    text(client.post(f"{ADMIN}leavelot/adjust/", data, follow=True))
    lot = LeaveLot.objects.get(employee=granted[0])
    assert lot.remaining == 3500
    assert "Adjusted -1.5 days" in text(client.get(f"{ADMIN}leavelot/{lot.pk}/change/"))


def test_a_type_and_its_grant_are_set(browser, granted):  # noqa: F811
    client = browser("hr_admin")
    text(client.get(f"{ADMIN}leavetype/enter/"))
    data = {
        "code": "birthday", "name": "生日假", "kind": "leave", "unit": "half_day", "counting": "working",
        "paid_percent": "100", "has_balance": "on", "most_advance": "0", "most_per_request": "0.5", "waiting_days": "0",
        "notice_days": "0", "is_active": "on",
    }  # fmt: skip
    text(client.post(f"{ADMIN}leavetype/enter/", data, follow=True))
    birthday = LeaveType.objects.get(code="birthday")
    assert birthday.most_per_request == 500
    policy = {
        "steps": "0:1，5:2", "qualifying_months": "0", "accrual": "yearly", "accrual_day": "first",
        "carried_months": "0",
    }  # fmt: skip
    text(client.post(f"{ADMIN}leavetype/{birthday.pk}/policy/", policy, follow=True))
    steps = [{"years": 0, "amount": 1000}, {"years": 5, "amount": 2000}]
    assert birthday.policies.get().steps == steps
    assert "0:1, 5:2" in text(client.get(f"{ADMIN}leavetype/{birthday.pk}/policy/"))


def test_the_calendar_shows_one_unit_where_one_is_asked_for(browser, granted, actor, now):  # noqa: F811
    empty = create_unit(code="EMPTY", name="空", actor=actor, now=now)
    client, page = browser(), f"{ADMIN}leaverequest/calendar/?month=2026-04"
    assert "员工E1" in text(client.get(page))
    full = OrgUnit.objects.get(code="U")
    assert "员工E1" in text(client.get(f"{page}&unit={full.pk}"))
    shown = text(client.get(f"{page}&unit={empty.pk}"))
    assert "员工E1" not in shown
    assert f"?month=2026-05&amp;unit={empty.pk}" in shown


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize(
    "key", [OPEN, "by_hand:2", "carried:2025", "opening:", "overtime:2026-03-28", f"{CREDITED}2026-03-28"]
)
def test_the_key_of_a_balance_is_told_in_words(key, language):
    with override(language):
        title = lot_title(key)
    kind, _colon, what = key.partition(":")
    assert title and key not in title, "not as it is stored"
    assert what in title or kind == "opening"
    assert title.isascii() == (language == "en")
