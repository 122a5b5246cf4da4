"""Real tampering, past the triggers, as somebody with the superuser's password could do it."""

from __future__ import annotations

import io
from contextlib import contextmanager

import pytest
from django.core.management import CommandError, call_command

from hrsaas.audit.queries import chains
from hrsaas.audit.services.entries import record
from hrsaas.tenancy.context import tenant_context
from tests import servers


@pytest.fixture
def trails(live_db, tenant_a, tenant_b, actor, now):
    """Five entries at each tenant."""
    for tenant in (tenant_a, tenant_b):
        with tenant_context(tenant.id):
            for number in range(1, 6):
                record(actor=actor, action="test.row.change", subject_type="test.row", subject_id=number, now=now)


@contextmanager
def tampering():
    connection = servers.superuser()
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        yield cursor
    connection.close()


def entry_at(cursor, seq):
    cursor.execute("SELECT entry_id FROM audit_link WHERE tenant_id = 1 AND seq = %s", [seq])
    return cursor.fetchone()[0]


def verify(*arguments):
    out = io.StringIO()
    call_command("verify_audit", *arguments, stdout=out)
    return out.getvalue()


def test_an_untouched_trail_verifies_and_prints_each_tenants_head(trails):
    lines = [line.split() for line in verify().splitlines()]
    assert [(slug, seq, len(digest)) for slug, seq, digest in lines] == [("alpha", "5", 64), ("beta", "5", 64)]
    assert verify("--tenant", "beta").startswith("beta 5 ")


@pytest.mark.parametrize("change", [
    "action = 'test.row.other'", "new = '{\"pay\": 1}'", "at = at + interval '1 microsecond'", "actor_user_id = 9",
    "actor_label = actor_label || ' '", "ip = '10.0.0.1'", "subject_id = 77", "via = 'admin'", "request_id = 'y'",
    "old = 'null'", "actor_kind = 'user'", "subject_type = ''",
])  # fmt: skip
def test_a_changed_entry_is_found_with_its_place(trails, change):
    with tampering() as cursor:
        entry = entry_at(cursor, 3)
        cursor.execute(f"UPDATE audit_entry SET {change} WHERE id = %s", [entry])
    assert chains.faults(1) == [chains.Fault("changed", 3, entry)]
    with pytest.raises(CommandError, match=f"alpha: changed at position 3, entry {entry}"):
        verify()
    assert chains.faults(2) == []


def test_a_removed_entry_is_found(trails):
    with tampering() as cursor:
        entry = entry_at(cursor, 2)
        cursor.execute("DELETE FROM audit_entry WHERE id = %s", [entry])
    assert chains.faults(1) == [chains.Fault("removed", 2, entry)]


def test_an_entry_removed_together_with_its_link_is_found(trails):
    with tampering() as cursor:
        entry = entry_at(cursor, 2)
        cursor.execute("DELETE FROM audit_link WHERE entry_id = %s", [entry])
        cursor.execute("DELETE FROM audit_entry WHERE id = %s", [entry])
    assert [(fault.what, fault.seq) for fault in chains.faults(1)] == [("gap", 3)]


def test_a_closed_gap_is_still_found(trails):
    with tampering() as cursor:
        entry = entry_at(cursor, 2)
        cursor.execute("DELETE FROM audit_link WHERE entry_id = %s", [entry])
        cursor.execute("DELETE FROM audit_entry WHERE id = %s", [entry])
        cursor.execute("UPDATE audit_link SET seq = seq - 1 WHERE tenant_id = 1 AND seq > 2")
    assert [(fault.what, fault.seq) for fault in chains.faults(1)] == [("changed", 2)]


def test_an_inserted_entry_is_found(trails):
    with tampering() as cursor:
        cursor.execute(
            "INSERT INTO audit_entry (tenant_id, at, actor_kind, actor_label, action, subject_type, via, request_id)"
            " VALUES (1, now(), 'user', 'nobody', 'forged', '', 'api', '') RETURNING id"
        )
        entry = cursor.fetchone()[0]
    assert chains.faults(1) == [chains.Fault("inserted", None, entry)]


def test_exchanged_places_are_found(trails):
    with tampering() as cursor:
        third, fourth = entry_at(cursor, 3), entry_at(cursor, 4)
        cursor.execute("ALTER TABLE audit_link DROP CONSTRAINT audit_link_entry")
        cursor.execute(
            "UPDATE audit_link SET entry_id = CASE seq WHEN 3 THEN %s ELSE %s END"
            " WHERE tenant_id = 1 AND seq IN (3, 4)",
            [fourth, third],
        )
        cursor.execute("ALTER TABLE audit_link ADD CONSTRAINT audit_link_entry UNIQUE (tenant_id, entry_id)")
    assert [(fault.what, fault.seq) for fault in chains.faults(1)] == [("changed", 3), ("changed", 4)]


def test_a_trail_cut_at_its_end_is_found_by_a_head_that_was_kept(trails, tmp_path):
    kept = tmp_path / "heads.txt"
    kept.write_text(verify())
    verify("--heads", str(kept))
    with tampering() as cursor:
        entry = entry_at(cursor, 5)
        cursor.execute("DELETE FROM audit_link WHERE entry_id = %s", [entry])
        cursor.execute("DELETE FROM audit_entry WHERE id = %s", [entry])
    assert chains.faults(1) == []
    with pytest.raises(CommandError, match="alpha: cut at position 5"):
        verify("--heads", str(kept))


def test_an_unknown_tenant_is_an_error_not_a_success(live_db):
    with pytest.raises(CommandError, match="no tenant nowhere"):
        verify("--tenant", "nowhere")
