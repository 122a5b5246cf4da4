"""References of payslips checked once per statement instead of once per row and reference; digests are made outside.

Five foreign keys cost 16 µs a payslip, twice as much as writing it. In their place: a trigger on payslips that looks
up all runs, people, units and positions of a statement by their keys, tenant and all, and triggers on these tables
that keep what payslips refer to. Both sides take the tenant's advisory lock, shared and exclusive, so neither can slip
in beside the other. A payslip's tenant exists since its run does.
"""

import django.db.models.deletion
from django.db import migrations

import hrsaas.tenancy.fields

# Key of the advisory locks; the other half is the tenant.
LOCK = 7_291_604

CHECK = f"""
CREATE FUNCTION payroll_check_references() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    tenants bigint[];
    runs bigint[];
    units bigint[];
    positions bigint[];
    first bigint;
    last bigint;
    missing text;
BEGIN
    SELECT array_agg(tenant_id), array_agg(run_id), array_agg(unit_id), array_agg(position_id), min(low), max(high)
        INTO tenants, runs, units, positions, first, last
        FROM (SELECT tenant_id, run_id, unit_id, position_id, min(employee_id) AS low, max(employee_id) AS high
              FROM new_rows GROUP BY tenant_id, run_id, unit_id, position_id) written;
    PERFORM pg_advisory_xact_lock_shared({LOCK}, hashint8(tenant_id))
        FROM (SELECT DISTINCT tenant_id FROM unnest(tenants) AS t (tenant_id)) written;
    SELECT concat_ws(' ', 'run', run_id, 'unit', unit_id, 'position', position_id) INTO missing
        FROM unnest(tenants, runs, units, positions) AS written (tenant_id, run_id, unit_id, position_id)
        WHERE NOT EXISTS (SELECT 1 FROM payroll_payrun r
                          WHERE r.tenant_id = written.tenant_id AND r.id = written.run_id)
           OR NOT EXISTS (SELECT 1 FROM people_orgunit u
                          WHERE u.tenant_id = written.tenant_id AND u.id = written.unit_id)
           OR NOT EXISTS (SELECT 1 FROM people_position p
                          WHERE p.tenant_id = written.tenant_id AND p.id = written.position_id)
        LIMIT 1;
    IF missing IS NULL THEN
        -- min(), not LIMIT 1: the planner shall expect to look at all rows, and hash the people in between.
        SELECT 'employee ' || min(employee_id) INTO missing FROM new_rows written
            WHERE NOT EXISTS (SELECT 1 FROM people_employee e
                              WHERE e.tenant_id = written.tenant_id AND e.id = written.employee_id
                                AND e.id BETWEEN first AND last);
    END IF;
    IF missing IS NOT NULL THEN
        RAISE EXCEPTION 'a payslip refers to what its tenant does not have: %', missing
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'payroll_payslip_references';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER payroll_payslip_insert_references AFTER INSERT ON payroll_payslip
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION payroll_check_references();
CREATE TRIGGER payroll_payslip_update_references AFTER UPDATE ON payroll_payslip
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION payroll_check_references();

-- TG_ARGV: the column of payslips that refers to the table.
CREATE FUNCTION payroll_keep_referenced() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    used boolean;
BEGIN
    PERFORM pg_advisory_xact_lock({LOCK}, hashint8(OLD.tenant_id));
    EXECUTE format('SELECT EXISTS (SELECT 1 FROM payroll_payslip WHERE tenant_id = $1 AND %I = $2)', TG_ARGV[0])
        INTO used USING OLD.tenant_id, OLD.id;
    IF used THEN
        RAISE EXCEPTION '% % is in payslips', TG_TABLE_NAME, OLD.id
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'payroll_payslip_references';
    END IF;
    RETURN NULL;
END $$;
"""
CHECK_BACK = """
DROP TRIGGER payroll_payslip_insert_references ON payroll_payslip;
DROP TRIGGER payroll_payslip_update_references ON payroll_payslip;
DROP FUNCTION payroll_check_references(), payroll_keep_referenced();
"""

# Table → the column of payslips that refers to it.
REFERENCED = {
    "payroll_payrun": "run_id",
    "people_employee": "employee_id",
    "people_orgunit": "unit_id",
    "people_position": "position_id",
}
KEEP = """
CREATE TRIGGER payroll_referenced_deleted AFTER DELETE ON {table}
    FOR EACH ROW EXECUTE FUNCTION payroll_keep_referenced('{column}');
CREATE TRIGGER payroll_referenced_moved AFTER UPDATE OF id, tenant_id ON {table}
    FOR EACH ROW WHEN ((OLD.id, OLD.tenant_id) IS DISTINCT FROM (NEW.id, NEW.tenant_id))
    EXECUTE FUNCTION payroll_keep_referenced('{column}');
"""
KEEP_BACK = """
DROP TRIGGER payroll_referenced_deleted ON {table};
DROP TRIGGER payroll_referenced_moved ON {table};
"""
# TRUNCATE would have been refused before: it had to take the payslips with it. Of pay runs it already is.
WHOLE = """
CREATE TRIGGER payroll_referenced_whole BEFORE TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION payroll_keep_whole();
"""
WHOLE_BACK = "DROP TRIGGER payroll_referenced_whole ON {table};"

DROP_KEYS = """
DO $$
DECLARE
    name text;
BEGIN
    SET CONSTRAINTS ALL IMMEDIATE;
    FOR name IN SELECT conname FROM pg_constraint WHERE conrelid = 'payroll_payslip'::regclass AND contype = 'f' LOOP
        EXECUTE format('ALTER TABLE payroll_payslip DROP CONSTRAINT %I', name);
    END LOOP;
END $$;
"""
ADD_KEYS = "\n".join(
    f"ALTER TABLE payroll_payslip ADD CONSTRAINT payroll_payslip_{column}_fk FOREIGN KEY (tenant_id, {column})"
    f" REFERENCES {table} (tenant_id, id) DEFERRABLE INITIALLY DEFERRED;"
    for table, column in REFERENCED.items()
) + (
    "ALTER TABLE payroll_payslip ADD CONSTRAINT payroll_payslip_tenant_id_fk FOREIGN KEY (tenant_id)"
    " REFERENCES tenancy_tenant (id) DEFERRABLE INITIALLY DEFERRED;"
)


def _by_statement(name, to, verbose_name):
    return migrations.AlterField(
        model_name="payslip",
        name=name,
        field=hrsaas.tenancy.fields.TenantForeignKey(
            db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name="payslips", to=to,
            verbose_name=verbose_name,
        ),
    )  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [("payroll", "0003_schemes_and_groups"), ("people", "0001_initial")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(DROP_KEYS, ADD_KEYS), migrations.RunSQL(CHECK, CHECK_BACK)],
            state_operations=[
                _by_statement("run", "payroll.payrun", "pay run"),
                _by_statement("employee", "people.employee", "employee"),
                _by_statement("unit", "people.orgunit", "org unit"),
                _by_statement("position", "people.position", "position"),
            ],
        ),
        *(
            migrations.RunSQL(KEEP.format(table=table, column=column), KEEP_BACK.format(table=table))
            for table, column in REFERENCED.items()
        ),
        *(
            migrations.RunSQL(WHOLE.format(table=table), WHOLE_BACK.format(table=table))
            for table in REFERENCED
            if table != "payroll_payrun"
        ),
    ]
