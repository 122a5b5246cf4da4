"""The ledger of leave is append-only and keeps the lots' balances; approved leave of a locked month stays as it is."""

from django.db import migrations

from hrsaas.tenancy.roles import APP_ROLE

FUNCTIONS = """
-- The update locks the lots, so that of two who draw from one the second sees what the first has left; the lot's
-- CHECK refuses what is not there. By id, so that two who draw from the same lots wait instead of dying.
CREATE FUNCTION attendance_leave_post() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM attendance_leavelot l
        WHERE (l.tenant_id, l.id) IN (SELECT DISTINCT tenant_id, lot_id FROM added)
        ORDER BY l.id FOR NO KEY UPDATE;
    UPDATE attendance_leavelot l SET remaining = l.remaining + a.amount
        FROM (SELECT tenant_id, lot_id, sum(amount) AS amount FROM added GROUP BY tenant_id, lot_id) a
        WHERE l.tenant_id = a.tenant_id AND l.id = a.lot_id;
    RETURN NULL;
END $$;

CREATE FUNCTION attendance_leave_keep_days() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    closed date;
BEGIN
    PERFORM 1 FROM attendance_attendancemonth m WHERE (m.tenant_id, m.start_date) IN (
        SELECT DISTINCT tenant_id, date_trunc('month', date::timestamp)::date FROM changed WHERE state = 'approved'
    ) FOR SHARE;
    SELECT m.start_date INTO closed FROM attendance_attendancemonth m
        WHERE m.state = 'locked' AND (m.tenant_id, m.start_date) IN (
            SELECT DISTINCT tenant_id, date_trunc('month', date::timestamp)::date FROM changed WHERE state = 'approved'
        ) LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'attendance of % is locked', to_char(closed, 'YYYY-MM')
            USING ERRCODE = 'check_violation', CONSTRAINT = 'attendance_month_locked', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NULL;
END $$;
"""
DROP_FUNCTIONS = "DROP FUNCTION attendance_leave_post(), attendance_leave_keep_days();"

_ENTRY, _LOT, _DAY = "attendance_leaveentry", "attendance_leavelot", "attendance_leaveday"
# Trigger name → when it fires, on which table, and for what.
_REFUSED = {
    "attendance_leaveentry_fixed": ("BEFORE UPDATE OR DELETE", _ENTRY, "FOR EACH ROW"),
    "attendance_leaveentry_kept": ("BEFORE TRUNCATE", _ENTRY, "FOR EACH STATEMENT"),
    "attendance_leavelot_kept": ("BEFORE DELETE", _LOT, "FOR EACH ROW"),
    "attendance_leavelot_begun": ("BEFORE INSERT", _LOT, "FOR EACH ROW WHEN (NEW.remaining <> 0)"),
    # Only the ledger's own trigger, one level deeper, moves a balance; and a lot stays whose it is.
    "attendance_leavelot_posted": (
        "BEFORE UPDATE", _LOT,
        "FOR EACH ROW WHEN (pg_trigger_depth() = 0 AND NEW.remaining <> OLD.remaining"
        " OR (NEW.tenant_id, NEW.employee_id, NEW.leave_type_id) <> (OLD.tenant_id, OLD.employee_id,"
        " OLD.leave_type_id))",
    ),
}  # fmt: skip
_EVENTS = {
    "insert": ("INSERT", "NEW"), "delete": ("DELETE", "OLD"), "update_from": ("UPDATE", "OLD"),
    "update_to": ("UPDATE", "NEW"),
}  # fmt: skip


def _triggers():
    for name, (when, table, level) in _REFUSED.items():
        yield name, table, f"{when} ON {table} {level} EXECUTE FUNCTION attendance_refuse('{name}')"
    yield "attendance_leaveentry_post", _ENTRY, (
        f"AFTER INSERT ON {_ENTRY} REFERENCING NEW TABLE AS added"
        " FOR EACH STATEMENT EXECUTE FUNCTION attendance_leave_post()"
    )
    for event, (verb, rows) in _EVENTS.items():
        yield f"{_DAY}_{event}", _DAY, (
            f"AFTER {verb} ON {_DAY} REFERENCING {rows} TABLE AS changed"
            " FOR EACH STATEMENT EXECUTE FUNCTION attendance_leave_keep_days()"
        )


ALL = list(_triggers())
CREATE = "\n".join(f"CREATE TRIGGER {name} {body};" for name, _table, body in ALL)
DROP = "\n".join(f"DROP TRIGGER {name} ON {table};" for name, table, _body in ALL)


class Migration(migrations.Migration):
    dependencies = [("attendance", "0003_leave")]

    operations = [
        migrations.RunSQL(FUNCTIONS + CREATE, DROP + DROP_FUNCTIONS),
        migrations.RunSQL(
            f"REVOKE UPDATE, DELETE ON {_ENTRY} FROM {APP_ROLE};", f"GRANT UPDATE, DELETE ON {_ENTRY} TO {APP_ROLE};"
        ),
    ]
