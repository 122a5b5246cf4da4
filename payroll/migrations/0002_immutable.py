"""The database keeps approved and locked runs, their payslips and all formula set versions as they are.

Statement triggers with transition tables: a write of 5,000 payslips is checked once. Runs are looked up FOR SHARE, so
that no payslip can slip in beside an approval that is about to commit. Functions run with the writer's own rights.
"""

from django.db import migrations

FREEZE = """
CREATE FUNCTION payroll_refuse(what text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '%', what USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'payroll_closed';
END $$;

CREATE FUNCTION payroll_keep_whole() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM payroll_refuse(TG_TABLE_NAME || ' keeps its rows');
    RETURN NULL;
END $$;

-- A run that cannot be seen counts as closed.
CREATE FUNCTION payroll_keep_payslips() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    closed bigint;
BEGIN
    IF TG_OP <> 'INSERT' THEN
        PERFORM 1 FROM payroll_payrun run JOIN (SELECT DISTINCT tenant_id, run_id FROM old_rows) written
            ON run.tenant_id = written.tenant_id AND run.id = written.run_id FOR SHARE OF run;
        SELECT written.run_id INTO closed FROM (SELECT DISTINCT tenant_id, run_id FROM old_rows) written
            LEFT JOIN payroll_payrun run ON run.tenant_id = written.tenant_id AND run.id = written.run_id
            WHERE run.state IS NULL OR run.state IN ('approved', 'locked') LIMIT 1;
        IF FOUND THEN
            PERFORM payroll_refuse(format('pay run %s is closed', closed));
        END IF;
    END IF;
    IF TG_OP <> 'DELETE' THEN
        PERFORM 1 FROM payroll_payrun run JOIN (SELECT DISTINCT tenant_id, run_id FROM new_rows) written
            ON run.tenant_id = written.tenant_id AND run.id = written.run_id FOR SHARE OF run;
        SELECT written.run_id INTO closed FROM (SELECT DISTINCT tenant_id, run_id FROM new_rows) written
            LEFT JOIN payroll_payrun run ON run.tenant_id = written.tenant_id AND run.id = written.run_id
            WHERE run.state IS NULL OR run.state IN ('approved', 'locked') LIMIT 1;
        IF FOUND THEN
            PERFORM payroll_refuse(format('pay run %s is closed', closed));
        END IF;
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION payroll_keep_run() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    lock_fields text[] := ARRAY['state', 'locked_at', 'locked_by', 'chain', 'version'];
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'draft' THEN
            PERFORM payroll_refuse('a pay run begins as a draft');
        END IF;
        RETURN NEW;
    END IF;
    IF OLD.state = 'locked' OR (OLD.state = 'approved' AND TG_OP = 'DELETE') THEN
        PERFORM payroll_refuse(format('pay run %s is closed', OLD.id));
    END IF;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    IF OLD.state = 'approved'
        AND (NEW.state <> 'locked' OR to_jsonb(NEW) - lock_fields <> to_jsonb(OLD) - lock_fields) THEN
        PERFORM payroll_refuse(format('pay run %s is approved and may only be locked', OLD.id));
    END IF;
    IF (NEW.state = 'locked' AND OLD.state <> 'approved')
        OR (NEW.state = 'approved' AND OLD.state NOT IN ('calculated', 'approved')) THEN
        PERFORM payroll_refuse(format('pay run %s may not go from %s to %s', OLD.id, OLD.state, NEW.state));
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION payroll_keep_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM payroll_refuse('formula set versions never change');
    RETURN NULL;
END $$;

CREATE TRIGGER payroll_run_kept BEFORE INSERT OR UPDATE OR DELETE ON payroll_payrun
    FOR EACH ROW EXECUTE FUNCTION payroll_keep_run();
CREATE TRIGGER payroll_run_whole BEFORE TRUNCATE ON payroll_payrun
    FOR EACH STATEMENT EXECUTE FUNCTION payroll_keep_whole();
CREATE TRIGGER payroll_version_kept BEFORE UPDATE OR DELETE ON payroll_formulasetversion
    FOR EACH ROW EXECUTE FUNCTION payroll_keep_version();
CREATE TRIGGER payroll_version_whole BEFORE TRUNCATE ON payroll_formulasetversion
    FOR EACH STATEMENT EXECUTE FUNCTION payroll_keep_whole();
"""

