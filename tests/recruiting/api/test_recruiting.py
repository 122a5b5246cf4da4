"""From a profile to a hire through the API, by roles; the other tenant sees nothing."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hrsaas.access.rules.permissions import Role
from hrsaas.tenancy.context import tenant_context
from performance.models import Goal
from recruiting.models import Application, Candidate, EvidenceCard, JobProfile, Offer

API = "/api/v1/recruiting/"


@pytest.fixture
def recruiter(alpha, api_for, tenant_a):
    return api_for(tenant_a, Role.RECRUITER)


def post(client, path, body=None, status=200):
    response = client.post(f"{API}{path}", body or {}, format="json")
    assert response.status_code == status, response.content
    return response.json()


def test_from_the_profile_to_the_hire(recruiter, alpha, api_for, tenant_a):
    profile = post(recruiter, "profiles/", {"code": "ai_cs_supervisor"}, 201)
    person = {"name": "王小明", "phone": "13812345678", "email": "wang@example.test", "consented": True}
    candidate = post(recruiter, "candidates/", person, 201)
    body = {"candidate": candidate["id"], "profile": profile["id"]}
    application = post(recruiter, "applications/", body, 201)
    assert (application["match_score"], application["state"]) == ("0.00", "new")
    item = profile["definition"]["dimensions"][0]["items"][0]["key"]
    card = {"application": application["id"], "item": item, "sentence": "我带队重写了话术", "method": "逐条分析对话"}
    made = post(recruiter, "cards/", card, 201)
    assert post(recruiter, f"cards/{made['id']}/confirm/")["state"] == "confirmed"
    match = recruiter.get(f"{API}applications/{application['id']}/match/").json()
    (reason,) = match["reasons"]
    assert (reason["item"], reason["card"], reason["sentence"]) == (item, made["id"], "我带队重写了话术")
    assert match["gaps"][0]["missing_zh"] == "缺少候选人原话"
    (ranked,) = recruiter.get(f"{API}profiles/{profile['id']}/ranking/").json()
    assert (ranked["place"], ranked["application"], ranked["score"]) == (1, application["id"], match["match_score"])
    post(recruiter, f"applications/{application['id']}/advance/", {"state": "interview"})
    terms = {
        "application": application["id"], "unit": str(alpha.organisation.shop.id),
        "position": str(alpha.organisation.cashier.id), "base_pay": "9500.50", "work_city": "上海",
        "start_date": "2026-05-01",
    }  # fmt: skip
    offer = post(recruiter, "offers/", terms, 201)
    assert offer["base_pay"] == "9500.50"
    assert post(recruiter, f"offers/{offer['id']}/send/", status=409)["code"] == "recruiting.offer.state"
    assert post(recruiter, f"offers/{offer['id']}/submit/")["state"] == "waiting"
    alpha.decide(Offer.objects.get())
    assert post(recruiter, f"offers/{offer['id']}/send/")["state"] == "sent"
    accepted = post(recruiter, f"offers/{offer['id']}/accept/", {"code": "E900"})
    assert accepted["state"] == "accepted"
    hr = api_for(tenant_a, Role.HR_ADMIN)
    employee = hr.get(f"/api/v1/people/employees/{accepted['employee']}/", {"on": "2026-05-01"}).json()
    assert (employee["name"], employee["phone"]) == ("王小明", "13812345678")
    assert employee["assignment"]["base_pay"] == "9500.50"
    assert Goal.objects.filter(employee_id=accepted["employee"]).exists()


@pytest.mark.parametrize(
    ("path", "body", "status", "code"),
    [
        ("profiles/", {"code": "astronaut"}, 400, "recruiting.profile.no_pack"),
        ("candidates/", {"name": "x", "consented": False}, 400, "recruiting.candidate.consent"),
        ("candidates/", {"name": "x", "consented": True, "email": "no"}, 400, None),
        ("applications/", {"candidate": "1", "profile": "1"}, 400, None),
        ("cards/", {"application": "1"}, 400, None),
        ("offers/", {"base_pay": "-1"}, 400, None),
    ],
)
def test_wrong_input_is_refused_clearly(recruiter, path, body, status, code):
    found = post(recruiter, path, body, status)
    assert code is None or found["code"] == code


def test_a_profile_takes_a_new_definition_and_refuses_nonsense(recruiter, alpha):
    path = f"{API}profiles/{alpha.profile.id}/"
    definition = JobProfile.objects.get().definition
    definition["dimensions"][0]["weight"] = "60"
    assert recruiter.patch(path, {"definition": definition}, format="json").json()["version"] == 2
    for nonsense in ({}, [], "x", definition | {"dimensions": []}, definition | {"questions": 1}):
        assert recruiter.patch(path, {"definition": nonsense}, format="json").status_code == 400
    assert JobProfile.objects.get().version == 2


def test_contact_data_is_in_no_list_and_masked_for_those_who_may_only_look(recruiter, alpha, api_for, tenant_a):
    candidate = alpha.candidate(phone="13812345678", email="wang@example.test")
    (row,) = recruiter.get(f"{API}candidates/").json()["results"]
    assert not {"phone", "email"} & row.keys()
    assert recruiter.get(f"{API}candidates/{candidate.id}/").json()["phone"] == "13812345678"
    auditor = api_for(tenant_a, Role.AUDITOR)
    shown = auditor.get(f"{API}candidates/{candidate.id}/").json()
    assert (shown["phone"], shown["email"]) == ("138****5678", "w***************t")


@pytest.mark.parametrize("role", [Role.PAYROLL_OFFICER, Role.EMPLOYEE, Role.ATTENDANCE_CLERK])
def test_other_roles_are_refused(alpha, api_for, tenant_a, role):
    client = api_for(tenant_a, role)
    for path in ("profiles/", "candidates/", "applications/", "cards/", "offers/"):
        assert client.get(f"{API}{path}").status_code == 403


def test_a_manager_may_look_at_candidates_but_change_nothing(alpha, api_for, tenant_a):
    application = alpha.application()
    client = api_for(tenant_a, Role.MANAGER, unit=alpha.organisation.shop)
    assert client.get(f"{API}applications/{application.id}/match/").status_code == 200
    post(client, f"applications/{application.id}/reject/", {"reason": "x"}, 403)
    assert client.get(f"{API}offers/").status_code == 403


def test_the_other_tenants_rows_are_not_there(recruiter, beta, tenant_b):
    with tenant_context(tenant_b.id):
        beta.card(beta.application())
        beta.draft(Application.objects.select_related("candidate", "profile").get())
        ids = {
            "profiles": JobProfile.objects.get().id, "candidates": Candidate.objects.get().id,
            "applications": Application.objects.get().id, "cards": EvidenceCard.objects.get().id,
            "offers": Offer.objects.get().id,
        }  # fmt: skip
    for path, id_ in ids.items():
        assert recruiter.get(f"{API}{path}/{id_}/").status_code == 404
    post(recruiter, f"cards/{ids['cards']}/confirm/", status=404)
    post(recruiter, f"offers/{ids['offers']}/submit/", status=404)
    own = str(JobProfile.objects.get().id)
    post(recruiter, "applications/", {"candidate": str(ids["candidates"]), "profile": own}, 400)


@pytest.mark.parametrize(
    "path",
    ["candidates/", "applications/?expand=candidate,profile", "cards/", "offers/?expand=application,unit,position"],
)
def test_a_list_of_many_takes_as_many_queries_as_a_list_of_one(recruiter, alpha, path):
    counts = []
    for size in (1, 6):
        for number in range(size):
            application = alpha.application(f"候选人{size}{number}")
            alpha.card(application)
            alpha.draft(application)
        recruiter.get(f"{API}{path}")
        with CaptureQueriesContext(connection) as queries:
            assert recruiter.get(f"{API}{path}").status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 12
