"""The admin's way from a profile to a hire, in both languages, with few queries."""

from __future__ import annotations

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hrsaas.access.rules.permissions import Role
from hrsaas.people.models import Employee
from hrsaas.tenancy.context import tenant_context
from recruiting.models import Application, Candidate, EvidenceCard, JobProfile, Offer
from recruiting.services.offers import accept_offer
from tests.factories import make_user

ADMIN = "/admin/recruiting/"


@pytest.fixture
def browser(alpha, client_for, tenant_a, now):
    def make(role=Role.RECRUITER, language="en"):
        user = make_user(role, now=now, language=language)
        return client_for(tenant_a, user, headers={"Accept-Language": language})

    return make


def text(response) -> str:
    assert response.status_code == 200, response.content[:300]
    return response.content.decode()


def submit(client, path, **data):
    return client.post(f"{ADMIN}{path}", data, follow=True)


def test_from_the_profile_to_the_hire_through_forms(browser, alpha):
    client = browser()
    text(submit(client, "jobprofile/adopt/", code="ai_cs_supervisor"))
    profile = JobProfile.objects.get(code="ai_cs_supervisor")
    text(submit(client, "candidate/add_candidate/", name="王小明", phone="13812345678", consented="on"))
    candidate = Candidate.objects.get()
    text(submit(client, f"candidate/{candidate.id}/apply/", profile=profile.id))
    application = Application.objects.get()
    item = profile.definition["dimensions"][0]["items"][0]["key"]
    card = {"item": item, "sentence": "我带队重写了话术", "method": "分析"}
    text(submit(client, f"application/{application.id}/add_card/", **card))
    card = EvidenceCard.objects.get()
    text(submit(client, f"evidencecard/{card.id}/confirm/"))
    page = text(client.get(f"{ADMIN}application/{application.id}/change/"))
    assert "我带队重写了话术" in page
    assert "the candidate&#x27;s own sentence" in page
    assert "王小明" in text(client.get(f"{ADMIN}jobprofile/{profile.id}/change/"))
    text(submit(client, f"application/{application.id}/advance/", state="interview"))
    offer = {
        "unit": alpha.organisation.shop.id, "position": alpha.organisation.cashier.id, "base_pay": "9500.50",
        "work_city": "上海", "start_date": "2026-05-01", "probation_months": 3,
    }  # fmt: skip
    text(submit(client, f"application/{application.id}/draft/", **offer))
    row = Offer.objects.get()
    assert row.base_pay_fen == 950_050
    text(submit(client, f"offer/{row.id}/submit/"))
    alpha.decide(Offer.objects.get())
    text(submit(client, f"offer/{row.id}/send/"))
    text(submit(client, f"offer/{row.id}/accept/", code="E900"))
    assert Employee.objects.get(code="E900").name == "王小明"


def test_a_refusal_is_shown_in_the_form_in_the_readers_language(browser, alpha):
    accept_offer(offer=alpha.sent(alpha.application("李四")), code="E1", **alpha.by)
    offer = alpha.sent(alpha.application())
    for language, sentence in (("en", "The number E1 is taken."), ("zh-hans", "工号 E1 已被使用。")):
        assert sentence in text(submit(browser(language=language), f"offer/{offer.id}/accept/", code="E1"))


def test_the_definition_is_edited_as_json(browser, alpha):
    client = browser()
    definition = alpha.profile.definition
    definition["dimensions"][0]["weight"] = "60"
    action = f"jobprofile/{alpha.profile.id}/change_definition/"
    assert "natural_language_processing" in text(client.get(f"{ADMIN}{action}"))
    text(submit(client, action, definition=json.dumps(definition)))
    assert JobProfile.objects.get().version == 2
    assert "An object is expected." in text(submit(client, action, definition="[1]"))


@pytest.mark.parametrize("name", ["jobprofile", "candidate", "application", "evidencecard", "offer"])
def test_lists_take_few_queries_whatever_their_length(browser, alpha, name):
    client, counts = browser(), []
    for size in (1, 6):
        for number in range(size):
            application = alpha.application(f"候选人{size}{number}")
            alpha.card(application), alpha.draft(application)
        text(client.get(f"{ADMIN}{name}/"))
        with CaptureQueriesContext(connection) as queries:
            text(client.get(f"{ADMIN}{name}/"))
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 25


def test_the_dashboard_shows_the_funnel(browser, alpha):
    alpha.application()
    page = text(browser().get("/admin/"))
    assert "Recruiting funnel" in page
    assert "Open applications" in page
    assert "招聘漏斗" in text(browser(language="zh-hans").get("/admin/"))


def test_other_roles_and_tenants_see_nothing(browser, alpha, beta, tenant_b):
    with tenant_context(tenant_b.id):
        beta.application("陌生人")
    assert "陌生人" not in text(browser().get(f"{ADMIN}candidate/"))
    assert browser(Role.PAYROLL_OFFICER).get(f"{ADMIN}candidate/").status_code == 403


def test_an_auditor_looks_but_gets_no_buttons_and_no_contact_data(browser, alpha):
    application = alpha.application(phone="13812345678")
    client = browser(Role.AUDITOR)
    page = text(client.get(f"{ADMIN}candidate/{application.candidate_id}/change/"))
    assert "138****5678" in page
    assert "13812345678" not in page
    assert submit(client, f"application/{application.id}/reject/", reason="x").status_code == 403
    assert "reject/" not in text(client.get(f"{ADMIN}application/{application.id}/change/"))
