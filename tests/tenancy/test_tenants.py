"""Opening tenants: all of it or nothing."""

from __future__ import annotations

from datetime import datetime

import pytest

from hrsaas.access.actors import Actor, system_actor
from hrsaas.audit.models import Entry
from hrsaas.errors import DomainError
from hrsaas.tenancy.context import tenant_context
from hrsaas.tenancy.models import Tenant, TenantKey
from hrsaas.tenancy.services.tenants import create_tenant, resume_tenant, suspend_tenant

ACTOR: Actor = system_actor("test")
pytestmark = pytest.mark.usefixtures("live_db")


def test_a_new_tenant_has_a_key_and_an_entry_in_its_own_trail(now: datetime) -> None:
    tenant = create_tenant(slug="gamma", name_zh="伽马", industry="retail", actor=ACTOR, now=now)
    with tenant_context(tenant.id):
        assert TenantKey.objects.count() == 1
        assert Entry.objects.get().action == "tenancy.tenant.create"


def test_what_fails_while_furnishing_leaves_no_tenant_behind(now: datetime) -> None:
    def fail(tenant: Tenant) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        create_tenant(slug="gamma", name_zh="伽马", industry="retail", actor=ACTOR, now=now, furnish=fail)
    assert not Tenant.objects.filter(slug="gamma").exists()
    create_tenant(slug="gamma", name_zh="伽马", industry="retail", actor=ACTOR, now=now)


@pytest.mark.parametrize(
    ("slug", "code"),
    [("Gamma", "invalid"), ("-a", "invalid"), ("a.b", "invalid"), ("admin", "taken"), ("alpha", "taken")],
)
def test_a_subdomain_that_cannot_be_had_is_refused(slug: str, code: str, now: datetime) -> None:
    with pytest.raises(DomainError) as refused:
        create_tenant(slug=slug, name_zh="伽马", industry="retail", actor=ACTOR, now=now)
    assert refused.value.code == f"tenancy.slug.{code}"


def test_suspending_shuts_the_door_and_resuming_opens_it(client_for, now: datetime) -> None:
    tenant = create_tenant(slug="gamma", name_zh="伽马", industry="retail", actor=ACTOR, now=now)
    suspend_tenant(tenant=tenant, reason="unpaid", actor=ACTOR, now=now)
    page = client_for(tenant).get("/admin/login/")
    assert page.status_code == 403 and "服务已暂停" in page.content.decode()
    resume_tenant(tenant=tenant, reason="paid", actor=ACTOR, now=now)
    assert client_for(tenant).get("/admin/login/").status_code == 200
