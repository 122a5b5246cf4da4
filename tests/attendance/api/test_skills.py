"""Skills through the API."""

import json

import pytest

from attendance.models import Shift
from hrsaas.access.services.users import create_user
from hrsaas.tenancy.context import tenant_context

SKILLS, HELD, ASKED = (f"/api/v1/attendance/{name}/" for name in ("skills", "employee-skills", "shift-skills"))


@pytest.fixture
def client_as(client_for, actor, now):
    def make(tenant, role, **given):
        with tenant_context(tenant.id):
            user = create_user(
                email=f"{role}@{tenant.slug}.example", name=role, password=None, roles=[role], actor=actor, now=now,
                **given,
            )  # fmt: skip
        return client_for(tenant, user)

    return make


def send(client, path, body, method="post"):
    return getattr(client, method)(path, json.dumps(body), content_type="application/json")


def test_a_skill_is_made_held_renewed_asked_for_and_taken_back(hospital, people, client_as):
    (nurse,) = people("E1")
    clerk = client_as(hospital, "attendance_clerk")
    skill = send(clerk, SKILLS, {"code": "ICU", "name": "重症监护证"}).json()["id"]
    held = send(clerk, HELD, {"employee": str(nurse.pk), "skill": skill, "start_date": "2026-03-01"})
    assert (held.status_code, held.json()["end_date"]) == (201, None)
    ended = send(clerk, f"{HELD}{held.json()['id']}/", {"end_date": "2026-04-01"}, "patch")
    assert ended.json()["end_date"] == "2026-04-01"
    asked = send(clerk, ASKED, {"shift": str(Shift.objects.first().pk), "skill": skill})
    assert asked.status_code == 201
    assert clerk.delete(f"{SKILLS}{skill}/").status_code == 409
    for path in (f"{ASKED}{asked.json()['id']}/", f"{HELD}{held.json()['id']}/", f"{SKILLS}{skill}/"):
        assert clerk.delete(path).status_code == 204


def test_an_employee_sees_the_own_skills_and_writes_none(hospital, people, client_as, actor, now):
    nurse, other = people("E1", "E2")
    clerk = client_as(hospital, "attendance_clerk")
    skill = send(clerk, SKILLS, {"code": "ICU", "name": "重症监护证"}).json()["id"]
    for someone in (nurse, other):
        send(clerk, HELD, {"employee": str(someone.pk), "skill": skill, "start_date": "2026-03-01"})
    employee = client_as(hospital, "employee", employee=nurse)
    assert [row["employee"] for row in employee.get(HELD).json()["results"]] == [str(nurse.pk)]
    assert (
        send(employee, HELD, {"employee": str(nurse.pk), "skill": skill, "start_date": "2027-03-01"}).status_code == 403
    )


def test_a_list_of_many_takes_as_many_statements_as_of_one(hospital, people, client_as, django_assert_max_num_queries):
    clerk = client_as(hospital, "attendance_clerk")
    skill = send(clerk, SKILLS, {"code": "ICU", "name": "重症监护证"}).json()["id"]
    for someone in people("E1", "E2", "E3"):
        send(clerk, HELD, {"employee": str(someone.pk), "skill": skill, "start_date": "2026-03-01"})
    with django_assert_max_num_queries(12):
        assert len(clerk.get(HELD).json()["results"]) == 3
