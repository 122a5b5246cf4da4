"""The trail over the API: filtered, newest first, never written."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import quote

import pytest

from hrsaas.access.rules.permissions import Role
from hrsaas.audit.services.entries import record
from hrsaas.tenancy.context import tenant_context
from tests.jobs.clients import client_of, get


@pytest.fixture
def entries(db, tenant_a, tenant_b, actor, now):
    for tenant in (tenant_a, tenant_b):
        with tenant_context(tenant.id):
            for number in range(3):
                record(
                    actor=actor, action=f"test.{tenant.slug}.{number}", subject_type="test.row",
                    subject_id=2**60 + number, new={"n": number}, now=now + timedelta(days=number),
                )  # fmt: skip


@pytest.fixture
def auditor(entries, client_for, tenant_a, now):
    return client_of(client_for, tenant_a, Role.AUDITOR, now)


def actions(answer):
    return [entry["action"] for entry in answer["results"]]


def test_the_newest_come_first_and_only_the_tenants_own(auditor):
    answer = get(auditor, "audit/entries/")
    assert actions(answer) == ["test.alpha.2", "test.alpha.1", "test.alpha.0"]
    assert answer["results"][0]["subject_id"] == str(2**60 + 2)


def test_pages_follow_each_other_by_cursor(auditor):
    first = get(auditor, "audit/entries/?page_size=2")
    second = auditor.get(first["next"]).json()
    assert actions(first) + actions(second) == ["test.alpha.2", "test.alpha.1", "test.alpha.0"]


def test_entries_are_found_by_what_when_and_on_what(auditor, now):
    assert actions(get(auditor, "audit/entries/?action=test.alpha.1")) == ["test.alpha.1"]
    assert actions(get(auditor, "audit/entries/?action_begins=test.beta")) == []
    assert actions(get(auditor, f"audit/entries/?subject_type=test.row&subject_id={2**60}")) == ["test.alpha.0"]
    begin, end = (quote((now + timedelta(days=days)).isoformat()) for days in (1, 2))
    assert actions(get(auditor, f"audit/entries/?at_from={begin}&at_until={end}")) == ["test.alpha.1"]


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_nothing_can_be_written(entries, client_for, tenant_a, now, method):
    admin = client_of(client_for, tenant_a, Role.HR_ADMIN, now)
    answer = getattr(admin, method)("/api/v1/audit/entries/", content_type="application/json")
    assert answer.status_code in (403, 405)


def test_only_auditors_and_hr_admins_read_it(entries, client_for, tenant_a, now):
    get(client_of(client_for, tenant_a, Role.PAYROLL_OFFICER, now), "audit/entries/", status=403)
