"""Peak staffing in the admin."""

from __future__ import annotations

import io
import json
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from attendance.models import ContactQueue, PromotionDay, StaffingDemand
from attendance.services.staffing_demand import set_demand
from hrsaas.access.services.users import create_user
from hrsaas.audit.models import Entry
from hrsaas.people.models import OrgUnit
from hrsaas.tenancy.context import tenant_context
from tests.attendance.staffing import HOURS, WEDNESDAY, bring, make_queue, weeks_before

ADMIN = "/admin/attendance/"
CHART = f"{ADMIN}staffingdemand/chart/"
DAY = WEDNESDAY.isoformat()


@pytest.fixture
def browser(hospital, client_for, actor, now):
    def make(role="attendance_clerk", language="en", **given):
        user = create_user(
            email=f"{role}@alpha.example", name=role, password=None, roles=[role], language=language, actor=actor,
            now=now, **given,
        )  # fmt: skip
        return client_for(hospital, user, headers={"Accept-Language": language})

    return make


@pytest.fixture
def queue(unit, actor, now):
    made = make_queue(unit, actor, now)
    for day in weeks_before(1, 2):
        bring(made, day, [0] * 9 + [400], actor, now)
    return made


def text(response) -> str:
    assert response.status_code == 200, response.content[:500]
    return response.content.decode()


@pytest.mark.parametrize("page", ["contactqueue", "contactvolume", "promotionday", "staffingdemand"])
def test_every_list_opens_in_few_queries(page, browser, queue, actor, now):
    set_demand(whose=queue, day=WEDNESDAY, people=[1] * HOURS, actor=actor, now=now)
    client = browser()
    text(client.get(f"{ADMIN}{page}/"))
    with CaptureQueriesContext(connection) as queries:
        text(client.get(f"{ADMIN}{page}/"))
    assert len(queries) <= 25


def test_a_queue_is_set_up_in_percent(browser, unit):
    client = browser()
    form = {
        "code": "CHAT", "name": "在线客服", "unit": unit.pk, "slot_minutes": 15, "handling_seconds": 240,
        "answer_within_seconds": 30, "service_level": "80", "max_occupancy": "85", "shrinkage": "12.5", "growth": "20",
        "digital_share": "40", "_run": "1",
    }  # fmt: skip
    client.post(f"{ADMIN}contactqueue/set_up/", form)
    queue = ContactQueue.objects.get()
    assert (str(queue.shrinkage_rate), str(queue.digital_share_rate), queue.slot_minutes) == ("0.1250", "0.4000", 15)
    page = text(client.get(f"{ADMIN}contactqueue/{queue.pk}/revise/"))
    assert 'value="12.5"' in page


def test_the_calculator_answers_for_what_is_typed(browser, queue):
    client = browser()
    page = text(client.get(f"{ADMIN}contactqueue/{queue.pk}/calculator/?contacts=400&people=30"))
    assert "80.9%" in page and "20.00" in page
    assert "grows for ever" in text(client.get(f"{ADMIN}contactqueue/{queue.pk}/calculator/?contacts=400&people=20"))
    assert "That is more" in text(client.get(f"{ADMIN}contactqueue/{queue.pk}/calculator/?contacts=1000000"))


def test_a_forecast_is_looked_at_and_then_kept(browser, queue):
    client = browser()
    url = f"{ADMIN}contactqueue/{queue.pk}/forecast/"
    last = (WEDNESDAY + timedelta(days=1)).isoformat()
    page = text(client.get(f"{url}?first={DAY}&last={last}"))
    assert "11-04" in page and "no such weekday before" in page and "09:00" in page
    assert not StaffingDemand.objects.exists()
    kept = client.post(url, {"first": DAY, "last": last, "_keep": "1"})
    assert kept.status_code == 302 and kept["Location"].startswith(CHART)
    assert StaffingDemand.objects.get().people[9] == 30
    assert "1 days kept, 0 unchanged" in text(client.get(kept["Location"]))


def test_the_chart_shows_demand_roster_and_gaps_in_both_languages(browser, queue, unit, actor, now):
    set_demand(whose=queue, day=WEDNESDAY, people=[0] * 9 + [7] + [0] * 14, actor=actor, now=now)
    page = text(browser().get(f"{CHART}?unit={unit.pk}&day={DAY}"))
    assert "People wanted" in page and "09:00–10:00" in page and 'id="demand-gaps"' in page
    chinese = browser("auditor", "zh-hans")
    page = text(chinese.get(f"{CHART}?unit={unit.pk}&day={DAY}&span=week"))
    drawn = json.dumps("所需人数").strip('"')
    assert drawn in page or "&quot;所需人数&quot;" in page, "the names of the lines, too"
    assert "缺口" in page and "People wanted" not in page


def test_an_empty_tenant_s_chart_says_what_to_do(browser):
    assert "There is no demand on these days" in text(browser().get(CHART))


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_chart_s_slots_are_a_file(kind, browser, queue, unit, actor, now):
    set_demand(whose=queue, day=WEDNESDAY, people=[0] * 9 + [7] + [0] * 14, actor=actor, now=now)
    answer = browser().get(f"{ADMIN}staffingdemand/chart.{kind}?unit={unit.pk}&day={DAY}")
    content = b"".join(answer.streaming_content)
    if kind == "csv":
        lines = content.decode("utf-8-sig").splitlines()
        assert (lines[0], lines[10]) == (
            "unit,date,slot start,slot end,wanted,on shift,missing", "部门,2026-11-11,09:00,10:00,7,0.0,7.0",
        )  # fmt: skip
    else:
        rows = list(load_workbook(io.BytesIO(content)).active.iter_rows(values_only=True))
        assert len(rows) == 25 and rows[10][4:] == (7, 0, 7)
    assert Entry.objects.filter(action="console.export").exists()


def test_people_are_decided_by_hand_and_given_back(browser, queue):
    client = browser()
    client.post(f"{ADMIN}staffingdemand/decide/", {"queue": queue.pk, "day": DAY, "people": "4", "_run": "1"})
    row = StaffingDemand.objects.get()
    assert row.people == [4] * HOURS
    wrong = client.post(f"{ADMIN}staffingdemand/{row.pk}/again/", {"people": "4 x", "version": 1, "_run": "1"})
    assert "Write whole numbers" in text(wrong)
    stale = client.post(f"{ADMIN}staffingdemand/{row.pk}/again/", {"people": "5", "version": 0, "_run": "1"})
    assert "Somebody else has changed this" in text(stale)
    client.post(f"{ADMIN}staffingdemand/{row.pk}/again/", {"people": "5", "version": 1, "_run": "1"})
    row.refresh_from_db()
    assert row.people == [5] * HOURS
    client.post(f"{ADMIN}staffingdemand/{row.pk}/withdraw/", {"_run": "1"})
    assert not StaffingDemand.objects.exists()


def test_a_promotion_day_is_set(browser, queue):
    form = {"date": DAY, "multiplier": "10", "name": "双十一", "name_en": "Double 11", "_run": "1"}
    browser().post(f"{ADMIN}promotionday/promote/", form)
    assert PromotionDay.objects.get().queue is None


def test_other_tenants_queues_and_units_are_not_there(browser, queue, tenant_b, actor, now):
    with tenant_context(tenant_b.id):
        theirs = OrgUnit.objects.get(code="U")
        other_queue = make_queue(theirs, actor, now)
    clerk = browser()
    assert clerk.get(f"{ADMIN}contactqueue/{other_queue.pk}/forecast/").status_code == 404
    assert clerk.get(f"{CHART}?unit={theirs.pk}").status_code == 404
