"""The database refuses a cost split whose shares are not exactly the whole, at commit: its rows come one by one."""

from django.db import migrations

# A split without shares is none of the whole either; one that was deleted with its shares is no concern any more.
CREATE = """
CREATE FUNCTION people_cost_split_refuse_part() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    changed jsonb := to_jsonb(COALESCE(NEW, OLD));
    of_tenant bigint := changed ->> 'tenant_id';
    of_split bigint := changed ->> CASE TG_TABLE_NAME WHEN 'people_costsplit' THEN 'id' ELSE 'split_id' END;
BEGIN
    IF EXISTS (
        SELECT 1 FROM people_costsplit split
        WHERE split.tenant_id = of_tenant AND split.id = of_split
          AND COALESCE((SELECT sum(share.share_rate) FROM people_costshare share
                        WHERE share.tenant_id = of_tenant AND share.split_id = of_split), 0) <> 1
    ) THEN
        RAISE EXCEPTION 'the shares of cost split % are not the whole', of_split
            USING ERRCODE = 'check_violation', CONSTRAINT = 'people_cost_split_whole', TABLE = 'people_costsplit';
    END IF;
    RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER people_cost_split_whole AFTER INSERT ON people_costsplit
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION people_cost_split_refuse_part();
CREATE CONSTRAINT TRIGGER people_cost_share_whole AFTER INSERT OR UPDATE OR DELETE ON people_costshare
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION people_cost_split_refuse_part();
"""
DROP = """
DROP TRIGGER people_cost_share_whole ON people_costshare;
DROP TRIGGER people_cost_split_whole ON people_costsplit;
DROP FUNCTION people_cost_split_refuse_part();
"""


class Migration(migrations.Migration):
    dependencies = [("people", "0004_projects_and_cost_splits")]
    operations = [migrations.RunSQL(CREATE, DROP)]
