"""Append-only triggers and the hash chain.

An entry is chained when its transaction commits, in two deferred steps. Step one only writes an empty link, so that
step two runs after every deferred foreign key check of the transaction: those may wait for rows, and nobody may
wait for a row while holding the tenant's chain lock, or two commits could wait for each other.
"""

from django.db import migrations

from hrsaas.tenancy.roles import APP_ROLE

CHAIN = """
-- old and new as text inside the array, so that no value and JSON null differ.
CREATE FUNCTION audit_canonical(entry audit_entry) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT jsonb_build_array(
        entry.tenant_id, entry.id, entry.at AT TIME ZONE 'UTC', entry.actor_kind, entry.actor_user_id,
        entry.actor_label, entry.action, entry.subject_type, entry.subject_id, entry.old::text, entry.new::text, entry.via,
        host(entry.ip), entry.request_id
    )::text
$$;

CREATE FUNCTION audit_digest(previous bytea, entry audit_entry) RETURNS bytea LANGUAGE sql STABLE AS $$
    SELECT sha256(coalesce(previous, ''::bytea) || convert_to(audit_canonical(entry), 'UTF8'))
$$;

-- Row-level security already let the row in, so its tenant is the transaction's; only a transaction that has visited
-- several tenants, as rolled-back tests do, has to be told at its end.
CREATE FUNCTION audit_enter_tenant(tenant bigint) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF current_setting('app.tenant_id', true) IS DISTINCT FROM tenant::text THEN
        EXECUTE format('SET LOCAL app.tenant_id = %L', tenant);
    END IF;
END $$;

CREATE FUNCTION audit_begin_link() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM audit_enter_tenant(NEW.tenant_id);
    INSERT INTO audit_link (tenant_id, entry_id) VALUES (NEW.tenant_id, NEW.id);
    RETURN NULL;
END $$;

CREATE FUNCTION audit_finish_link() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    last audit_link;
    chained audit_entry;
BEGIN
    PERFORM audit_enter_tenant(NEW.tenant_id);
    PERFORM pg_advisory_xact_lock(hashtext('audit_link'), hashint8(NEW.tenant_id));
    SELECT * INTO last FROM audit_link
        WHERE tenant_id = NEW.tenant_id AND seq IS NOT NULL ORDER BY seq DESC LIMIT 1;
    SELECT * INTO STRICT chained FROM audit_entry WHERE tenant_id = NEW.tenant_id AND id = NEW.entry_id;
    UPDATE audit_link SET seq = coalesce(last.seq, 0) + 1, digest = audit_digest(last.digest, chained)
        WHERE tenant_id = NEW.tenant_id AND id = NEW.id;
    RETURN NULL;
END $$;

CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the audit trail is append-only' USING ERRCODE = 'integrity_constraint_violation';
END $$;

-- Nobody chooses a place in the chain: links arrive empty and are filled once, by the trigger.
CREATE FUNCTION audit_empty_link() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.seq := NULL;
    NEW.digest := NULL;
    RETURN NEW;
END $$;

CREATE CONSTRAINT TRIGGER audit_begin_link AFTER INSERT ON audit_entry
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audit_begin_link();
CREATE CONSTRAINT TRIGGER audit_finish_link AFTER INSERT ON audit_link
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audit_finish_link();

CREATE TRIGGER audit_entry_fixed BEFORE UPDATE OR DELETE ON audit_entry
    FOR EACH ROW EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_entry_kept BEFORE TRUNCATE ON audit_entry
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_link_empty BEFORE INSERT ON audit_link
    FOR EACH ROW EXECUTE FUNCTION audit_empty_link();
CREATE TRIGGER audit_link_fixed BEFORE UPDATE ON audit_link
    FOR EACH ROW WHEN (OLD.seq IS NOT NULL OR NEW.tenant_id <> OLD.tenant_id OR NEW.entry_id <> OLD.entry_id)
    EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_link_whole BEFORE DELETE ON audit_link
    FOR EACH ROW EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_link_kept BEFORE TRUNCATE ON audit_link
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
"""

UNCHAIN = """
DROP TRIGGER audit_begin_link ON audit_entry;
DROP TRIGGER audit_entry_fixed ON audit_entry;
DROP TRIGGER audit_entry_kept ON audit_entry;
DROP TRIGGER audit_finish_link ON audit_link;
DROP TRIGGER audit_link_empty ON audit_link;
DROP TRIGGER audit_link_fixed ON audit_link;
DROP TRIGGER audit_link_whole ON audit_link;
DROP TRIGGER audit_link_kept ON audit_link;
DROP FUNCTION audit_begin_link(), audit_finish_link(), audit_refuse(), audit_empty_link();
DROP FUNCTION audit_enter_tenant(bigint);
DROP FUNCTION audit_digest(bytea, audit_entry);
DROP FUNCTION audit_canonical(audit_entry);
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]

    operations = [
        migrations.RunSQL(CHAIN, UNCHAIN),
        # The chain's trigger runs as the runtime role, so that role keeps INSERT and UPDATE on links.
        migrations.RunSQL(
            f"REVOKE UPDATE, DELETE ON audit_entry FROM {APP_ROLE}; REVOKE DELETE ON audit_link FROM {APP_ROLE};",
            f"GRANT UPDATE, DELETE ON audit_entry TO {APP_ROLE}; GRANT DELETE ON audit_link TO {APP_ROLE};",
        ),
    ]
