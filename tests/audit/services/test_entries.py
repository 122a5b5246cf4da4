"""The trail is written with the change, cannot be altered, and is chained at commit."""

from __future__ import annotations

import hashlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import psycopg2
import pytest
from django.db import DatabaseError, connection, connections, transaction

from hrsaas.access.actors import Actor, Origin
from hrsaas.audit.models import Entry, Link
from hrsaas.audit.queries import chains
from hrsaas.audit.services.entries import record
from hrsaas.devservers.processes import wait_until
from hrsaas.jobs.models import Job, JobError
from hrsaas.tenancy.context import tenant_context
from tests import servers


def write(actor, now, count=1, action="test.row.change"):
    for number in range(count):
        record(actor=actor, action=action, subject_type="test.row", subject_id=number, new={"n": number}, now=now)


def digests(tenant_id):
    with tenant_context(tenant_id):
        return list(Link.objects.order_by("seq").values_list("seq", "digest", "entry_id"))


def test_an_entry_says_who_did_what_to_what_from_where(db, in_alpha, now):
    origin = Origin(via="api", ip="10.0.0.7", request_id="r-1")
    actor = Actor(label="li@example.test", permissions=frozenset(), user_id=7, kind="token", origin=origin)
    record(actor=actor, action="people.unit.rename", subject=in_alpha, old={"name": "甲"}, new={"name": "乙"}, now=now)
    entry = Entry.objects.get()
    assert (entry.actor_kind, entry.actor_user_id, entry.actor_label) == ("token", 7, "li@example.test")
    assert (entry.subject_type, entry.subject_id) == ("tenancy.tenant", in_alpha.id)
    assert (entry.old, entry.new, entry.at) == ({"name": "甲"}, {"name": "乙"}, now)
    assert (entry.via, entry.ip, entry.request_id) == ("api", "10.0.0.7", "r-1")


def test_a_rolled_back_change_leaves_no_entry(live_db, in_alpha, actor, now):
    with pytest.raises(RuntimeError), transaction.atomic():
        write(actor, now)
        raise RuntimeError
    assert not Entry.objects.exists()
    assert chains.head(in_alpha.id) is None


def test_entries_are_chained_per_tenant_in_the_order_of_their_commits(live_db, tenant_a, tenant_b, actor, now):
    for tenant in (tenant_a, tenant_b, tenant_a):
        with tenant_context(tenant.id), transaction.atomic():
            write(actor, now, count=2)
    assert [seq for seq, *_ in digests(tenant_a.id)] == [1, 2, 3, 4]
    assert [seq for seq, *_ in digests(tenant_b.id)] == [1, 2]
    assert chains.faults(tenant_a.id) == chains.faults(tenant_b.id) == []


def test_a_digest_covers_the_digest_before_and_the_whole_entry(live_db, in_alpha, actor, now):
    write(replace(actor, origin=Origin(via="api", ip="::1", request_id="x")), now, count=2)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT audit_canonical(e) FROM audit_entry e JOIN audit_link l ON l.entry_id = e.id ORDER BY seq"
        )
        texts = [text for (text,) in cursor.fetchall()]
    first = hashlib.sha256(texts[0].encode()).digest()
    second = hashlib.sha256(first + texts[1].encode()).digest()
    assert [bytes(digest) for _seq, digest, _entry in digests(in_alpha.id)] == [first, second]
    columns = {field.column for field in Entry._meta.local_fields}
    assert len(columns) == texts[0].count(", ") + 1  # a new column must be put into audit_canonical()


