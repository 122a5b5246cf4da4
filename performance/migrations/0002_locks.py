"""Readings are append-only; a locked month takes no change to its goals, readings and scores."""

from django.db import migrations

from hrsaas.tenancy.roles import APP_ROLE

# The share locks make whoever locks the month wait for those who still write into it, and the other way round: the
# check that follows sees what was committed before.
_KEEP = """
CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    closed date;
BEGIN
    PERFORM 1 FROM performance_performancemonth m WHERE (m.tenant_id, m.start_date) IN ({months}) FOR SHARE;
    SELECT t.start_date INTO closed
        FROM ({months}) t
        LEFT JOIN performance_performancemonth m USING (tenant_id, start_date)
        WHERE m.state IS DISTINCT FROM 'open' LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'performance of % is locked or was not begun', to_char(closed, 'YYYY-MM')
            USING ERRCODE = 'check_violation', CONSTRAINT = 'performance_month_locked', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NULL;
END $$;
"""
_MONTH_OF_GOAL = "date_trunc('month', ({0}end_date - 1)::timestamp)::date AS start_date"
_MONTHS = {
    "performance_keep_goals": f"SELECT DISTINCT tenant_id, {_MONTH_OF_GOAL.format('')} FROM changed",
    "performance_keep_readings": f"""SELECT DISTINCT c.tenant_id, {_MONTH_OF_GOAL.format("g.")} FROM changed c
        JOIN performance_goal g ON g.tenant_id = c.tenant_id AND g.id = c.goal_id""",
    "performance_keep_scores": "SELECT DISTINCT tenant_id, month AS start_date FROM changed",
}
REFUSE = """
CREATE FUNCTION performance_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% takes no %', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = TG_ARGV[0], TABLE = TG_TABLE_NAME;
END $$;
"""
FUNCTIONS = REFUSE + "".join(_KEEP.format(name=name, months=months) for name, months in _MONTHS.items())
DROP_FUNCTIONS = f"DROP FUNCTION performance_refuse(), {', '.join(f'{name}()' for name in _MONTHS)};"

# Trigger name → when it fires, and on which table.
_REFUSED = {
    "performance_reading_fixed": ("BEFORE UPDATE OR DELETE", "performance_reading", "FOR EACH ROW"),
    "performance_reading_kept": ("BEFORE TRUNCATE", "performance_reading", "FOR EACH STATEMENT"),
    "performance_goal_kept": ("BEFORE TRUNCATE", "performance_goal", "FOR EACH STATEMENT"),
    "performance_score_kept": ("BEFORE TRUNCATE", "performance_score", "FOR EACH STATEMENT"),
    "performance_month_kept": ("BEFORE DELETE", "performance_performancemonth", "FOR EACH ROW"),
    # A month begins open and keeps its name; only its state changes.
    "performance_month_begun": (
        "BEFORE INSERT", "performance_performancemonth", "FOR EACH ROW WHEN (NEW.state <> 'open')",
    ),
    "performance_month_named": (
        "BEFORE UPDATE", "performance_performancemonth",
        "FOR EACH ROW WHEN (NEW.start_date <> OLD.start_date OR NEW.tenant_id <> OLD.tenant_id)",
    ),
}  # fmt: skip
_KEPT = {
    "performance_goal": "performance_keep_goals",
    "performance_reading": "performance_keep_readings",
    "performance_score": "performance_keep_scores",
}
_EVENTS = {
    "insert": ("INSERT", "NEW"), "delete": ("DELETE", "OLD"), "update_from": ("UPDATE", "OLD"),
    "update_to": ("UPDATE", "NEW"),
}  # fmt: skip


def _refusing():
    for name, (when, table, level) in _REFUSED.items():
        yield name, table, f"{when} ON {table} {level} EXECUTE FUNCTION performance_refuse('{name}')"


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


class Migration(migrations.Migration):
    dependencies = [("performance", "0001_initial")]

    operations = [
        migrations.RunSQL(FUNCTIONS + CREATE, DROP + DROP_FUNCTIONS),
        migrations.RunSQL(
            f"REVOKE UPDATE, DELETE ON performance_reading FROM {APP_ROLE};",
            f"GRANT UPDATE, DELETE ON performance_reading TO {APP_ROLE};",
        ),
    ]
