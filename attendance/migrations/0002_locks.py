"""Punches are append-only; a locked month takes no change to its day results, timesheets and roster."""

from django.db import migrations

from hrsaas.tenancy.roles import APP_ROLE, MAINTENANCE_ROLE

FUNCTIONS = """
CREATE FUNCTION attendance_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% takes no %', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = TG_ARGV[0], TABLE = TG_TABLE_NAME;
END $$;

-- The share locks make whoever locks the month wait for those who still write into it, and the other way round:
-- the check that follows sees what was committed before.
CREATE FUNCTION attendance_keep_days() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    closed date;
BEGIN
    PERFORM 1 FROM attendance_attendancemonth m WHERE (m.tenant_id, m.start_date) IN (
        SELECT DISTINCT tenant_id, date_trunc('month', date::timestamp)::date FROM changed
    ) FOR SHARE;
    SELECT t.start_date INTO closed
        FROM (SELECT DISTINCT tenant_id, date_trunc('month', date::timestamp)::date AS start_date FROM changed) t
        LEFT JOIN attendance_attendancemonth m USING (tenant_id, start_date)
        WHERE m.state IS DISTINCT FROM 'open' LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'attendance of % is locked or was not begun', to_char(closed, 'YYYY-MM')
            USING ERRCODE = 'check_violation', CONSTRAINT = 'attendance_month_locked', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION attendance_keep_timesheets() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    closed date;
BEGIN
    PERFORM 1 FROM attendance_attendancemonth m WHERE (m.tenant_id, m.id) IN (
        SELECT DISTINCT tenant_id, month_id FROM changed
    ) FOR SHARE;
    SELECT m.start_date INTO closed FROM attendance_attendancemonth m
        WHERE m.state = 'locked' AND (m.tenant_id, m.id) IN (SELECT DISTINCT tenant_id, month_id FROM changed)
        LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'attendance of % is locked', to_char(closed, 'YYYY-MM')
            USING ERRCODE = 'check_violation', CONSTRAINT = 'attendance_month_locked', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NULL;
END $$;
"""
DROP_FUNCTIONS = "DROP FUNCTION attendance_refuse(), attendance_keep_days(), attendance_keep_timesheets();"

# Trigger name → when it fires, on which table, and what it runs.
_TRIGGERS = {
    "attendance_punch_fixed": ("BEFORE UPDATE OR DELETE", "attendance_punch", "FOR EACH ROW"),
    "attendance_punch_kept": ("BEFORE TRUNCATE", "attendance_punch", "FOR EACH STATEMENT"),
    "attendance_day_kept": ("BEFORE TRUNCATE", "attendance_dayresult", "FOR EACH STATEMENT"),
    "attendance_timesheet_kept": ("BEFORE TRUNCATE", "attendance_timesheet", "FOR EACH STATEMENT"),
    "attendance_month_kept": ("BEFORE DELETE", "attendance_attendancemonth", "FOR EACH ROW"),
    # A month begins open and keeps its name; only its state changes.
    "attendance_month_begun": (
        "BEFORE INSERT", "attendance_attendancemonth", "FOR EACH ROW WHEN (NEW.state <> 'open')"
    ),
    "attendance_month_named": (
        "BEFORE UPDATE", "attendance_attendancemonth",
        "FOR EACH ROW WHEN (NEW.start_date <> OLD.start_date OR NEW.tenant_id <> OLD.tenant_id)",
    ),
}
_KEPT = {
    "attendance_dayresult": "attendance_keep_days",
    "attendance_rosterday": "attendance_keep_days",
    "attendance_timesheet": "attendance_keep_timesheets",
}
_EVENTS = {
    "insert": ("INSERT", "NEW"), "delete": ("DELETE", "OLD"), "update_from": ("UPDATE", "OLD"),
    "update_to": ("UPDATE", "NEW"),
}  # fmt: skip


def _refusing():
    for name, (when, table, level) in _TRIGGERS.items():
        yield name, table, f"{when} ON {table} {level} EXECUTE FUNCTION attendance_refuse('{name}')"


def _keeping():
    for table, function in _KEPT.items():
        for event, (verb, rows) in _EVENTS.items():
            yield f"{table}_{event}", table, (
                f"AFTER {verb} ON {table} REFERENCING {rows} TABLE AS changed"
                f" FOR EACH STATEMENT EXECUTE FUNCTION {function}()"
            )


ALL = [*_refusing(), *_keeping()]
CREATE = "\n".join(f"CREATE TRIGGER {name} {body};" for name, _table, body in ALL)
DROP = "\n".join(f"DROP TRIGGER {name} ON {table};" for name, table, _body in ALL)

# ANALYZE before bulk work (tenancy/services/statistics.py). Before PostgreSQL 17 only the owner may; autovacuum must do then.
_ANALYSED = (
    "people_employee, people_assignment, attendance_shift, attendance_punch, attendance_rosterday,"
    " attendance_dayresult, attendance_timesheet, attendance_crewmembership"
)


def _if_possible(statement):
    return f"""DO $$ BEGIN
        IF current_setting('server_version_num')::int >= 170000 THEN {statement}; END IF;
    END $$;"""


class Migration(migrations.Migration):
    dependencies = [("attendance", "0001_initial")]

    operations = [
        migrations.RunSQL(
            _if_possible(f"GRANT MAINTAIN ON {_ANALYSED} TO {MAINTENANCE_ROLE}"),
            _if_possible(f"REVOKE MAINTAIN ON {_ANALYSED} FROM {MAINTENANCE_ROLE}"),
        ),
        migrations.RunSQL(FUNCTIONS + CREATE, DROP + DROP_FUNCTIONS),
        migrations.RunSQL(
            f"REVOKE UPDATE, DELETE ON attendance_punch FROM {APP_ROLE};",
            f"GRANT UPDATE, DELETE ON attendance_punch TO {APP_ROLE};",
        ),
    ]
