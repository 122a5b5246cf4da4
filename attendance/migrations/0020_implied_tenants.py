"""Two keys that say nothing of their own, and cost a month's computation a twentieth: whoever has a row of these tables
has an employee of the same tenant, whose own key says that the tenant exists.
"""

from django.db import migrations

DROP = """
DO $$
DECLARE
    key text;
BEGIN
    SELECT conname INTO STRICT key FROM pg_constraint
        WHERE conrelid = '{table}'::regclass AND confrelid = 'tenancy_tenant'::regclass;
    EXECUTE format('ALTER TABLE {table} DROP CONSTRAINT %I', key);
END $$;
"""
ADD = (
    "ALTER TABLE {table} ADD CONSTRAINT {table}_tenant_id_fk FOREIGN KEY (tenant_id) REFERENCES tenancy_tenant (id)"
    " DEFERRABLE INITIALLY DEFERRED;"
)


class Migration(migrations.Migration):
    dependencies = [("attendance", "0019_month_results")]

    operations = [
        migrations.RunSQL(DROP.format(table=table), ADD.format(table=table))
        for table in ("attendance_monthresult", "attendance_timesheet")
    ]
