"""New payslips are checked by one trigger that goes through them twice, instead of by two that go through them four
times: that their run is open, and that what they refer to is their tenant's (as 0002 and 0004 did). And a sum of bigint
that is a bigint: PostgreSQL's own sums in 128 bits and answers a numeric.
"""

from importlib import import_module

from django.db import migrations

LOCK = import_module("payroll.migrations.0004_references_by_statement").LOCK

CHECK = f"""
CREATE FUNCTION payroll_check_new_payslips() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    tenants bigint[];
    runs bigint[];
    units bigint[];
    positions bigint[];
    first bigint;
    last bigint;
    closed bigint;
    missing text;
BEGIN
    SELECT array_agg(tenant_id), array_agg(run_id), array_agg(unit_id), array_agg(position_id), min(low), max(high)
        INTO tenants, runs, units, positions, first, last
        FROM (SELECT tenant_id, run_id, unit_id, position_id, min(employee_id) AS low, max(employee_id) AS high
              FROM new_rows GROUP BY tenant_id, run_id, unit_id, position_id) written;
    PERFORM pg_advisory_xact_lock_shared({LOCK}, hashint8(tenant_id))
        FROM (SELECT DISTINCT tenant_id FROM unnest(tenants) AS t (tenant_id)) written;
    -- No payslip slips in beside an approval that is about to commit. A run that cannot be seen counts as closed.
    PERFORM 1 FROM payroll_payrun run JOIN (SELECT DISTINCT * FROM unnest(tenants, runs) AS t (tenant_id, run_id)) written
        ON run.tenant_id = written.tenant_id AND run.id = written.run_id FOR SHARE OF run;
    SELECT written.run_id INTO closed FROM unnest(tenants, runs) AS written (tenant_id, run_id)
        LEFT JOIN payroll_payrun run ON run.tenant_id = written.tenant_id AND run.id = written.run_id
        WHERE run.state IS NULL OR run.state IN ('approved', 'locked', 'paid') LIMIT 1;
    IF FOUND THEN
        PERFORM payroll_refuse(format('pay run %s is closed', closed));
    END IF;
    SELECT concat_ws(' ', 'unit', unit_id, 'position', position_id) INTO missing
        FROM unnest(tenants, units, positions) AS written (tenant_id, unit_id, position_id)
        WHERE NOT EXISTS (SELECT 1 FROM people_orgunit u
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
DROP TRIGGER payroll_payslip_inserted ON payroll_payslip;
DROP TRIGGER payroll_payslip_insert_references ON payroll_payslip;
CREATE TRIGGER payroll_payslip_inserted AFTER INSERT ON payroll_payslip
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION payroll_check_new_payslips();
"""
CHECK_BACK = """
DROP TRIGGER payroll_payslip_inserted ON payroll_payslip;
DROP FUNCTION payroll_check_new_payslips();
CREATE TRIGGER payroll_payslip_inserted AFTER INSERT ON payroll_payslip
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION payroll_keep_payslips();
CREATE TRIGGER payroll_payslip_insert_references AFTER INSERT ON payroll_payslip
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION payroll_check_references();
"""
# int8pl is strict: NULLs are left out, and a sum beyond 64 bits is an error.
SUM = "CREATE AGGREGATE payroll_sum (bigint) (SFUNC = int8pl, STYPE = bigint, COMBINEFUNC = int8pl, PARALLEL = SAFE);"
SUM_BACK = "DROP AGGREGATE payroll_sum (bigint);"


class Migration(migrations.Migration):
    dependencies = [("payroll", "0014_payments")]

    operations = [migrations.RunSQL(CHECK, CHECK_BACK), migrations.RunSQL(SUM, SUM_BACK)]
