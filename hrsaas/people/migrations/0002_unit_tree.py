"""The database refuses cycles among org units, also those that two movers would close together."""

from django.db import migrations

# The advisory lock makes movers of one tenant take turns: each statement in the function sees what was committed
# before it. UNION (not UNION ALL) ends the walk on a cycle.
CREATE = """
CREATE FUNCTION people_unit_refuse_cycle() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('people_orgunit'), hashint8(NEW.tenant_id));
    IF EXISTS (
        WITH RECURSIVE above(id) AS (
            SELECT NEW.parent_id
            UNION
            SELECT unit.parent_id FROM people_orgunit unit JOIN above ON unit.id = above.id
            WHERE unit.tenant_id = NEW.tenant_id AND unit.parent_id IS NOT NULL
        )
        SELECT 1 FROM above WHERE id = NEW.id
    ) THEN
        RAISE EXCEPTION 'org unit % would be above itself', NEW.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'people_unit_acyclic', TABLE = 'people_orgunit';
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER people_unit_acyclic AFTER INSERT OR UPDATE OF parent_id ON people_orgunit
    FOR EACH ROW WHEN (NEW.parent_id IS NOT NULL) EXECUTE FUNCTION people_unit_refuse_cycle();
"""
DROP = """
DROP TRIGGER people_unit_acyclic ON people_orgunit;
DROP FUNCTION people_unit_refuse_cycle();
"""


class Migration(migrations.Migration):
    dependencies = [("people", "0001_initial")]
    operations = [migrations.RunSQL(CREATE, DROP)]