FREEZE_TABLE = """
CREATE TRIGGER {name}_inserted AFTER INSERT ON {table}
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION payroll_keep_payslips();
CREATE TRIGGER {name}_updated AFTER UPDATE ON {table}
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION payroll_keep_payslips();
CREATE TRIGGER {name}_deleted AFTER DELETE ON {table}
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION payroll_keep_payslips();
CREATE TRIGGER {name}_whole BEFORE TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION payroll_keep_whole();
"""
TABLES = {"payroll_payslip": "payroll_payslip", "payroll_total": "payroll_paysliptotal"}

THAW_TABLE = """
DROP TRIGGER {name}_inserted ON {table};
DROP TRIGGER {name}_updated ON {table};
DROP TRIGGER {name}_deleted ON {table};
DROP TRIGGER {name}_whole ON {table};
"""

THAW = """
DROP TRIGGER payroll_run_kept ON payroll_payrun;
DROP TRIGGER payroll_run_whole ON payroll_payrun;
DROP TRIGGER payroll_version_kept ON payroll_formulasetversion;
DROP TRIGGER payroll_version_whole ON payroll_formulasetversion;
DROP FUNCTION payroll_keep_run(), payroll_keep_version(), payroll_keep_payslips(), payroll_keep_whole();
DROP FUNCTION payroll_refuse(text);
"""

# All that a payslip says, for the digests of a run; recomputed by whoever doubts them.
DIGESTS = """
CREATE FUNCTION payroll_input_digest(slip payroll_payslip) RETURNS bytea LANGUAGE sql STABLE AS $$
    SELECT sha256(convert_to(jsonb_build_array(slip.employee_code, slip.texts)::text, 'UTF8') || array_send(slip.inputs))
$$;
CREATE FUNCTION payroll_payslip_digest(slip payroll_payslip) RETURNS bytea LANGUAGE sql STABLE AS $$
    SELECT sha256(convert_to(jsonb_build_array(
        slip.employee_id, slip.employee_code, slip.employee_name, slip.unit_id, slip.position_id, slip.city,
        slip.gross_fen, slip.tax_fen, slip.net_fen, slip.cost_fen, slip.texts, slip.error, slip.warnings
    )::text, 'UTF8') || array_send(slip.inputs) || array_send(slip.amounts))
$$;
"""
NO_DIGESTS = """
DROP FUNCTION payroll_input_digest(payroll_payslip), payroll_payslip_digest(payroll_payslip);
"""

# One row per line of a payslip, for SQL and reports, with the reader's own rights.
LINES = """
CREATE VIEW payroll_payslip_line WITH (security_invoker = true) AS
SELECT slip.tenant_id, slip.run_id, run.month, slip.id AS payslip_id, slip.employee_id, slip.employee_code, slip.unit_id,
       line.place::int - 1 AS item_position, item.value ->> 'code' AS item_code, item.value ->> 'name' AS item_name,
       item.value ->> 'name_en' AS item_name_en, item.value ->> 'category' AS category,
       (item.value ->> 'shown')::boolean AS is_shown, line.amount, (item.value ->> 'scale')::int AS scale
FROM payroll_payslip slip
JOIN payroll_payrun run ON run.tenant_id = slip.tenant_id AND run.id = slip.run_id
JOIN payroll_formulasetversion used ON used.tenant_id = run.tenant_id AND used.id = run.formula_set_id
CROSS JOIN LATERAL unnest(slip.amounts) WITH ORDINALITY AS line (amount, place)
CROSS JOIN LATERAL (SELECT used.items -> (line.place::int - 1) AS value) AS item;
"""
NO_LINES = "DROP VIEW payroll_payslip_line;"


class Migration(migrations.Migration):
    dependencies = [("payroll", "0001_initial")]

    operations = [
        migrations.RunSQL(FREEZE, THAW),
        *(
            migrations.RunSQL(FREEZE_TABLE.format(name=name, table=table), THAW_TABLE.format(name=name, table=table))
            for name, table in TABLES.items()
        ),
        migrations.RunSQL(DIGESTS, NO_DIGESTS),
        migrations.RunSQL(LINES, NO_LINES),
    ]
