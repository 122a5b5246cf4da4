"""The trail in the admin: read-only, for those who may."""

from __future__ import annotations

from hrsaas.access.rules.permissions import Role
from hrsaas.audit.models import Entry
from hrsaas.audit.services.entries import record
from hrsaas.tenancy.context import tenant_context
from tests.jobs.clients import client_of


def test_auditors_read_entries_and_change_none(db, client_for, tenant_a, actor, now):
    with tenant_context(tenant_a.id):
        record(actor=actor, action="test.row.change", subject_type="test.row", subject_id=7, new={"n": 1}, now=now)
        page = f"/admin/audit/entry/{Entry.objects.get().id}/change/"
    auditor = client_of(client_for, tenant_a, Role.AUDITOR, now)
    assert "test.row.change" in auditor.get("/admin/audit/entry/").content.decode()
    assert auditor.get(page).status_code == 200
    assert auditor.post(page, {"action": "x"}).status_code == 403
    assert auditor.get("/admin/audit/entry/add/").status_code == 403


def test_clerks_do_not_see_it(db, client_for, tenant_a, now):
    clerk = client_of(client_for, tenant_a, Role.ATTENDANCE_CLERK, now)
    assert clerk.get("/admin/audit/entry/").status_code == 403
