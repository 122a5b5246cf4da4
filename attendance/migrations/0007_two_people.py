"""A locked month opens for an unlocking that two people made; a changed timesheet voids what its person confirmed."""

from django.db import migrations

FUNCTIONS = """
CREATE FUNCTION attendance_needs_two() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.version <= OLD.version OR NOT EXISTS (
        SELECT 1 FROM attendance_monthunlock u
        WHERE u.tenant_id = NEW.tenant_id AND u.month_id = NEW.id AND u.state = 'approved'
          AND u.month_version = OLD.version
    ) THEN
        RAISE EXCEPTION 'attendance of % opens when two people agree', to_char(OLD.start_date, 'YYYY-MM')
            USING ERRCODE = 'check_violation', CONSTRAINT = 'attendance_month_two_people', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION attendance_void_confirmations() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE attendance_timesheetconfirmation c SET is_void = true FROM changed s
    WHERE c.tenant_id = s.tenant_id AND c.month_id = s.month_id AND c.employee_id = s.employee_id AND NOT c.is_void;
    RETURN NULL;
END $$;
"""
DROP_FUNCTIONS = "DROP FUNCTION attendance_needs_two(), attendance_void_confirmations();"

_TRIGGERS = {
    "attendance_month_two_people": (
        "BEFORE UPDATE ON attendance_attendancemonth FOR EACH ROW"
        " WHEN (OLD.state = 'locked' AND NEW.state <> 'locked') EXECUTE FUNCTION attendance_needs_two()",
        "attendance_attendancemonth",
    ),
    # Asked first, decided later and once.
    "attendance_unlock_asked": (
        "BEFORE INSERT ON attendance_monthunlock FOR EACH ROW WHEN (NEW.state <> 'waiting')"
        " EXECUTE FUNCTION attendance_refuse('attendance_unlock_asked')",
        "attendance_monthunlock",
    ),
    "attendance_unlock_final": (
        "BEFORE UPDATE ON attendance_monthunlock FOR EACH ROW WHEN (OLD.state <> 'waiting' OR"
        " (NEW.tenant_id, NEW.month_id, NEW.month_version, NEW.asked_by_id)"
        " IS DISTINCT FROM (OLD.tenant_id, OLD.month_id, OLD.month_version, OLD.asked_by_id))"
        " EXECUTE FUNCTION attendance_refuse('attendance_unlock_final')",
        "attendance_monthunlock",
    ),
    "attendance_unlock_kept": (
        "BEFORE DELETE ON attendance_monthunlock FOR EACH ROW"
        " EXECUTE FUNCTION attendance_refuse('attendance_unlock_kept')",
        "attendance_monthunlock",
    ),
    "attendance_timesheet_changed": (
        "AFTER UPDATE ON attendance_timesheet REFERENCING OLD TABLE AS changed"
        " FOR EACH STATEMENT EXECUTE FUNCTION attendance_void_confirmations()",
        "attendance_timesheet",
    ),
    "attendance_timesheet_removed": (
        "AFTER DELETE ON attendance_timesheet REFERENCING OLD TABLE AS changed"
        " FOR EACH STATEMENT EXECUTE FUNCTION attendance_void_confirmations()",
        "attendance_timesheet",
    ),
}
CREATE = "\n".join(f"CREATE TRIGGER {name} {body};" for name, (body, _table) in _TRIGGERS.items())
DROP = "\n".join(f"DROP TRIGGER {name} ON {table};" for name, (_body, table) in _TRIGGERS.items())


class Migration(migrations.Migration):
    dependencies = [("attendance", "0006_requests")]

    operations = [migrations.RunSQL(FUNCTIONS + CREATE, DROP + DROP_FUNCTIONS)]