@pytest.mark.parametrize("alias", ["default", "maintenance", "owner"])
@pytest.mark.parametrize("sql", [
    "UPDATE audit_entry SET action = 'x'", "DELETE FROM audit_entry", "TRUNCATE audit_entry CASCADE",
    "UPDATE audit_link SET seq = seq + 7", "DELETE FROM audit_link", "TRUNCATE audit_link",
])  # fmt: skip
def test_no_role_can_alter_the_trail(live_db, in_alpha, actor, now, alias, sql):
    write(actor, now)
    before = digests(in_alpha.id)
    with pytest.raises(DatabaseError), transaction.atomic(using=alias), connections[alias].cursor() as cursor:
        if alias == "owner":  # forced row-level security: without a tenant the owner would see no row to alter
            cursor.execute("SET LOCAL app.tenant_id = '1'")
        cursor.execute(sql)
    assert digests(in_alpha.id) == before
    assert Entry.objects.count() == 1


def test_not_even_the_superuser_alters_the_trail_by_accident(live_db, in_alpha, actor, now):
    write(actor, now)
    with servers.superuser().cursor() as cursor, pytest.raises(psycopg2.errors.IntegrityConstraintViolation):
        cursor.execute("DELETE FROM audit_entry")


def test_nobody_can_choose_a_place_in_the_chain(live_db, in_alpha, actor, now):
    write(actor, now)
    entry = Entry.objects.get()
    with pytest.raises(DatabaseError), transaction.atomic():
        Link.objects.create(entry=entry, seq=99, digest=b"forged")
    assert chains.faults(in_alpha.id) == []


def test_one_tenant_sees_nothing_of_the_others_trail(live_db, tenant_a, tenant_b, actor, now):
    with tenant_context(tenant_a.id):
        write(actor, now)
    with tenant_context(tenant_b.id):
        assert not Entry.objects.exists()
        assert not Entry.across_tenants.exists()
        assert not Link.across_tenants.exists()


def test_a_transaction_that_wrote_an_entry_keeps_nobody_waiting_before_its_commit(live_db, tenant_a, actor, now):
    def other():
        with tenant_context(tenant_a.id):
            write(actor, now, action="test.fast.one")
        connection.close()

    with tenant_context(tenant_a.id), transaction.atomic():
        write(actor, now, action="test.slow.one")
        with ThreadPoolExecutor(1) as pool:
            pool.submit(other).result(timeout=5)
    with tenant_context(tenant_a.id):
        actions = list(Link.objects.order_by("seq").values_list("entry__action", flat=True))
    assert actions == ["test.fast.one", "test.slow.one"]


def test_a_commit_that_waits_for_a_row_does_not_hold_the_chain(live_db, tenant_a, actor, now):
    """Ours holds a row that the other's foreign key check needs: its commit waits for ours, ours must not for it."""

    def other():
        with tenant_context(tenant_a.id), transaction.atomic():
            write(actor, now, action="test.waiting.one")
            JobError.objects.create(job_id=job.id, step="s", item="i", code="c", zh="z", en="e")
        connection.close()

    with tenant_context(tenant_a.id), ThreadPoolExecutor(1) as pool:
        job = Job.objects.create(kind="test", created_by_label="t", created_at=now)
        with transaction.atomic():
            Job.objects.select_for_update().get(id=job.id)
            waiting = pool.submit(other)
            wait_until(lambda: blocked_backends() == 1, 5)
            write(actor, now, action="test.holding.one")
        waiting.result(timeout=5)
        actions = list(Link.objects.order_by("seq").values_list("entry__action", flat=True))
    assert actions == ["test.holding.one", "test.waiting.one"]


def blocked_backends():
    admin = servers.superuser()
    with admin.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
        count = cursor.fetchone()[0]
    admin.close()
    return count


def test_many_concurrent_writers_make_one_chain_without_deadlock(live_db, tenant_a, tenant_b, actor, now):
    def writer(number):
        for _round in range(5):
            with tenant_context((tenant_a, tenant_b)[number % 2].id), transaction.atomic():
                write(actor, now, count=3)
        connection.close()

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(writer, range(6)))
    for tenant in (tenant_a, tenant_b):
        assert [seq for seq, *_ in digests(tenant.id)] == list(range(1, 46))
        assert chains.faults(tenant.id) == []
